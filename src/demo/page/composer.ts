import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { CommandHint } from './wire.ts';

interface ComposerOptions {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  /** Slash commands to offer; none in threads. */
  readonly commands: readonly CommandHint[];
  readonly send: (text: string) => void;
}

/** A message box. Typing `/` offers the commands: arrows choose, Tab or Enter takes, Escape closes. */
export class Composer {
  readonly #changed: () => void;
  draft = '';
  #chosen = -1;
  #closed = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Puts a text into the box, as if it had been typed. */
  type(text: string): void {
    this.draft = text;
    this.#closed = true;
    this.#changed();
  }

  view(options: ComposerOptions): TemplateResult {
    const offered = this.#offered(options.commands);
    const open = offered.length > 0;
    const list = `${options.id}-commands`;
    return html`<form
      class="composer"
      @submit=${(event: Event) => {
        event.preventDefault();
        this.#send(options);
      }}
    >
      ${open ? html`<ul class="offers" id=${list} role="listbox" aria-label="Commands">${offered.map((one, index) => this.#offer(one, index, options))}</ul>` : nothing}
      <textarea
        id=${options.id}
        rows="1"
        role="combobox"
        aria-label=${options.label}
        aria-autocomplete="list"
        aria-expanded=${open}
        aria-controls=${list}
        aria-activedescendant=${open && this.#chosen >= 0 ? `${list}-${this.#chosen}` : nothing}
        placeholder=${options.placeholder}
        autocomplete="off"
        spellcheck="false"
        .value=${live(this.draft)}
        @input=${(event: Event) => this.#typed(event)}
        @keydown=${(event: KeyboardEvent) => this.#key(event, offered, options)}
      ></textarea>
      <button type="submit" class="send" aria-label="Send" aria-disabled=${this.draft.trim() === ''}>➤</button>
    </form>`;
  }

  #offer(one: CommandHint, index: number, options: ComposerOptions): TemplateResult {
    return html`<li
      id=${`${options.id}-commands-${index}`}
      role="option"
      aria-selected=${index === this.#chosen}
      @mousedown=${(event: Event) => {
        event.preventDefault();
        this.#take(one);
      }}
    ><b>/promfix ${one.usage}</b><span>${one.summary}</span></li>`;
  }

  /** Commands that what is typed could become. */
  #offered(commands: readonly CommandHint[]): readonly CommandHint[] {
    const typed = /^\/([a-z]*)$/.exec(this.draft);
    if (this.#closed) return [];
    if (typed) return '/promfix'.startsWith(this.draft) ? commands : [];
    const word = /^\/promfix +(\S*)$/.exec(this.draft)?.[1];
    if (word === undefined) return [];
    const fitting = commands.filter((one) => one.name.startsWith(word));
    return fitting.length === 1 && fitting[0]?.name === word ? [] : fitting;
  }

  #typed(event: Event): void {
    this.draft = (event.currentTarget as HTMLTextAreaElement).value; // the listener is on the textarea
    this.#chosen = -1;
    this.#closed = false;
    this.#changed();
  }

  #key(event: KeyboardEvent, offered: readonly CommandHint[], options: ComposerOptions): void {
    if (event.isComposing) return;
    const done = this.#keyInOffers(event, offered);
    if (!done && event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#send(options);
    }
  }

  #keyInOffers(event: KeyboardEvent, offered: readonly CommandHint[]): boolean {
    if (offered.length === 0) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const from = this.#chosen < 0 && step < 0 ? 0 : this.#chosen;
      this.#chosen = (from + step + offered.length) % offered.length;
      this.#changed();
      return true;
    }
    if (event.key === 'Escape') {
      this.#closed = true;
      this.#changed();
      return true;
    }
    const chosen = offered[this.#chosen];
    const taken = chosen ?? (event.key === 'Tab' && !event.shiftKey ? offered[0] : undefined);
    if (taken === undefined || (event.key !== 'Tab' && event.key !== 'Enter')) return false;
    event.preventDefault();
    this.#take(taken);
    return true;
  }

  #take(one: CommandHint): void {
    this.draft = `/promfix ${one.name} `;
    this.#chosen = -1;
    this.#closed = true;
    this.#changed();
  }

  #send({ send }: ComposerOptions): void {
    const text = this.draft.trim();
    if (text === '') return;
    this.draft = '';
    this.#chosen = -1;
    this.#changed();
    send(text);
  }
}

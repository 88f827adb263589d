type List = 'channel' | 'thread';
const NEAR = 80;

/** Keeps what drawing would lose: the focus, the end of a list that is read at its end, and dialogs that must be opened by hand. */
export class Keeper {
  #atEnd: ReadonlySet<string> = new Set();
  #focused: { readonly element: Element; readonly ts: string | undefined } | undefined;
  /** What had the focus before a dialog took it, by dialog. */
  readonly #openers = new Map<HTMLDialogElement, Element | null>();
  #later: (() => void)[] = [];

  before(): void {
    this.#atEnd = new Set(
      lists()
        .filter(isAtEnd)
        .map((one) => one.dataset['list'] ?? ''),
    );
    const element = document.activeElement;
    const message = element?.closest<HTMLElement>('[data-ts]');
    this.#focused = element === null || element === document.body ? undefined : { element, ts: message?.dataset['ts'] };
  }

  after(): void {
    for (const list of lists()) {
      const name = list.dataset['list'] ?? '';
      if (this.#atEnd.has(name)) list.scrollTop = list.scrollHeight;
    }
    this.#dialogs();
    this.#refocus();
    const later = this.#later;
    this.#later = [];
    for (const one of later) one();
  }

  /** After the next drawing. */
  focusLater(selector: string): void {
    this.#soon(() => document.querySelector<HTMLElement>(selector)?.focus());
  }
  toBottom(list: List): void {
    this.#soon(() => {
      const element = document.querySelector<HTMLElement>(`[data-list=${list}]`);
      if (element !== null) element.scrollTop = element.scrollHeight;
    });
  }
  /** Scrolls to a message after the next drawing and focuses it, or its button with these words. */
  goLater(ts: string, button?: string): void {
    this.#soon(() => {
      const message = [...document.querySelectorAll<HTMLElement>('[data-ts]')].findLast(
        (one) => one.dataset['ts'] === ts,
      );
      const buttons = [...(message?.querySelectorAll<HTMLElement>('button') ?? [])];
      const target = buttons.find((one) => one.textContent?.trim() === button) ?? message;
      target?.scrollIntoView({ block: 'center' });
      target?.focus({ preventScroll: true });
    });
  }

  #soon(then: () => void): void {
    this.#later.push(then);
    setTimeout(() => {
      const at = this.#later.indexOf(then);
      if (at < 0) return;
      this.#later.splice(at, 1);
      then();
    }, 50);
  }

  #dialogs(): void {
    for (const dialog of document.querySelectorAll('dialog')) {
      if (dialog.open) continue;
      this.#openers.set(dialog, this.#focused?.element ?? null);
      dialog.showModal();
      dialog.querySelector<HTMLElement>('[autofocus], textarea, select, input')?.focus();
    }
    for (const [dialog, opener] of this.#openers) {
      if (dialog.isConnected) continue;
      this.#openers.delete(dialog);
      const ts = opener?.closest<HTMLElement>('[data-ts]')?.dataset['ts'];
      if (opener?.isConnected && opener instanceof HTMLElement) opener.focus();
      else if (ts !== undefined) focusMessage(ts);
    }
  }

  /** A button that went away leaves the focus on its message. */
  #refocus(): void {
    if (
      this.#focused === undefined ||
      this.#focused.element.isConnected ||
      document.querySelector('dialog[open]') !== null
    )
      return;
    if (document.activeElement === document.body && this.#focused.ts !== undefined) focusMessage(this.#focused.ts);
  }
}

function focusMessage(ts: string): void {
  [...document.querySelectorAll<HTMLElement>('[data-ts]')]
    .findLast((one) => one.dataset['ts'] === ts)
    ?.focus({ preventScroll: true });
}
const lists = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-list]')];
const isAtEnd = (list: HTMLElement): boolean => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;

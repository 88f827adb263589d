import { html, nothing, type TemplateResult } from 'lit-html';
import { asObject, asText, type Json } from '../../workspace/json.ts';
import { blockView, type Form, type Hands } from './block-view.ts';
import type { Asking } from './model.ts';
import type { Snapshot } from './wire.ts';

const words = (value: Json | undefined): string => asText(asObject(value)['text']);

/** Slack's confirmation dialog. */
export function askingView(asking: Asking, cancel: () => void): TemplateResult {
  return html`<dialog class="asking" role="alertdialog" aria-labelledby="asking-title" aria-describedby="asking-text" @cancel=${stopping(cancel)}>
    <h2 id="asking-title">${asking.title}</h2>
    <p id="asking-text">${asking.text}</p>
    <div class="choices">
      <button type="button" class="button" @click=${cancel}>${asking.no}</button>
      <button type="button" class="button ${asking.danger ? 'danger' : 'primary'}" autofocus @click=${asking.act}>${asking.yes}</button>
    </div>
  </dialog>`;
}

interface ModalHands {
  readonly hands: Hands;
  readonly form: Form;
  readonly notice: string | undefined;
  submit(): void;
  close(): void;
}

/** The person's topmost modal. */
export function modalView(
  seen: Snapshot,
  { hands, form, notice, submit, close }: ModalHands,
): TemplateResult | typeof nothing {
  const view = seen.views.at(-1);
  if (view === undefined) return nothing;
  const withErrors: Form = { ...form, refused: { ...view.errors, ...form.refused } };
  return html`<dialog class="modal" data-view=${view.id} aria-labelledby="modal-title" @cancel=${stopping(close)}>
    <form
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        submit();
      }}
    >
      <header><h2 id="modal-title">${words(view.title)}</h2><button type="button" class="plain" aria-label="Close" @click=${close}>✕</button></header>
      <div class="modal-body">${view.blocks.map((block) => blockView(block, seen, hands, withErrors))}
      ${notice === undefined ? nothing : html`<p class="refused" role="alert">${notice}</p>`}</div>
      <footer class="choices">
        ${view.close === undefined ? nothing : html`<button type="button" class="button" @click=${close}>${words(view.close)}</button>`}
        ${view.submit === undefined ? nothing : html`<button type="submit" class="button primary">${words(view.submit)}</button>`}
      </footer>
    </form>
  </dialog>`;
}

/** Escape goes the way of the close button: the server decides when a dialog is gone. */
const stopping = (then: () => void) => (event: Event) => {
  event.preventDefault();
  then();
};

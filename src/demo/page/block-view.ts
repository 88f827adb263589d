import { html, nothing, type TemplateResult } from 'lit-html';
import { asList, asObject, asText, isObject, type JsonObject } from '../../workspace/json.ts';
import { richText, textObject } from './text-view.ts';
import type { Entered, Snapshot } from './wire.ts';

/** What a block can do on this page. */
export interface Hands {
  /** An element was used: a button clicked, something chosen. */
  use(block: JsonObject, element: JsonObject, choose?: Entered): void;
  readonly busy: ReadonlySet<string>;
}

/** What a form holds. */
export interface Form {
  readonly refused: Readonly<Record<string, string>>;
  enter(block: string, value: Entered): void;
}

/** One block. What this page can't show is named, never left out. */
export function blockView(block: JsonObject, seen: Snapshot, hands: Hands, form?: Form): TemplateResult {
  const elements = asList(block['elements']).map(asObject);
  switch (block['type']) {
    case 'section':
      return html`<div class="section"><div class="section-text">${textObject(block['text'], seen)}${fields(block, seen)}</div>${
        block['accessory'] === undefined ? nothing : elementView(block, asObject(block['accessory']), seen, hands)
      }</div>`;
    case 'header':
      return html`<h4 class="header">${textObject(block['text'], seen)}</h4>`;
    case 'divider':
      return html`<hr />`;
    case 'context':
      return html`<div class="context">${elements.map((one) => html`<span>${elementView(block, one, seen, hands)}</span>`)}</div>`;
    case 'actions':
    case 'context_actions':
      return html`<div class="actions">${elements.map((one) => elementView(block, one, seen, hands))}</div>`;
    case 'rich_text':
      return html`<div class="rich">${richText(block, seen)}</div>`;
    case 'input':
      return inputView(block, form);
    case 'markdown':
      return html`<div class="lines">${asText(block['text'])}</div>`;
    default:
      return html`<div class="unknown">This page can’t show a block of type “${asText(block['type'])}”.</div>`;
  }
}

function fields(block: JsonObject, seen: Snapshot): TemplateResult | typeof nothing {
  const list = asList(block['fields']);
  return list.length === 0
    ? nothing
    : html`<div class="fields">${list.map((one) => html`<div>${textObject(one, seen)}</div>`)}</div>`;
}

const label = (element: JsonObject): string => asText(asObject(element['text'])['text']);
/** One element of one block, for knowing what is under way. */
export const keyOf = (block: JsonObject, element: JsonObject): string =>
  `${asText(block['block_id'])}/${asText(element['action_id'])}`;

function elementView(
  block: JsonObject,
  element: JsonObject,
  seen: Snapshot,
  hands: Hands,
): TemplateResult | string | typeof nothing {
  switch (element['type']) {
    case 'mrkdwn':
    case 'plain_text':
      return textObject(element, seen);
    case 'button': {
      const url = asText(element['url']);
      const name = asText(element['accessibility_label']);
      return html`<button
        type="button"
        class="button ${asText(element['style'])}"
        aria-label=${name === '' ? nothing : spoken(label(element), name)}
        aria-disabled=${hands.busy.has(keyOf(block, element)) ? 'true' : nothing}
        @click=${() => hands.use(block, element)}
      >${label(element)}${url === '' ? '' : ' ↗'}</button>`;
    }
    case 'static_select': {
      const options = asList(element['options']).map(asObject);
      return html`<select
        aria-label=${label({ text: element['placeholder'] }) || 'Choose'}
        @change=${(event: Event) => hands.use(block, element, enteredIn(event))}
      ><option value="">${label({ text: element['placeholder'] })}</option>${options.map(
        (one) => html`<option value=${asText(one['value'])}>${label(one)}</option>`,
      )}</select>`;
    }
    case 'image':
      return html`<span class="unknown">(image: ${asText(element['alt_text'])})</span>`;
    default:
      return html`<span class="unknown">This page can’t show an element of type “${asText(element['type'])}”.</span>`;
  }
}

/** The words on a button must be in its name, for those who speak to it. */
const spoken = (shown: string, name: string): string =>
  name.toLowerCase().includes(shown.toLowerCase()) ? name : `${shown}: ${name}`;

// The listeners below are on elements that have a value.
const enteredIn = (event: Event): string =>
  (event.currentTarget as HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement).value;

function inputView(block: JsonObject, form: Form | undefined): TemplateResult {
  const id = asText(block['block_id']);
  const element = asObject(block['element']);
  const optional = block['optional'] === true;
  const refused = form?.refused[id];
  const hint = label({ text: block['hint'] });
  const described = [hint === '' ? '' : `hint-${id}`, refused === undefined ? '' : `refused-${id}`].join(' ').trim();
  return html`<div class="input">
    <label for=${`input-${id}`}>${label({ text: block['label'] })}${optional ? html` <span class="quiet">(optional)</span>` : nothing}</label>
    ${fieldView(element, id, { required: !optional, invalid: refused !== undefined, described }, form)}
    ${hint === '' ? nothing : html`<p class="quiet" id=${`hint-${id}`}>${hint}</p>`}
    ${refused === undefined ? nothing : html`<p class="refused" id=${`refused-${id}`} role="alert">${refused}</p>`}
  </div>`;
}

interface FieldState {
  readonly required: boolean;
  readonly invalid: boolean;
  readonly described: string;
}

function fieldView(element: JsonObject, id: string, state: FieldState, form: Form | undefined): TemplateResult {
  const type = asText(element['type']);
  const enter = (event: Event): void => form?.enter(id, enteredIn(event));
  const shared = { placeholder: label({ text: element['placeholder'] }), initial: asText(element['initial_value']) };
  if (type === 'static_select') {
    const initial = isObject(element['initial_option']) ? asText(element['initial_option']['value']) : '';
    return html`<select id=${`input-${id}`} aria-invalid=${state.invalid} aria-describedby=${state.described || nothing} @change=${enter}
      ><option value=""></option>${asList(element['options']).map((one) => {
        const value = asText(asObject(one)['value']);
        return html`<option value=${value} ?selected=${value === initial}>${label(asObject(one))}</option>`;
      })}</select>`;
  }
  if (!type.endsWith('_input')) return html`<p class="unknown">This page can’t show a field of type “${type}”.</p>`;
  const counted = typeof element['max_length'] === 'number' ? element['max_length'] : undefined;
  return html`<textarea
    id=${`input-${id}`}
    rows=${element['multiline'] === true ? 4 : 2}
    placeholder=${shared.placeholder}
    maxlength=${counted ?? nothing}
    aria-required=${state.required}
    aria-invalid=${state.invalid}
    aria-describedby=${state.described || nothing}
    @input=${enter}
    .defaultValue=${shared.initial}
  ></textarea>`;
}

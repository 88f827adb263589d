import { html, nothing, type TemplateResult } from 'lit-html';
import { asList, asObject, asText } from '../../workspace/json.ts';
import { blockView, type Hands } from './block-view.ts';
import { parseMrkdwn, plainOf } from './mrkdwn.ts';
import { mrkdwn } from './text-view.ts';
import { clock, whole } from './times.ts';
import type { ShownMessage, Snapshot } from './wire.ts';

interface MessagePlace {
  /** Where it is shown; the first message of a thread is shown twice. */
  readonly place: 'channel' | 'thread';
  readonly hands: Hands;
  /** Replies below it, in the channel. */
  readonly replies?: readonly ShownMessage[];
  readonly open?: () => void;
  readonly marked: boolean;
}

const authorOf = (one: ShownMessage, seen: Snapshot): string =>
  one.username ?? seen.names.users[one.user ?? ''] ?? 'somebody';

/** Somebody's picture: the first letter on a colour of their own. */
export const avatar = (name: string): TemplateResult =>
  name === 'promfix'
    ? html`<img class="avatar" src="/src/demo/page/icon.svg" alt="" width="36" height="36" />`
    : html`<span class="avatar of-${colourOf(name)}" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span>`;

const COLOURS = 5;
const colourOf = (name: string): number => (name.codePointAt(0) ?? 0) % COLOURS;

export function messageView(one: ShownMessage, seen: Snapshot, at: MessagePlace): TemplateResult {
  const author = authorOf(one, seen);
  const own = 'recipient' in one;
  return html`<article
    id=${`${at.place}-${one.ts}`}
    data-ts=${one.ts}
    tabindex="-1"
    class="message ${own ? 'whisper' : ''} ${at.marked ? 'marked' : ''}"
    aria-label=${`${author}, ${clock(one.ts)}${own ? ', only visible to you' : ''}`}
  >
    ${avatar(author)}
    <div class="body">
      ${own ? html`<p class="only">Only visible to you</p>` : nothing}
      <header>
        <strong>${author}</strong>
        ${one.bot_id === undefined ? nothing : html`<span class="app">APP</span>`}
        <time title=${whole(one.ts)}>${clock(one.ts)}</time>
      </header>
      ${content(one, seen, at.hands)}
      ${one.edited === undefined ? nothing : html`<span class="quiet">(edited)</span>`}
      ${reactions(one)} ${threadLink(at, seen)}
    </div>
  </article>`;
}

/** The blocks where there are any: the text is then only for notifications. */
function content(one: ShownMessage, seen: Snapshot, hands: Hands): TemplateResult {
  const blocks =
    one.blocks.length > 0
      ? one.blocks.map((block) => blockView(block, seen, hands))
      : html`<div class="section">${mrkdwn(one.text, seen)}</div>`;
  const attached = (one.attachments ?? []).map(
    (each) =>
      html`<div class="attached">${mrkdwn(asText(each['text']) || asText(each['fallback']), seen)}${asList(each['blocks']).map((block) => blockView(asObject(block), seen, hands))}</div>`,
  );
  const files = (one.files ?? []).map(
    (file) =>
      html`<p class="file">${asText(file['name'])} <span class="quiet">${String(file['size'])} bytes</span></p>`,
  );
  return html`${blocks}${attached}${files}`;
}

function reactions(one: ShownMessage): TemplateResult | typeof nothing {
  if (one.reactions.length === 0) return nothing;
  return html`<p class="reactions">${one.reactions.map(({ name, users }) => html`<span>:${name}: ${users.length}</span>`)}</p>`;
}

function threadLink({ replies = [], open }: MessagePlace, seen: Snapshot): TemplateResult | typeof nothing {
  if (open === undefined || replies.length === 0) return nothing;
  const people = [...new Set(replies.map((one) => authorOf(one, seen)))].slice(0, 3);
  const last = replies.at(-1);
  return html`<button type="button" class="thread-link" @click=${open}>
    <span class="faces">${people.map(avatar)}</span>
    <b>${replies.length === 1 ? '1 reply' : `${replies.length} replies`}</b>
    <span class="quiet">${last === undefined ? '' : `last at ${clock(last.ts)}`}</span>
  </button>`;
}

/** One line for those who hear the page. */
export function heard(one: ShownMessage, seen: Snapshot): string {
  const name = (of: { readonly id: string }): string => seen.names.users[of.id] ?? of.id;
  const text = parseMrkdwn(one.text)
    .map((part) => plainOf(part.inside, name))
    .join(' ');
  const only = 'recipient' in one ? ', only visible to you' : '';
  return `${authorOf(one, seen)}${only}: ${text.slice(0, 200)}`;
}

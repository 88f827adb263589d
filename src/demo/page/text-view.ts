import { html, type nothing, type TemplateResult } from 'lit-html';
import { asList, asObject, asText, type Json, type JsonObject } from '../../workspace/json.ts';
import { type Inline, parseMrkdwn } from './mrkdwn.ts';
import { shownDate } from './times.ts';
import type { Snapshot } from './wire.ts';

type Shown = TemplateResult | string | typeof nothing;

/** A text object: mrkdwn is interpreted, plain text is shown as it is. */
export function textObject(value: Json | undefined, seen: Snapshot): Shown {
  const { type, text } = asObject(value);
  return type === 'mrkdwn' ? mrkdwn(asText(text), seen) : asText(text);
}

export function mrkdwn(source: string, seen: Snapshot): TemplateResult {
  return html`${parseMrkdwn(source).map((part) => {
    const inside = part.inside.map((one) => inlineView(one, seen));
    if (part.is === 'fence') return html`<pre tabindex="0">${part.inside.map((one) => fenceLines(one, seen))}</pre>`;
    return part.is === 'quote' ? html`<blockquote>${inside}</blockquote>` : html`<span class="lines">${inside}</span>`;
  })}`;
}

/** Lines of a diff have their colour. */
function fenceLines(one: Inline, seen: Snapshot): Shown {
  if (one.is !== 'text') return inlineView(one, seen);
  return html`${one.text.split(/(?<=\n)/).map((line) => {
    if (line.startsWith('+ ')) return html`<ins>${line}</ins>`;
    return line.startsWith('- ') ? html`<del>${line}</del>` : line;
  })}`;
}

function inlineView(one: Inline, seen: Snapshot): Shown {
  switch (one.is) {
    case 'text':
      return one.text;
    case 'bold':
      return html`<strong>${one.inside.map((inner) => inlineView(inner, seen))}</strong>`;
    case 'italic':
      return html`<em>${one.inside.map((inner) => inlineView(inner, seen))}</em>`;
    case 'strike':
      return html`<s>${one.inside.map((inner) => inlineView(inner, seen))}</s>`;
    case 'code':
      return html`<code>${one.inside.map((inner) => inlineView(inner, seen))}</code>`;
    case 'link':
      return linkView(one.url, one.label, seen);
    case 'user':
      return mention(`@${seen.names.users[one.id] ?? one.id}`, seen.names.users[one.id] === seen.you);
    case 'group':
      return mention(`@${seen.names.groups[one.id] ?? one.id}`);
    case 'channel':
      return mention(`#${one.label ?? seen.names.channels[one.id] ?? one.id}`);
    case 'broadcast':
      return mention(`@${one.range}`, true);
    case 'date': {
      const utc = new Date(one.seconds * 1000);
      return html`<time title=${one.fallback} datetime=${Number.isNaN(utc.getTime()) ? '' : utc.toISOString()}>${shownDate(one.seconds, one.format, one.fallback)}</time>`;
    }
  }
}

const mention = (text: string, you = false): TemplateResult =>
  html`<span class="mention ${you ? 'you' : ''}">${text}</span>`;

/** Only http(s) is a link. A permalink of this workspace leads to the message on this page. */
function linkView(url: string, label: string, seen: Snapshot): Shown {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol))
    return label === url ? url : `${label} (${url})`;
  const at = parsed.hostname === seen.domain ? /\/p(\d{10})(\d{6})$/.exec(parsed.pathname) : null;
  if (at) return html`<a href=${`#${at[1]}.${at[2]}`} data-message=${`${at[1]}.${at[2]}`}>${label}</a>`;
  return html`<a href=${parsed.href} target="_blank" rel="noopener noreferrer">${label}</a>`;
}

/** A rich_text block or one of its parts. */
export function richText(value: JsonObject, seen: Snapshot): Shown {
  const inside = asList(value['elements']).map((one) => richText(asObject(one), seen));
  switch (value['type']) {
    case 'rich_text':
      return html`${inside}`;
    case 'rich_text_section':
      return html`<span class="lines">${inside}</span>`;
    case 'rich_text_quote':
      return html`<blockquote>${inside}</blockquote>`;
    case 'rich_text_preformatted':
      return html`<pre tabindex="0">${inside}</pre>`;
    case 'rich_text_list':
      return value['style'] === 'ordered'
        ? html`<ol>${inside.map((one) => html`<li>${one}</li>`)}</ol>`
        : html`<ul>${inside.map((one) => html`<li>${one}</li>`)}</ul>`;
    default:
      return styled(richInline(value, seen), asObject(value['style']));
  }
}

function richInline(value: JsonObject, seen: Snapshot): Shown {
  switch (value['type']) {
    case 'user':
      return inlineView({ is: 'user', id: asText(value['user_id']) }, seen);
    case 'usergroup':
      return inlineView({ is: 'group', id: asText(value['usergroup_id']) }, seen);
    case 'channel':
      return inlineView({ is: 'channel', id: asText(value['channel_id']) }, seen);
    case 'broadcast':
      return inlineView({ is: 'broadcast', range: asText(value['range']) }, seen);
    case 'emoji':
      return `:${asText(value['name'])}:`;
    case 'link':
      return linkView(asText(value['url']), asText(value['text']) || asText(value['url']), seen);
    case 'date':
      return shownDate(Number(value['timestamp']), asText(value['format']), asText(value['fallback']));
    default:
      return asText(value['text']);
  }
}

function styled(shown: Shown, style: JsonObject): Shown {
  const code = style['code'] === true ? html`<code>${shown}</code>` : shown;
  const bold = style['bold'] === true ? html`<strong>${code}</strong>` : code;
  const italic = style['italic'] === true ? html`<em>${bold}</em>` : bold;
  return style['strike'] === true ? html`<s>${italic}</s>` : italic;
}

import { all, byType, type Check, flag, integer, list, may, must, object, oneOf, text, typed, url } from './checks.ts';

const MANY = 1_000;
const styles = may(
  object({ bold: may(flag), italic: may(flag), strike: may(flag), code: may(flag), underline: may(flag) }),
);
const anyString = text(12_000);

const inline: Check = byType({
  text: typed('text', { text: must(anyString), style: styles }),
  link: typed('link', {
    url: must(url(3_000)),
    text: may(text(12_000, 0)),
    unsafe: may(flag),
    style: styles,
  }),
  emoji: typed('emoji', { name: must(text(100)), unicode: may(text(100)), style: styles }),
  user: typed('user', { user_id: must(text(20)), style: styles }),
  usergroup: typed('usergroup', { usergroup_id: must(text(20)), style: styles }),
  channel: typed('channel', { channel_id: must(text(20)), style: styles }),
  broadcast: typed('broadcast', { range: must(oneOf('here', 'channel', 'everyone')), style: styles }),
  date: typed('date', {
    timestamp: must(integer(0, 1e11)),
    format: must(anyString),
    url: may(url(3_000)),
    fallback: may(anyString),
    style: styles,
  }),
  color: typed('color', { value: must(text(20)), style: styles }),
});

const lines = must(list(inline, 0, MANY));
const border = may(integer(0, 1));
const section: Check = typed('rich_text_section', { elements: lines });

const part: Check = byType({
  rich_text_section: section,
  rich_text_preformatted: typed('rich_text_preformatted', { elements: lines, border, language: may(text(50)) }),
  rich_text_quote: typed('rich_text_quote', { elements: lines, border }),
  rich_text_list: typed('rich_text_list', {
    style: must(oneOf('bullet', 'ordered')),
    elements: must(list(byType({ rich_text_section: section }), 1, MANY)),
    indent: may(integer(0, 8)),
    offset: may(integer(0, 10_000)),
    border,
  }),
});

/** The fields of a rich_text block or entity. */
export const richTextElements = must(list(part, 1, MANY));
/** A rich_text entity inside something else (a table's cell, a task's output). */
export const richText: Check = all(
  byType({ rich_text: typed('rich_text', { elements: richTextElements, block_id: may(text(255)) }) }),
);

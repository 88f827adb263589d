/**
 * The few Block Kit pieces that promfix uses, with Slack's limits kept by construction. Texts given here are already escaped mrkdwn
 * (`escape.ts`), unless a function says plain. Pure; structurally what `@slack/types` calls KnownBlock.
 */
import { cut, notification, plain } from './escape.ts';

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}
interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}
interface Confirm {
  readonly title: PlainText;
  readonly text: PlainText;
  readonly confirm: PlainText;
  readonly deny: PlainText;
  readonly style?: 'primary' | 'danger';
}
export interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly accessibility_label: string;
  readonly confirm?: Confirm;
}
export type Block =
  | { readonly type: 'section'; readonly text: Mrkdwn; readonly block_id?: string }
  | { readonly type: 'context'; readonly elements: Mrkdwn[] }
  | { readonly type: 'divider' }
  | { readonly type: 'actions'; readonly block_id?: string; readonly elements: Button[] };

/** What is posted: `text` is what notifications and screen readers get, so it carries the whole first line. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly Block[];
}

export const LIMITS = {
  blocks: 50,
  sectionText: 3000,
  contextText: 2000,
  buttonText: 75,
  buttonValue: 2000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  actions: 25,
  /** `chat.update` refuses more; posts keep to it as well, so that every message can be edited. */
  text: 4000,
  /** All block texts together; undocumented, Slack answers `msg_blocks_too_long` above about 13,200. */
  total: 12_000,
} as const;

export function section(text: string): Block {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: cut(text === '' ? '–' : text, LIMITS.sectionText), verbatim: true },
  };
}
export function context(...texts: string[]): Block {
  return {
    type: 'context',
    elements: texts
      .filter((text) => text !== '')
      .slice(0, 10)
      .map((text) => ({ type: 'mrkdwn', text: cut(text, LIMITS.contextText), verbatim: true })),
  };
}
export function actions(blockId: string, elements: readonly Button[]): Block {
  return { type: 'actions', block_id: blockId.slice(0, 255), elements: elements.slice(0, LIMITS.actions) };
}
function plainText(text: string, max: number): PlainText {
  return { type: 'plain_text', text: plain(text, max) || '–', emoji: false };
}
interface ButtonOptions {
  readonly id: string;
  readonly label: string;
  /** Whole meaning for a screen reader: what, of which proposal. */
  readonly spoken: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: {
    readonly title: string;
    readonly text: string;
    readonly yes: string;
    readonly no: string;
    readonly style?: 'primary' | 'danger';
  };
}
/** All texts plain. */
export function button(options: ButtonOptions): Button {
  const { confirm } = options;
  return {
    type: 'button',
    action_id: options.id,
    text: plainText(options.label, LIMITS.buttonText),
    value: options.value.slice(0, LIMITS.buttonValue) || '-',
    accessibility_label: plain(options.spoken, 75) || options.id,
    ...(options.style && { style: options.style }),
    ...(confirm && {
      confirm: {
        title: plainText(confirm.title, LIMITS.confirmTitle),
        text: plainText(confirm.text, LIMITS.confirmText),
        confirm: plainText(confirm.yes, LIMITS.confirmButton),
        deny: plainText(confirm.no, LIMITS.confirmButton),
        ...(confirm.style && { style: confirm.style }),
      },
    }),
  };
}

/** Characters of a block that count for the limit of the whole message. */
export function weight(block: Block): number {
  switch (block.type) {
    case 'section':
      return block.text.text.length;
    case 'context':
      return block.elements.reduce((sum, element) => sum + element.text.length, 0);
    case 'actions':
      return block.elements.reduce((sum, element) => sum + element.text.text.length, 0);
    case 'divider':
      return 0;
  }
}

/**
 * A message within Slack's limits. When it would be too long, blocks before the last `keep` ones give way and `omitted` says so:
 * what is at the end (buttons, who may approve) must never be lost. `text` is plain: it is escaped here.
 */
export function message(
  text: string,
  blocks: readonly Block[],
  options: { readonly keep?: number; readonly omitted: string },
): Message {
  const keep = options.keep ?? 0;
  const tail = keep > 0 ? blocks.slice(-keep) : [];
  const head = keep > 0 ? blocks.slice(0, -keep) : [...blocks];
  let room = LIMITS.total - tail.reduce((sum, block) => sum + weight(block), 0) - options.omitted.length;
  const shown: Block[] = [];
  let whole = true;
  for (const block of head) {
    room -= weight(block);
    if (room < 0 || shown.length >= LIMITS.blocks - tail.length - 1) {
      whole = false;
      break;
    }
    shown.push(block);
  }
  return {
    text: notification(text, LIMITS.text),
    blocks: [...shown, ...(whole ? [] : [context(options.omitted)]), ...tail],
  };
}

/** The same content for a workspace that refuses a block type: sections only, no buttons lost. */
export function simpler(original: Message): Message {
  const blocks = original.blocks.flatMap((block): readonly Block[] => {
    if (block.type === 'divider') return [];
    if (block.type === 'context') return block.elements.map((element) => section(element.text));
    if (block.type === 'actions')
      return [{ ...block, elements: block.elements.map(({ confirm: _confirm, style: _style, ...rest }) => rest) }];
    return [block];
  });
  return { text: original.text, blocks: blocks.slice(0, LIMITS.blocks) };
}

/**
 * All words of a message without any block, for a workspace that takes none of them. Only for what is never edited: an edit takes less text.
 */
export function textOnly({ text, blocks }: Message): Message {
  const words = blocks.flatMap((block) => {
    if (block.type === 'section') return [block.text.text];
    return block.type === 'context' ? block.elements.map((element) => element.text) : [];
  });
  return { text: [text, ...words].join('\n'), blocks: [] };
}

import type { Channel, Ephemeral, Message, View } from './data.ts';
import { elementLabel } from './element-state.ts';
import { asList, asObject, asText, type Json, type JsonObject } from './json.ts';
import { type Names, readMrkdwn } from './mrkdwn.ts';
import type { State } from './state.ts';

/** Names for the ids of a workspace; an unknown id stays as it is. */
export function namesOf(state: State): Names {
  return {
    user: (id) => state.user(id)?.name ?? id,
    channel: (id) => state.channel(id)?.name ?? id,
    group: (id) => state.data.userGroups.find((one) => one.id === id)?.handle ?? id,
  };
}

/** A text object as a person sees it: mrkdwn is interpreted, plain text is shown as it is. */
function shownText(value: Json | undefined, names: Names): string {
  const { type, text } = asObject(value);
  return type === 'mrkdwn' ? readMrkdwn(asText(text), names).text : asText(text);
}

function richText(value: JsonObject, names: Names): string {
  const parts = asList(value['elements']).map(asObject);
  switch (value['type']) {
    case 'rich_text':
      return parts.map((one) => richText(one, names)).join('\n');
    case 'rich_text_section':
      return parts.map((one) => richText(one, names)).join('');
    case 'rich_text_quote':
      return `> ${parts
        .map((one) => richText(one, names))
        .join('')
        .replaceAll('\n', '\n> ')}`;
    case 'rich_text_preformatted':
      return ['```', parts.map((one) => richText(one, names)).join(''), '```'].join('\n');
    case 'rich_text_list':
      return parts
        .map((one, index) => `${value['style'] === 'ordered' ? `${index + 1}.` : '•'} ${richText(one, names)}`)
        .join('\n');
    case 'user':
      return `@${names.user(asText(value['user_id']))}`;
    case 'usergroup':
      return `@${names.group(asText(value['usergroup_id']))}`;
    case 'channel':
      return `#${names.channel(asText(value['channel_id']))}`;
    case 'broadcast':
      return `@${asText(value['range'])}`;
    case 'emoji':
      return `:${asText(value['name'])}:`;
    case 'link': {
      const url = asText(value['url']);
      const label = asText(value['text']);
      return label === '' || label === url ? url : `${label} (${url})`;
    }
    case 'date':
      return asText(value['fallback']) || asText(value['format']);
    default:
      return asText(value['text']);
  }
}

/** An element as words: a button in brackets, a menu with what is chosen. */
function shownElement(element: JsonObject, names: Names): string {
  if (element['type'] === 'image') return `(image: ${asText(element['alt_text'])})`;
  if (element['type'] === 'plain_text' || element['type'] === 'mrkdwn') return shownText(element, names);
  const label = elementLabel(element) || elementLabel({ text: element['placeholder'] }) || asText(element['action_id']);
  const url = asText(element['url']);
  const options = asList(element['options']).map((one) => elementLabel(asObject(one)));
  const chosen = elementLabel(asObject(element['initial_option'])) || asText(element['initial_value']);
  const menu = options.length > 0 ? `: ${options.join(' | ')}` : '';
  return `[${label}${menu}${chosen === '' ? '' : ` = ${chosen}`}${url === '' ? '' : ` → ${url}`}]`;
}

function table(block: JsonObject, names: Names): string {
  const rows = asList(block['rows']).map((row) =>
    asList(row).map((cell) => {
      const one = asObject(cell);
      return one['type'] === 'rich_text' ? richText(one, names) : asText(one['text']);
    }),
  );
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One block as plain text. What has no words of its own is named by its type, never dropped. */
function blockText(block: JsonObject, names: Names): string {
  const elements = asList(block['elements']).map(asObject);
  switch (block['type']) {
    case 'section': {
      const accessory = block['accessory'] === undefined ? [] : [shownElement(asObject(block['accessory']), names)];
      const fields = asList(block['fields']).map((one) => shownText(one, names));
      return [shownText(block['text'], names), ...fields, ...accessory].filter((line) => line !== '').join('\n');
    }
    case 'header':
      return `# ${shownText(block['text'], names)}`;
    case 'divider':
      return '────────';
    case 'context':
      return elements.map((one) => shownElement(one, names)).join('  ');
    case 'actions':
    case 'context_actions':
      return elements.map((one) => shownElement(one, names)).join(' ');
    case 'rich_text':
      return richText(block, names);
    case 'markdown':
      return asText(block['text']);
    case 'alert':
      return `(${asText(block['level']) || 'default'}) ${shownText(block['text'], names)}`;
    case 'image':
      return `(image: ${asText(block['alt_text'])})`;
    case 'table':
      return table(block, names);
    case 'data_table':
      return `${asText(block['caption'])}\n${table(block, names)}`;
    case 'input':
      return `${elementLabel({ text: block['label'] })}${block['optional'] === true ? ' (optional)' : ''}: ${shownElement(asObject(block['element']), names)}`;
    case 'card':
      return [
        ...['title', 'subtitle', 'body'].map((part) => shownText(block[part], names)),
        asList(block['actions'])
          .map((one) => shownElement(asObject(one), names))
          .join(' '),
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'carousel':
      return elements.map((one) => blockText(one, names)).join('\n');
    case 'container':
      return [
        shownText(block['title'], names),
        shownText(block['subtitle'], names),
        ...asList(block['child_blocks']).map((one) => blockText(asObject(one), names)),
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'task_card':
      return `(${asText(block['status'])}) ${asText(block['title'])}\n${richText(asObject(block['details']), names)}`.trimEnd();
    case 'plan':
      return [asText(block['title']), ...asList(block['tasks']).map((one) => blockText(asObject(one), names))].join(
        '\n',
      );
    default:
      return `(${asText(block['type'])})`;
  }
}

/** What a person reads: the blocks where there are any (the text is then only for notifications), and what hangs on. */
export function messageText(state: State, message: Message): string {
  const names = namesOf(state);
  const body =
    message.blocks.length > 0
      ? message.blocks.map((block) => blockText(block, names)).join('\n')
      : readMrkdwn(message.text, names).text;
  const attachments = (message.attachments ?? []).map((one) => {
    const text = asText(one['text']) || asText(one['fallback']);
    const inner = asList(one['blocks']).map((block) => blockText(asObject(block), names));
    return `| ${[readMrkdwn(text, names).text, ...inner].join('\n').trim().replaceAll('\n', '\n| ')}`;
  });
  const files = (message.files ?? []).map((one) => `(file: ${asText(one['name'])}, ${one['size']} bytes)`);
  const reactions = message.reactions.map((one) => `:${one.name}: ${one.users.length}`).join('  ');
  return [body, ...attachments, ...files, reactions].filter((line) => line !== '').join('\n');
}

const time = (ts: string): string => new Date(Number(ts) * 1_000).toISOString().slice(11, 19);

function entry(state: State, message: Message | Ephemeral, indent: string): string {
  const author = message.username ?? (message.user === undefined ? '' : namesOf(state).user(message.user));
  const marks = [
    message.bot_id === undefined ? '' : ' APP',
    message.edited === undefined ? '' : ' (edited)',
    message.pinned === true ? ' (pinned)' : '',
    'recipient' in message ? ` (only visible to ${namesOf(state).user(message.recipient)})` : '',
  ];
  const lines = messageText(state, message).split('\n');
  return [`${time(message.ts)}  ${author}${marks.join('')}`, ...lines.map((line) => `  ${line}`)]
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n');
}

/** A channel with its threads as readable plain text; with `viewer`, also what only that person sees. */
export function channelTranscript(state: State, channel: Channel, viewer?: string): string {
  const whispers = state.data.ephemerals.filter((one) => one.channel === channel.id && one.recipient === viewer);
  const all: (Message | Ephemeral)[] = [
    ...state.data.messages.filter((one) => one.channel === channel.id),
    ...whispers,
  ];
  all.sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const isReply = (one: Message): boolean => one.thread_ts !== undefined && one.thread_ts !== one.ts;
  const entries = all
    .filter((one) => !isReply(one))
    .map((root) =>
      [
        entry(state, root, ''),
        ...all.filter((one) => isReply(one) && one.thread_ts === root.ts).map((one) => entry(state, one, '    ')),
      ].join('\n'),
    );
  const title = channel.kind === 'im' ? 'Direct messages' : `#${channel.name}`;
  return [title, ...entries].join('\n\n');
}

/** A modal or home tab as plain text. */
export function viewTranscript(state: State, view: View): string {
  const names = namesOf(state);
  const title = elementLabel({ text: view.title }) || 'Home';
  const blocks = view.blocks.map((block) => {
    const error = view.errors[asText(block['block_id'])];
    return `${blockText(block, names)}${error === undefined ? '' : `\n! ${error}`}`;
  });
  const buttons = [view.close, view.submit].flatMap((one) =>
    one === undefined ? [] : [`[${elementLabel({ text: one })}]`],
  );
  return [`▣ ${title}`, ...blocks, buttons.join(' ')].filter((line) => line !== '').join('\n');
}

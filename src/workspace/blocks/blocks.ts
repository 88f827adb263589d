import { asList, asText, type Json, objectsIn } from '../json.ts';
import {
  all,
  byType,
  type Check,
  type Field,
  flag,
  imageUrl,
  integer,
  list,
  may,
  must,
  object,
  oneOf,
  rule,
  type Surface,
  text,
  typed,
  url,
} from './checks.ts';
import { button, CONTEXT_ACTIONS, ELEMENTS, INPUTS, image } from './elements.ts';
import { LIMITS } from './limits.ts';
import { richText, richTextElements } from './rich-text.ts';
import { anyText, mrkdwn, plainText } from './text-objects.ts';

const block = (type: string, fields: Readonly<Record<string, Field>>): Check =>
  typed(type, { block_id: may(text(LIMITS.blockId)), ...fields });
const elements = (item: Check, max: number): Field => must(list(item, 1, max));

const contextElement = byType({ image, plain_text: anyText(LIMITS.text), mrkdwn: anyText(LIMITS.text) });
const cell = byType({
  raw_text: typed('raw_text', { text: must(text(LIMITS.text)) }),
  raw_number: typed('raw_number', {
    value: must((value, at, report) => {
      if (typeof value !== 'number') report.problem('must provide a number', at);
    }),
    text: must(text(LIMITS.text)),
  }),
  rich_text: richText,
});

/** Rows of equal length, and not too much text in all. */
const isRectangular = rule((table, at, report) => {
  const rows = asList(table['rows']).map(asList);
  const width = rows[0]?.length ?? 0;
  for (const [index, row] of rows.entries()) {
    if (row.length !== width) report.problem('all rows must have the same number of cells', `${at}/rows/${index}`);
  }
  const written = [...objectsIn(table['rows'])].reduce((sum, one) => sum + asText(one['text']).length, 0);
  if (written > LIMITS.table.text)
    report.problem(`must be less than ${LIMITS.table.text + 1} characters`, `${at}/rows`);
});

const needs = (...names: readonly string[]): Check =>
  rule((value, at, report) => {
    if (names.every((name) => value[name] === undefined)) report.problem(`missing required field: ${names[0]}`, at);
  });

const section = all(
  block('section', {
    text: may(anyText(LIMITS.text)),
    fields: may(list(anyText(LIMITS.section.fieldText), 1, LIMITS.section.fields)),
    accessory: may(byType({ ...ELEMENTS, image })),
    expand: may(flag),
  }),
  needs('text', 'fields'),
);
const imageBlock = all(
  block('image', {
    image_url: may(imageUrl(LIMITS.image.url)),
    slack_file: may(object({ id: may(text(50)), url: may(url(LIMITS.image.url)) })),
    alt_text: must(text(LIMITS.image.alt)),
    title: may(plainText(LIMITS.image.title)),
  }),
  needs('image_url', 'slack_file'),
);
const card = all(
  block('card', {
    hero_image: may(image),
    icon: may(image),
    title: may(mrkdwn(LIMITS.card.title)),
    subtitle: may(mrkdwn(LIMITS.card.subtitle)),
    body: may(mrkdwn(LIMITS.card.body)),
    actions: may(list(byType({ button }), 1, LIMITS.card.actions)),
  }),
  needs('title', 'hero_image', 'actions', 'body'),
);
const taskFields = {
  task_id: must(text(255)),
  title: must(text(LIMITS.text)),
  details: may(richText),
  output: may(richText),
  sources: may(list(typed('url', { url: must(url(3_000)), text: must(text(LIMITS.text)) }), 1, 100)),
  status: must(oneOf('pending', 'in_progress', 'complete', 'error')),
};
const table = all(
  block('table', {
    rows: must(list(list(cell, 1, LIMITS.table.columns), 1, LIMITS.table.rows)),
    column_settings: may(
      list(object({ align: may(oneOf('left', 'center', 'right')), is_wrapped: may(flag) }), 0, LIMITS.table.columns),
    ),
  }),
  isRectangular,
);

/** On every surface. */
const COMMON = {
  section,
  image: imageBlock,
  header: block('header', { text: must(plainText(LIMITS.header)) }),
  divider: block('divider', {}),
  context: block('context', { elements: elements(contextElement, LIMITS.context) }),
  actions: block('actions', {
    elements: elements(byType({ ...ELEMENTS, rich_text_input: INPUTS.rich_text_input }), LIMITS.actions),
  }),
  rich_text: block('rich_text', { elements: richTextElements }),
  video: block('video', {
    video_url: must(url(3_000)),
    thumbnail_url: must(url(3_000)),
    alt_text: must(text(LIMITS.image.alt)),
    title: must(plainText(199)),
    title_url: may(url(3_000)),
    author_name: may(text(49)),
    provider_name: may(text(100)),
    provider_icon_url: may(url(3_000)),
    description: may(plainText(199)),
  }),
} as const satisfies Readonly<Record<string, Check>>;

const input = block('input', {
  label: must(plainText(LIMITS.input.label)),
  hint: may(plainText(LIMITS.input.hint)),
  optional: may(flag),
  dispatch_action: may(flag),
  element: must(byType({ ...INPUTS, ...inputElements() })),
});

/** Elements that are both actions and inputs. */
function inputElements(): Readonly<Record<string, Check>> {
  const { button: _button, workflow_button: _workflow, overflow: _overflow, ...rest } = ELEMENTS;
  return rest;
}

/** In messages only. */
const IN_MESSAGES = {
  markdown: block('markdown', { text: must(text(LIMITS.markdown)) }),
  table,
  data_table: all(
    block('data_table', {
      rows: must(list(list(cell, 1, LIMITS.table.columns), 2, LIMITS.dataTable.rows)),
      caption: must(text(LIMITS.text)),
      page_size: may(integer(1, LIMITS.dataTable.pageSize)),
      row_header_column_index: may(integer(0, LIMITS.table.columns - 1)),
    }),
    isRectangular,
  ),
  context_actions: block('context_actions', { elements: elements(byType(CONTEXT_ACTIONS), LIMITS.contextActions) }),
  alert: block('alert', {
    text: must(anyText(LIMITS.alert)),
    level: may(oneOf('default', 'info', 'warning', 'error', 'success')),
  }),
  card,
  carousel: block('carousel', { elements: elements(byType({ card }), LIMITS.carousel) }),
  task_card: block('task_card', taskFields),
  plan: block('plan', {
    title: must(text(LIMITS.text)),
    tasks: may(list(byType({ task_card: block('task_card', taskFields) }), 1, 100)),
  }),
  container: all(
    block('container', {
      title: may(plainText(LIMITS.container.title)),
      rich_text_title: may(richText),
      subtitle: may(anyText(LIMITS.container.title)),
      child_blocks: must(list(byType({ ...COMMON, table }), 1, LIMITS.container.blocks)),
      width: may(oneOf('narrow', 'standard', 'wide', 'full')),
      icon: may(image),
      is_collapsible: may(flag),
      default_collapsed: may(flag),
      has_header_divider: may(flag),
    }),
    needs('title', 'rich_text_title'),
  ),
} as const satisfies Readonly<Record<string, Check>>;

/** Which blocks a surface takes. An input in a message is refused: it is not switched on everywhere. */
const BLOCKS: Readonly<Record<Surface, Check>> = {
  message: byType({ ...COMMON, ...IN_MESSAGES }),
  modal: byType({ ...COMMON, input }),
  home: byType({ ...COMMON, input }),
};

const MAX_BLOCKS: Readonly<Record<Surface, number>> = {
  message: LIMITS.message.blocks,
  modal: LIMITS.view.blocks,
  home: LIMITS.view.blocks,
};

/** The blocks of a message or view: each one, and what must be unique among them. */
export const blocks: Check = (value, at, report) => {
  list(BLOCKS[report.surface], 0, MAX_BLOCKS[report.surface])(value, at, report);
  const all = asList(value);
  uniqueBlockIds(all, at, report.problem.bind(report));
  for (const [index, one] of all.entries()) uniqueActionIds(one, `${at}/${index}`, report.problem.bind(report));
  const tables = all.filter((one) => [...objectsIn(one)].some((inner) => inner['type'] === 'table'));
  if (tables.length > LIMITS.message.tables) report.problem('only one table is allowed', at);
};

type Problem = (message: string, at: string) => void;

function uniqueBlockIds(blocks: readonly Json[], at: string, problem: Problem): void {
  const seen = new Set<string>();
  for (const [index, one] of blocks.entries()) {
    const id = asText([...objectsIn(one)][0]?.['block_id']);
    if (id !== '' && seen.has(id)) problem(`\`block_id\` "${id}" already exists`, `${at}/${index}/block_id`);
    seen.add(id);
  }
}

function uniqueActionIds(block: Json, at: string, problem: Problem): void {
  const seen = new Set<string>();
  for (const [index, element] of asList([...objectsIn(block)][0]?.['elements']).entries()) {
    const id = asText([...objectsIn(element)][0]?.['action_id']);
    if (id !== '' && seen.has(id)) {
      problem(`\`action_id\` "${id}" already exists`, `${at}/elements/${index}/action_id`);
    }
    seen.add(id);
  }
}

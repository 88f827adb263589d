import { isDeepStrictEqual } from 'node:util';
import { asList, type Json, type JsonObject, objectsIn } from '../json.ts';
import {
  all,
  type Check,
  type Field,
  flag,
  imageUrl,
  integer,
  list,
  matching,
  may,
  must,
  object,
  oneOf,
  rule,
  text,
  typed,
  url,
} from './checks.ts';
import { LIMITS } from './limits.ts';
import { anyText, confirm, option, optionGroups, plainText, style } from './text-objects.ts';

const actionId = { action_id: may(text(LIMITS.actionId)) };
const focus = { focus_on_load: may(flag) };
const placeholder = { placeholder: may(plainText(LIMITS.placeholder)) };
const dispatch = {
  dispatch_action_config: may(
    object({ trigger_actions_on: may(list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2)) }),
  ),
};
const label = { accessibility_label: may(text(LIMITS.button.label)) };
const ids = may(list(text(50), 0, 100));
const id = may(text(50));
const maxItems = { max_selected_items: may(integer(1, LIMITS.option.count)) };

/** Options either as a list or in groups, and what is chosen at first must be among them. */
const choosesFromOptions = rule((element, at, report) => {
  if (element['options'] !== undefined && element['option_groups'] !== undefined) {
    report.problem('cannot provide both `options` and `option_groups`', at);
  }
  if (element['options'] === undefined && element['option_groups'] === undefined) {
    report.problem('missing required field: options', at);
  }
  initialIsAnOption(element, at, report.problem.bind(report));
});

function initialIsAnOption(element: JsonObject, at: string, problem: (message: string, at: string) => void): void {
  const offered: readonly Json[] = [
    ...asList(element['options']),
    ...asList(element['option_groups']).flatMap((group) =>
      [...objectsIn(group)].flatMap((one) => asList(one['options'])),
    ),
  ];
  const known = (chosen: Json): boolean => offered.some((one) => isDeepStrictEqual(plain(one), plain(chosen)));
  if (element['initial_option'] !== undefined && !known(element['initial_option'])) {
    problem('initial_option must be one of the options', `${at}/initial_option`);
  }
  for (const [index, chosen] of asList(element['initial_options']).entries()) {
    if (!known(chosen)) problem('initial_options must be among the options', `${at}/initial_options/${index}`);
  }
}

/** Without the defaults that Slack fills in, so that a stored option equals the one that was sent. */
const plain = (value: Json): unknown =>
  JSON.parse(JSON.stringify(value, (key, field) => (key === 'emoji' || key === 'verbatim' ? undefined : field)));

const select = (type: string, fields: Readonly<Record<string, Field>>): Check =>
  typed(type, { ...actionId, ...placeholder, ...focus, confirm, ...fields });
const staticOptions = {
  options: may(list(option(plainText), 1, LIMITS.option.count)),
  option_groups: may(optionGroups),
};
const filter = {
  filter: may(
    object({
      include: may(list(oneOf('im', 'mpim', 'private', 'public'), 1, 4)),
      exclude_external_shared_channels: may(flag),
      exclude_bot_users: may(flag),
    }),
  ),
  default_to_current_conversation: may(flag),
};
const responseUrl = { response_url_enabled: may(flag) };
const minQuery = { min_query_length: may(integer(0, 100)) };
const choices = must(list(option(anyText), 1, LIMITS.choices));

export const image: Check = all(
  typed('image', {
    image_url: may(imageUrl(LIMITS.image.url)),
    slack_file: may(object({ id: may(text(50)), url: may(url(LIMITS.image.url)) })),
    alt_text: must(text(LIMITS.image.alt)),
  }),
  rule((value, at, report) => {
    if (value['image_url'] === undefined && value['slack_file'] === undefined) {
      report.problem('missing required field: image_url', at);
    }
  }),
);

export const button: Check = typed('button', {
  ...actionId,
  ...label,
  text: must(plainText(LIMITS.button.text)),
  value: may(text(LIMITS.button.value)),
  url: may(url(LIMITS.button.url)),
  style,
  confirm,
});

const feedback = must(
  object({ text: must(plainText(LIMITS.button.text)), value: must(text(LIMITS.button.value)), ...label }),
);

/** Elements that a person can act on, by type. */
export const ELEMENTS = {
  button,
  workflow_button: typed('workflow_button', {
    ...actionId,
    ...label,
    text: must(plainText(LIMITS.button.text)),
    workflow: must(object({ trigger: must(rule(() => {})) })),
    style,
    confirm,
  }),
  overflow: typed('overflow', {
    ...actionId,
    options: must(list(option(plainText), 1, LIMITS.overflow)),
    confirm,
  }),
  static_select: all(
    select('static_select', { ...staticOptions, initial_option: may(option(plainText)) }),
    choosesFromOptions,
  ),
  multi_static_select: all(
    select('multi_static_select', {
      ...staticOptions,
      ...maxItems,
      initial_options: may(list(option(plainText), 1, LIMITS.option.count)),
    }),
    choosesFromOptions,
  ),
  external_select: select('external_select', { ...minQuery, initial_option: may(option(plainText)) }),
  multi_external_select: select('multi_external_select', {
    ...minQuery,
    ...maxItems,
    initial_options: may(list(option(plainText), 1, LIMITS.option.count)),
  }),
  users_select: select('users_select', { initial_user: id }),
  multi_users_select: select('multi_users_select', { ...maxItems, initial_users: ids }),
  conversations_select: select('conversations_select', { ...filter, ...responseUrl, initial_conversation: id }),
  multi_conversations_select: select('multi_conversations_select', {
    ...filter,
    ...maxItems,
    initial_conversations: ids,
  }),
  channels_select: select('channels_select', { ...responseUrl, initial_channel: id }),
  multi_channels_select: select('multi_channels_select', { ...maxItems, initial_channels: ids }),
  checkboxes: all(
    typed('checkboxes', {
      ...actionId,
      ...focus,
      confirm,
      options: choices,
      initial_options: may(list(option(anyText), 1, LIMITS.choices)),
    }),
    choosesFromOptions,
  ),
  radio_buttons: all(
    typed('radio_buttons', { ...actionId, ...focus, confirm, options: choices, initial_option: may(option(anyText)) }),
    choosesFromOptions,
  ),
  datepicker: typed('datepicker', {
    ...actionId,
    ...focus,
    ...placeholder,
    confirm,
    initial_date: may(matching(/^\d{4}-\d\d-\d\d$/, 'date')),
  }),
  timepicker: typed('timepicker', {
    ...actionId,
    ...focus,
    ...placeholder,
    confirm,
    initial_time: may(matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'time')),
    timezone: may(text(100)),
  }),
  datetimepicker: typed('datetimepicker', {
    ...actionId,
    ...focus,
    confirm,
    initial_date_time: may(integer(1_000_000_000, 9_999_999_999)),
  }),
} as const satisfies Readonly<Record<string, Check>>;

const typing = { ...actionId, ...focus, ...placeholder, ...dispatch, initial_value: may(text(LIMITS.input.length, 0)) };

/** Elements that only an input block holds. */
export const INPUTS = {
  plain_text_input: typed('plain_text_input', {
    ...typing,
    multiline: may(flag),
    min_length: may(integer(0, LIMITS.input.length)),
    max_length: may(integer(1, LIMITS.input.length)),
  }),
  email_text_input: typed('email_text_input', typing),
  url_text_input: typed('url_text_input', typing),
  number_input: typed('number_input', {
    ...typing,
    is_decimal_allowed: must(flag),
    min_value: may(text(30)),
    max_value: may(text(30)),
  }),
  rich_text_input: typed('rich_text_input', {
    ...actionId,
    ...focus,
    ...placeholder,
    ...dispatch,
    initial_value: may(rule(() => {})),
  }),
  file_input: typed('file_input', {
    ...actionId,
    filetypes: may(list(text(20), 1, 100)),
    max_files: may(integer(1, 10)),
  }),
} as const satisfies Readonly<Record<string, Check>>;

export const CONTEXT_ACTIONS = {
  feedback_buttons: typed('feedback_buttons', { ...actionId, positive_button: feedback, negative_button: feedback }),
  icon_button: typed('icon_button', {
    ...actionId,
    ...label,
    icon: must(text(50)),
    text: must(plainText(LIMITS.button.text)),
    value: may(text(LIMITS.button.value)),
    visible_to_user_ids: may(list(text(20), 1, 100)),
    confirm,
  }),
} as const satisfies Readonly<Record<string, Check>>;

import { asList, asObject, asText, type Json, type JsonObject, objectsIn } from './json.ts';

/** What a person puts into an element: text, an option (its value or its words), several of them, or null for nothing. */
export type Given = string | number | readonly string[] | null;

/** Interactive elements of a block, in reading order. */
export function elementsOf(block: JsonObject): readonly JsonObject[] {
  return [...objectsIn(block)].filter((one) => typeof one['action_id'] === 'string' && typeof one['type'] === 'string');
}

export const elementLabel = (element: JsonObject): string => asText(asObject(element['text'])['text']);

function optionsOf(element: JsonObject): readonly JsonObject[] {
  const groups = asList(element['option_groups']).flatMap((group) => asList(asObject(group)['options']));
  return [...asList(element['options']), ...groups].map(asObject);
}

function findOption(element: JsonObject, wanted: string): JsonObject {
  const options = optionsOf(element);
  const found = options.find((one) => one['value'] === wanted || elementLabel(one) === wanted);
  if (found === undefined) {
    const offered = options.map((one) => `${elementLabel(one)} (${asText(one['value'])})`).join(', ');
    throw new Error(`“${wanted}” is not among the options of ${asText(element['action_id'])}: ${offered}`);
  }
  return found;
}

const one = (given: Given): string | undefined => {
  const first = Array.isArray(given) ? given[0] : given;
  return first === null || first === undefined ? undefined : String(first);
};
const many = (given: Given): readonly string[] => {
  if (given === null) return [];
  return Array.isArray(given) ? given.map(String) : [String(given)];
};

/** Fields that a single id or date is chosen in: element type → [initial field, field of the state]. */
const SINGLE: Readonly<Record<string, readonly [initial: string, chosen: string]>> = {
  users_select: ['initial_user', 'selected_user'],
  conversations_select: ['initial_conversation', 'selected_conversation'],
  channels_select: ['initial_channel', 'selected_channel'],
  datepicker: ['initial_date', 'selected_date'],
  timepicker: ['initial_time', 'selected_time'],
  datetimepicker: ['initial_date_time', 'selected_date_time'],
};
const SEVERAL: Readonly<Record<string, readonly [initial: string, chosen: string]>> = {
  multi_users_select: ['initial_users', 'selected_users'],
  multi_conversations_select: ['initial_conversations', 'selected_conversations'],
  multi_channels_select: ['initial_channels', 'selected_channels'],
};

/** The state of an element as payloads carry it: what was given, else what it was shown with; undefined for a stateless one. */
export function elementState(element: JsonObject, given: Given | undefined): JsonObject | undefined {
  const type = asText(element['type']);
  if (type.endsWith('_input')) return typedState(element, type, given);
  if (['static_select', 'external_select', 'radio_buttons'].includes(type)) {
    const wanted = given === undefined ? undefined : one(given);
    const initial = given === undefined ? (element['initial_option'] ?? null) : null;
    return { type, selected_option: wanted === undefined ? initial : findOption(element, wanted) };
  }
  if (['multi_static_select', 'multi_external_select', 'checkboxes'].includes(type)) {
    const chosen =
      given === undefined ? asList(element['initial_options']) : many(given).map((item) => findOption(element, item));
    return { type, selected_options: chosen };
  }
  const single = SINGLE[type];
  if (single !== undefined) {
    const value: Json =
      given === undefined ? (element[single[0]] ?? null) : ((Array.isArray(given) ? given[0] : given) ?? null);
    return { type, [single[1]]: value };
  }
  const several = SEVERAL[type];
  if (several === undefined) return undefined;
  return { type, [several[1]]: given === undefined ? asList(element[several[0]]) : many(given) };
}

function typedState(element: JsonObject, type: string, given: Given | undefined): JsonObject {
  if (type === 'file_input') return { type, files: [] };
  const field = type === 'rich_text_input' ? 'rich_text_value' : 'value';
  if (given === undefined) return { type, [field]: element['initial_value'] ?? null };
  const text = one(given);
  if (text === undefined || text === '') return { type, [field]: null };
  if (type !== 'rich_text_input') return { type, value: text };
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return { type, rich_text_value: { type: 'rich_text', elements: [section] } };
}

/** Whether the state holds nothing: what Slack refuses for a required input. */
export function isEmptyState(state: JsonObject): boolean {
  const { type: _type, ...fields } = state;
  return Object.values(fields).every((value) => value === null || (Array.isArray(value) && value.length === 0));
}

/** What Slack's own form says about a value before it is sent, or undefined when it is fine. */
export function formError(element: JsonObject, state: JsonObject): string | undefined {
  const value = state['value'];
  if (typeof value !== 'string') return undefined;
  const least = element['min_length'];
  const most = element['max_length'];
  if (typeof least === 'number' && value.length < least) return `at least ${least} characters`;
  if (typeof most === 'number' && value.length > most) return `at most ${most} characters`;
  if (element['type'] === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return 'a valid email';
  if (element['type'] === 'url_text_input' && !/^https?:\/\/\S+$/.test(value)) return 'a valid URL';
  if (element['type'] === 'number_input') return numberError(element, value);
  return undefined;
}

function numberError(element: JsonObject, value: string): string | undefined {
  const number = Number(value);
  if (Number.isNaN(number)) return 'a number';
  if (element['is_decimal_allowed'] !== true && !Number.isInteger(number)) return 'a whole number';
  if (element['min_value'] !== undefined && number < Number(element['min_value']))
    return `at least ${asText(element['min_value'])}`;
  if (element['max_value'] !== undefined && number > Number(element['max_value']))
    return `at most ${asText(element['max_value'])}`;
  return undefined;
}

/** `state.values` of a message or view. `given` is found by block_id, action_id, or both. */
export function stateValues(blocks: readonly JsonObject[], given: Readonly<Record<string, Given>>): JsonObject {
  const values: Record<string, JsonObject> = {};
  for (const block of blocks) {
    const blockId = asText(block['block_id']);
    for (const element of elementsOf(block)) {
      const actionId = asText(element['action_id']);
      const state = elementState(element, given[actionId] ?? given[blockId] ?? missing(given, actionId, blockId));
      if (state !== undefined) values[blockId] = { ...values[blockId], [actionId]: state };
    }
  }
  return values;
}

/** Null when a name is given as null (emptied), undefined when it is not given at all. */
const missing = (given: Readonly<Record<string, Given>>, ...names: readonly string[]): null | undefined =>
  names.some((name) => Object.hasOwn(given, name)) ? null : undefined;

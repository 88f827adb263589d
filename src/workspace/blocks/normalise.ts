import { randomBlockId } from '../ids.ts';
import { asList, isObject, type Json, type JsonObject } from '../json.ts';

const INTERACTIVE =
  /^(button|workflow_button|overflow|checkboxes|radio_buttons|datepicker|timepicker|datetimepicker|icon_button|feedback_buttons|.*_select|.*_input)$/;

/** Blocks as Slack keeps them: with block_ids and action_ids, and the defaults of text objects filled in. */
export function normaliseBlocks(blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.map((block) => ({ ...fill(block), block_id: block['block_id'] ?? randomBlockId() }));
}

function fill(value: JsonObject): JsonObject {
  const filled = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fillAny(field)]));
  const type = value['type'];
  if (type === 'plain_text') return { emoji: true, ...filled };
  if (type === 'mrkdwn') return { verbatim: false, ...filled };
  if (typeof type === 'string' && INTERACTIVE.test(type)) return { action_id: randomBlockId(), ...filled };
  return filled;
}

function fillAny(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return asList(value).map((item) => fillAny(item) ?? null);
  return isObject(value) ? fill(value) : value;
}

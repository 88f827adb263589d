import { checkView } from './blocks/validate.ts';
import type { View } from './data.ts';
import { formError, isEmptyState } from './element-state.ts';
import { asObject, asText, type JsonObject } from './json.ts';
import { Refusal } from './refusal.ts';
import type { Slack } from './slack.ts';
import { nextHash, openModal, viewContent } from './views.ts';

/** What Slack's form itself refuses: required inputs left empty, and values of the wrong form. By block id. */
export function refusedFields(view: View, values: JsonObject): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const block of view.blocks) {
    if (block['type'] !== 'input') continue;
    const element = asObject(block['element']);
    const id = asText(block['block_id']);
    const state = asObject(asObject(values[id])[asText(element['action_id'])]);
    if (isEmptyState(state)) {
      if (block['optional'] !== true) errors[id] = 'please complete this required field';
      continue;
    }
    const wrong = formError(element, state);
    if (wrong !== undefined) errors[id] = wrong;
  }
  return errors;
}

/**
 * Does what the ack of a submission asks for: nothing (the modal closes), `clear`, `errors`, `update` or `push`. Gives the errors that are
 * shown, by block id. Throws a `Refusal` when Slack would not take the answer.
 */
export function followAnswer(
  slack: Slack,
  user: string,
  view: View,
  answer: JsonObject,
): Readonly<Record<string, string>> | undefined {
  const { state } = slack;
  const current = state.data.views.find((one) => one.id === view.id) ?? view;
  const content = () => checkView(asObject(answer['view']), 'modal', slack.installation.unsupportedBlocks);
  switch (answer['response_action'] ?? null) {
    case null:
      if (Object.keys(answer).length > 0) throw new Refusal('invalid_response');
      state.closeView(current);
      return undefined;
    case 'clear':
      for (const open of state.modals(user).toReversed()) state.closeView(open);
      return undefined;
    case 'errors':
      return showErrors(slack, current, asObject(answer['errors']));
    case 'update':
      state.changeView(current, { ...current, ...viewContent(slack, content(), current), hash: nextHash(slack) });
      return undefined;
    case 'push': {
      const next = content();
      if (state.modals(user).length >= 3) throw new Refusal('push_limit_reached');
      openModal(slack, user, next, current);
      return undefined;
    }
    default:
      throw new Refusal('invalid_response_action');
  }
}

/** Errors are shown under existing input blocks only; anything else is a broken answer. */
function showErrors(slack: Slack, view: View, errors: JsonObject): Readonly<Record<string, string>> {
  const inputs = view.blocks.filter((one) => one['type'] === 'input').map((one) => one['block_id']);
  const shown: Record<string, string> = {};
  for (const [block, words] of Object.entries(errors)) {
    if (!inputs.includes(block) || typeof words !== 'string') throw new Refusal('invalid_errors', { block });
    shown[block] = words;
  }
  if (Object.keys(shown).length === 0) throw new Refusal('invalid_errors');
  slack.state.changeView(view, { ...view, errors: shown });
  return shown;
}

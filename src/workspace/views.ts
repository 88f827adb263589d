import { normaliseBlocks } from './blocks/normalise.ts';
import type { View } from './data.ts';
import { formatTs, randomHex, randomId } from './ids.ts';
import { asList, asText, isObject, type JsonObject } from './json.ts';
import { Refusal } from './refusal.ts';
import type { Slack } from './slack.ts';

/** Changes with every change of the view, so that a late update can be noticed. */
export const nextHash = (slack: Slack): string =>
  `${formatTs(slack.state.now().getTime() * 1_000).slice(0, 10)}.${randomHex(4)}`;

type ViewContent = Pick<
  View,
  'blocks' | 'private_metadata' | 'callback_id' | 'external_id' | 'clear_on_close' | 'notify_on_close' | 'errors'
> &
  Partial<Pick<View, 'title' | 'submit' | 'close'>>;

/** What a bot says of a view. Throws `duplicate_external_id`. */
export function viewContent(slack: Slack, view: JsonObject, self: View | undefined): ViewContent {
  const external = asText(view['external_id']);
  const taken = slack.state.data.views.some((one) => one !== self && external !== '' && one.external_id === external);
  if (taken) throw new Refusal('duplicate_external_id');
  const part = (name: 'title' | 'submit' | 'close') => {
    const value = view[name];
    return isObject(value) ? { [name]: { emoji: true, ...value } } : {};
  };
  return {
    blocks: normaliseBlocks(asList(view['blocks']).filter(isObject)),
    private_metadata: asText(view['private_metadata']),
    callback_id: asText(view['callback_id']),
    external_id: external,
    clear_on_close: view['clear_on_close'] === true,
    notify_on_close: view['notify_on_close'] === true,
    errors: {},
    ...part('title'),
    ...part('submit'),
    ...part('close'),
  };
}

/** A new modal on top of `below`, or a home tab (in place of `old`). */
export function openModal(
  slack: Slack,
  user: string,
  content: JsonObject,
  below: View | null,
  type: View['type'] = 'modal',
  old?: View,
): View {
  const id = old?.id ?? randomId('V');
  const view: View = {
    id,
    type,
    user,
    hash: nextHash(slack),
    root_view_id: below?.root_view_id ?? id,
    previous_view_id: below?.id ?? null,
    ...viewContent(slack, content, old),
  };
  return old === undefined ? slack.state.openView(view) : slack.state.changeView(old, view);
}

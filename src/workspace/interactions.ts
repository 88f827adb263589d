import type { Channel, Message, User, View } from './data.ts';
import { elementLabel, elementState, type Given, stateValues } from './element-state.ts';
import { asText, compact, type JsonObject } from './json.ts';
import type { Slack } from './slack.ts';
import type { State } from './state.ts';
import { wireMessage, wireView } from './wire.ts';

/** What every interaction carries: who, where, for which app. */
function common(state: State, user: User): JsonObject {
  const { team, app } = state.data;
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team_id },
    api_app_id: app.id,
    token: 'verification',
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

const channelName = (channel: Channel): string =>
  ({ public: channel.name, private: 'privategroup', im: 'directmessage' })[channel.kind];

export function commandPayload(slack: Slack, user: User, channel: Channel, command: string, text: string): JsonObject {
  const { team, app } = slack.state.data;
  return {
    token: 'verification',
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: `${slack.address}${slack.responseUrls.issue({ user: user.id, channel: channel.id })}`,
    trigger_id: slack.triggers.issue({ user: user.id }),
  };
}

/** What a person did to an element: clicked it, or chose or typed something in it. */
function action(slack: Slack, block: JsonObject, element: JsonObject, given: Given | undefined): JsonObject {
  const type = asText(element['type']);
  const chosen =
    type === 'overflow' ? elementState({ ...element, type: 'static_select' }, given) : elementState(element, given);
  return compact({
    ...chosen,
    type,
    action_id: element['action_id'],
    block_id: block['block_id'],
    text: elementLabel(element) === '' ? undefined : element['text'],
    value: element['value'] ?? chosen?.['value'],
    style: element['style'],
    action_ts: slack.state.nextTs(),
  });
}

export function messageActionPayload(
  slack: Slack,
  user: User,
  channel: Channel,
  message: Message,
  ephemeral: boolean,
  target: { readonly block: JsonObject; readonly element: JsonObject; readonly given: Given | undefined },
): JsonObject {
  const { app } = slack.state.data;
  const given = target.given === undefined ? {} : { [asText(target.element['action_id'])]: target.given };
  const url = slack.responseUrls.issue({ user: user.id, channel: channel.id, message: { ts: message.ts, ephemeral } });
  return {
    type: 'block_actions',
    ...common(slack.state, user),
    container: compact({
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      thread_ts: message.thread_ts,
    }),
    trigger_id: slack.triggers.issue({ user: user.id }),
    channel: { id: channel.id, name: channelName(channel) },
    // Slack sends no full message for an ephemeral one.
    ...(ephemeral ? {} : { message: { ...wireMessage(slack.state, message), app_id: app.id } }),
    state: { values: stateValues(message.blocks, given) },
    response_url: `${slack.address}${url}`,
    actions: [action(slack, target.block, target.element, target.given)],
  };
}

export function viewActionPayload(
  slack: Slack,
  user: User,
  view: View,
  target: { readonly block: JsonObject; readonly element: JsonObject; readonly given: Given | undefined },
): JsonObject {
  const given = target.given === undefined ? {} : { [asText(target.element['action_id'])]: target.given };
  return {
    type: 'block_actions',
    ...common(slack.state, user),
    container: { type: 'view', view_id: view.id },
    trigger_id: slack.triggers.issue({ user: user.id, view: view.id }),
    view: wireView(slack.state, view, stateValues(view.blocks, given)),
    actions: [action(slack, target.block, target.element, target.given)],
  };
}

export function submissionPayload(slack: Slack, user: User, view: View, values: JsonObject): JsonObject {
  return {
    type: 'view_submission',
    ...common(slack.state, user),
    trigger_id: slack.triggers.issue({ user: user.id, view: view.id }),
    view: wireView(slack.state, view, values),
    response_urls: [],
  };
}

export function closedPayload(slack: Slack, user: User, view: View, cleared: boolean): JsonObject {
  return {
    type: 'view_closed',
    ...common(slack.state, user),
    view: wireView(slack.state, view, stateValues(view.blocks, {})),
    is_cleared: cleared,
  };
}

/** A message shortcut ("More actions" of a message). */
export function shortcutPayload(slack: Slack, user: User, channel: Channel, message: Message, id: string): JsonObject {
  const url = slack.responseUrls.issue({
    user: user.id,
    channel: channel.id,
    message: { ts: message.ts, ephemeral: false },
  });
  return {
    type: 'message_action',
    ...common(slack.state, user),
    callback_id: id,
    trigger_id: slack.triggers.issue({ user: user.id }),
    response_url: `${slack.address}${url}`,
    message_ts: message.ts,
    channel: { id: channel.id, name: channelName(channel) },
    message: wireMessage(slack.state, message),
    action_ts: slack.state.nextTs(),
  };
}

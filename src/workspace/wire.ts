import type { Channel, Message, User, View } from './data.ts';
import { compact, type JsonObject } from './json.ts';
import type { State } from './state.ts';

/** A message as Slack sends it: with the counts of its thread, and metadata only where asked for. */
export function wireMessage(state: State, message: Message, options: { readonly metadata?: boolean } = {}): JsonObject {
  const { app, team } = state.data;
  const author = message.user === undefined ? undefined : state.user(message.user);
  const replies = state.replies(message.channel, message.ts);
  const last = replies.at(-1);
  const thread =
    last === undefined
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.flatMap((one) => one.user ?? one.bot_id ?? []))],
          latest_reply: last.ts,
        };
  return compact({
    type: 'message',
    subtype: message.subtype,
    user: message.user,
    username: message.username,
    text: message.text,
    ts: message.ts,
    team: team.id,
    // Of somebody who is here through a shared channel.
    user_team: author?.is_stranger === true ? author.team_id : undefined,
    bot_id: message.bot_id,
    app_id: message.app_id,
    bot_profile: message.bot_id === app.botId ? botProfile(state) : undefined,
    client_msg_id: message.client_msg_id,
    thread_ts: message.thread_ts,
    parent_user_id:
      message.thread_ts === undefined ? undefined : state.message(message.channel, message.thread_ts)?.user,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    attachments: message.attachments,
    files: message.files,
    edited: message.edited === undefined ? undefined : { ...message.edited },
    reactions:
      message.reactions.length > 0
        ? message.reactions.map((one) => ({ name: one.name, users: one.users, count: one.users.length }))
        : undefined,
    metadata: options.metadata === true ? message.metadata : undefined,
    ...thread,
  });
}

function botProfile(state: State): JsonObject {
  const { app, team } = state.data;
  return { id: app.botId, app_id: app.id, name: state.user(app.botUser)?.name, deleted: false, team_id: team.id };
}

export function wireUser(user: User, withEmail: boolean): JsonObject {
  return compact({
    id: user.id,
    team_id: user.team_id,
    name: user.name,
    real_name: user.real_name,
    deleted: user.deleted,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: compact({
      real_name: user.real_name,
      display_name: user.name,
      email: withEmail ? user.email : undefined,
      team: user.team_id,
    }),
    is_admin: user.is_admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: user.is_restricted,
    is_ultra_restricted: user.is_ultra_restricted,
    is_stranger: user.is_stranger ? true : undefined,
    is_bot: user.is_bot,
    is_app_user: false,
    updated: 0,
  });
}

export function wireChannel(state: State, channel: Channel): JsonObject {
  const { botUser } = state.data.app;
  if (channel.kind === 'im') {
    const other = channel.members.find((id) => id !== botUser);
    return { id: channel.id, created: channel.created, is_im: true, is_archived: false, user: other, is_open: true };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: channel.created,
    creator: channel.creator,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.is_archived,
    is_general: false,
    is_member: channel.members.includes(botUser),
    is_shared: channel.is_ext_shared,
    is_ext_shared: channel.is_ext_shared,
    is_org_shared: false,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

export function wireView(state: State, view: View, values: JsonObject = {}): JsonObject {
  const { app, team } = state.data;
  return {
    id: view.id,
    team_id: team.id,
    type: view.type,
    title: view.title ?? null,
    submit: view.submit ?? null,
    close: view.close ?? null,
    blocks: view.blocks,
    private_metadata: view.private_metadata,
    callback_id: view.callback_id,
    external_id: view.external_id,
    state: { values },
    hash: view.hash,
    clear_on_close: view.clear_on_close,
    notify_on_close: view.notify_on_close,
    root_view_id: view.root_view_id,
    previous_view_id: view.previous_view_id,
    app_id: app.id,
    app_installed_team_id: team.id,
    bot_id: app.botId,
  };
}

import type { JsonObject } from './json.ts';

export interface User {
  readonly id: string;
  readonly team_id: string;
  readonly name: string;
  readonly real_name: string;
  readonly email?: string;
  readonly deleted: boolean;
  readonly is_admin: boolean;
  readonly is_bot: boolean;
  readonly is_restricted: boolean;
  readonly is_ultra_restricted: boolean;
  readonly is_stranger: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im';
  readonly created: number;
  readonly creator: string;
  readonly is_archived: boolean;
  readonly is_ext_shared: boolean;
  readonly is_read_only: boolean;
  readonly members: readonly string[];
  readonly topic: string;
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly users: readonly string[];
  readonly disabled: boolean;
}

interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
}

/** A message as it is stored; `wireMessage` adds what Slack computes (reply counts) and leaves out what it hides (metadata). */
export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly username?: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly files?: readonly JsonObject[];
  readonly thread_ts?: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly client_msg_id?: string;
  readonly metadata?: JsonObject;
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly reactions: readonly Reaction[];
  readonly pinned?: boolean;
}

/** A message that only one person sees. It is in no history, and only a response URL can change it. */
export interface Ephemeral extends Message {
  readonly recipient: string;
}

/** A modal or a home tab. Modals of one person form a stack of at most three. */
export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly user: string;
  readonly hash: string;
  readonly title?: JsonObject;
  readonly submit?: JsonObject;
  readonly close?: JsonObject;
  readonly blocks: readonly JsonObject[];
  readonly private_metadata: string;
  readonly callback_id: string;
  readonly external_id: string;
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly root_view_id: string;
  readonly previous_view_id: string | null;
  /** What was answered with `response_action: errors`, by block id. */
  readonly errors: Readonly<Record<string, string>>;
}

interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly size: number;
  readonly content?: string;
  /** A file that was not completed is invisible. */
  readonly completed: boolean;
}

/** All that a workspace knows. Plain data, so that it can be kept and brought back. */
export interface WorkspaceData {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly app: { readonly id: string; readonly botId: string; readonly botUser: string };
  readonly users: User[];
  readonly channels: Channel[];
  readonly userGroups: UserGroup[];
  readonly messages: Message[];
  readonly ephemerals: Ephemeral[];
  readonly views: View[];
  readonly files: StoredFile[];
  /** The last ts given out, in microseconds: ts values stay unique across a restart. */
  lastMicros: number;
}

/** What changed, for whoever shows the workspace live (a page, the terminal demo) or waits for something. */
export type Change =
  | { readonly type: 'message_posted' | 'message_changed' | 'message_deleted'; readonly message: Message }
  | { readonly type: 'ephemeral_posted' | 'ephemeral_changed' | 'ephemeral_deleted'; readonly message: Ephemeral }
  | { readonly type: 'view_opened' | 'view_changed' | 'view_closed'; readonly view: View }
  | { readonly type: 'channel_changed'; readonly channel: Channel }
  /** Everything may be different: `restore()`. */
  | { readonly type: 'restored' }
  | { readonly type: 'socket_opened' | 'socket_closed' | 'call' | 'delivery' | 'ui_error' | 'problem' };

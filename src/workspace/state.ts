import { EventEmitter } from 'node:events';
import { formatTs } from './ids.ts';
import type { JsonObject } from './json.ts';
import { MessageIndex } from './message-index.ts';
import { pushNewest } from './newest.ts';

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

function replace<T>(list: T[], old: T, next: T): void {
  list.splice(list.indexOf(old), 1, next);
}
function drop<T>(list: T[], old: T): void {
  list.splice(list.indexOf(old), 1);
}

/** The one place that changes the workspace's data; it tells its listeners about every change. */
export class State {
  data: WorkspaceData;
  readonly now: () => Date;
  readonly #changes = new EventEmitter<{ change: [Change] }>();
  #index: MessageIndex;

  constructor(data: WorkspaceData, now: () => Date) {
    this.data = data;
    this.#index = new MessageIndex(data.messages);
    this.now = now;
    this.#changes.setMaxListeners(0);
  }

  /** Calls back at every change; the result unsubscribes. */
  onChange(listener: (change: Change) => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  announce(change: Change): void {
    this.#changes.emit('change', change);
  }

  nextTs(): string {
    this.data.lastMicros = Math.max(this.data.lastMicros + 1, this.now().getTime() * 1_000);
    return formatTs(this.data.lastMicros);
  }

  user(id: string): User | undefined {
    return this.data.users.find((one) => one.id === id);
  }
  channel(id: string): Channel | undefined {
    return this.data.channels.find((one) => one.id === id);
  }
  message(channel: string, ts: string): Message | undefined {
    return this.#messages.find(channel, ts);
  }
  replies(channel: string, ts: string): readonly Message[] {
    return this.#messages.replies(channel, ts);
  }
  get #messages(): MessageIndex {
    // `data` is another one after a restore.
    if (!this.#index.covers(this.data.messages)) this.#index = new MessageIndex(this.data.messages);
    return this.#index;
  }
  /** The modals of a person, the visible one last. */
  modals(user: string): readonly View[] {
    return this.data.views.filter((one) => one.type === 'modal' && one.user === user);
  }

  post(message: Message): Message {
    this.#messages.add(message);
    this.announce({ type: 'message_posted', message });
    return message;
  }
  change(old: Message, next: Message): Message {
    this.#messages.replace(old, next);
    this.announce({ type: 'message_changed', message: next });
    return next;
  }
  remove(message: Message): void {
    this.#messages.remove(message);
    this.announce({ type: 'message_deleted', message });
  }

  whisper(message: Ephemeral): Ephemeral {
    pushNewest(this.data.ephemerals, message);
    this.announce({ type: 'ephemeral_posted', message });
    return message;
  }
  changeWhisper(old: Ephemeral, next: Ephemeral): void {
    replace(this.data.ephemerals, old, next);
    this.announce({ type: 'ephemeral_changed', message: next });
  }
  removeWhisper(message: Ephemeral): void {
    drop(this.data.ephemerals, message);
    this.announce({ type: 'ephemeral_deleted', message });
  }

  openView(view: View): View {
    this.data.views.push(view);
    this.announce({ type: 'view_opened', view });
    return view;
  }
  changeView(old: View, next: View): View {
    replace(this.data.views, old, next);
    this.announce({ type: 'view_changed', view: next });
    return next;
  }
  closeView(view: View): void {
    drop(this.data.views, view);
    this.announce({ type: 'view_closed', view });
  }

  addChannel(channel: Channel): Channel {
    this.data.channels.push(channel);
    this.announce({ type: 'channel_changed', channel });
    return channel;
  }
  changeChannel(old: Channel, next: Channel): Channel {
    replace(this.data.channels, old, next);
    this.announce({ type: 'channel_changed', channel: next });
    return next;
  }
}

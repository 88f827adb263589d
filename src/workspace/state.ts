import { EventEmitter } from 'node:events';
import type { Change, Channel, Ephemeral, Message, User, View, WorkspaceData } from './data.ts';
import { formatTs } from './ids.ts';
import { MessageIndex } from './message-index.ts';
import { pushNewest } from './newest.ts';

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

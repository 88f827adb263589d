import type { Change } from './data.ts';
import type { Events } from './events.ts';
import type { JsonObject } from './json.ts';
import type { State } from './state.ts';
import { wireMessage } from './wire.ts';

const SUBSCRIPTION = { public: 'message.channels', private: 'message.groups', im: 'message.im' } as const;
const CHANNEL_TYPE = { public: 'channel', private: 'group', im: 'im' } as const;

/** Tells a subscribed bot about every message, its own and every edit included, as Slack does. */
export function announceMessages(state: State, events: Events): void {
  state.onChange((change) => {
    if (change.type !== 'message_posted' && change.type !== 'message_changed' && change.type !== 'message_deleted')
      return;
    const channel = state.channel(change.message.channel);
    if (channel === undefined) return;
    const event = {
      ...messageEvent(state, change),
      channel: channel.id,
      channel_type: CHANNEL_TYPE[channel.kind],
      event_ts: change.message.ts,
    };
    // After the change, not within it: the bot may hear of its own message before the call that posted it is answered, never earlier.
    setImmediate(() => void events.send({ subscription: SUBSCRIPTION[channel.kind], event, channel }));
  });
}

function messageEvent(
  state: State,
  change: Extract<Change, { type: 'message_posted' | 'message_changed' | 'message_deleted' }>,
): JsonObject {
  const message = wireMessage(state, change.message);
  if (change.type === 'message_posted') return message;
  const { ts } = change.message;
  return change.type === 'message_changed'
    ? { type: 'message', subtype: 'message_changed', hidden: true, ts, message, previous_message: { ts } }
    : { type: 'message', subtype: 'message_deleted', hidden: true, ts, deleted_ts: ts, previous_message: message };
}

import type { Content } from './content.ts';
import type { Channel, Ephemeral, Message } from './data.ts';
import type { JsonObject } from './json.ts';
import type { Slack } from './slack.ts';

interface Placement {
  readonly thread_ts?: string;
  readonly metadata?: JsonObject;
}

/** A message by the bot. */
export function botMessage(slack: Slack, channel: string, content: Content, place: Placement): Message {
  const { app } = slack.state.data;
  return {
    channel,
    ts: slack.state.nextTs(),
    user: app.botUser,
    bot_id: app.botId,
    app_id: app.id,
    reactions: [],
    ...content,
    ...(place.thread_ts === undefined ? {} : { thread_ts: place.thread_ts }),
    ...(place.metadata === undefined || Object.keys(place.metadata).length === 0 ? {} : { metadata: place.metadata }),
  };
}

export const postMessage = (slack: Slack, channel: Channel, content: Content, place: Placement = {}): Message =>
  slack.state.post(botMessage(slack, channel.id, content, place));

export const postEphemeral = (
  slack: Slack,
  channel: Channel,
  recipient: string,
  content: Content,
  place: Placement = {},
): Ephemeral => slack.state.whisper({ ...botMessage(slack, channel.id, content, place), recipient });

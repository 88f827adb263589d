import type { WebClient } from '@slack/web-api';

/** Pages looked at. What was posted since the message was to be posted is less: a channel takes about one a second. */
const PAGES = 5;

interface Lost {
  readonly channel: string;
  /** The thread it would be in; a root is searched in the channel. */
  readonly thread?: string;
  /** The outbox id in its metadata. */
  readonly id: string;
  /** ISO time before which it can't have been posted: when it was written into the outbox. */
  readonly since: string;
}

/** The ts of a message that was posted although nobody could record it: found by the metadata it carries. */
export async function findPosted(client: WebClient, lost: Lost): Promise<string | undefined> {
  const { channel, thread, id } = lost;
  const oldest = String(Math.floor(Date.parse(lost.since) / 1000) - 60);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const query = { channel, oldest, limit: 200, include_all_metadata: true, ...(cursor !== undefined && { cursor }) };
    const answer =
      thread === undefined
        ? await client.conversations.history(query)
        : await client.conversations.replies({ ...query, ts: thread });
    const found = answer.messages?.find(({ bot_id, metadata }) => bot_id !== undefined && isOurs(metadata, id));
    if (found) return found.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return undefined;
  }
  return undefined;
}

function isOurs(metadata: unknown, id: string): boolean {
  if (typeof metadata !== 'object' || metadata === null) return false;
  const { event_type, event_payload } = { event_type: undefined, event_payload: undefined, ...metadata } as {
    event_type?: unknown;
    event_payload?: unknown;
  };
  return (
    event_type === 'promfix' &&
    typeof event_payload === 'object' &&
    event_payload !== null &&
    'id' in event_payload &&
    event_payload.id === id
  );
}

import type { WebClient } from '@slack/web-api';
import type { Logger } from '../ports.ts';

const REMEMBERED = 500;

export interface Links {
  /** The permalink of a message; undefined when Slack doesn't say. */
  to(channel: string, ts: string): Promise<string | undefined>;
}

/** Permalinks never change, so each is asked for once. */
export function createLinks(client: WebClient, log: Logger): Links {
  const known = new Map<string, string>();
  return {
    async to(channel, ts) {
      const key = `${channel}/${ts}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      try {
        const { permalink } = await client.chat.getPermalink({ channel, message_ts: ts });
        if (permalink === undefined) return undefined;
        if (known.size >= REMEMBERED) known.clear();
        known.set(key, permalink);
        return permalink;
      } catch (error) {
        log.warn({ err: error, channel }, 'no permalink');
        return undefined;
      }
    },
  };
}

import type { Logger as SlackLogger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { Logger } from '../ports.ts';
import { hideSecrets } from '../secrets.ts';

/** URLs of the SDK's lines that carry a right by themselves: of a socket, and for answering a person. */
const RIGHTFUL_URLS = /wss?:\/\/\S+|https?:\/\/\S*\/(?:response|commands|actions)\/\S+/g;

/**
 * The SDK's log lines as ours. Debug lines are dropped whatever the level says: they hold whole frames, with response URLs, trigger ids and
 * message texts.
 */
export function slackLogger(log: Logger): SlackLogger {
  const text = (parts: readonly unknown[]) =>
    hideSecrets(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '))
      .replace(RIGHTFUL_URLS, '[hidden]')
      .slice(0, 2_000);
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => log.warn({ sdk: text(parts) }, 'Slack SDK'),
    error: (...parts) => log.error({ sdk: text(parts) }, 'Slack SDK'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}

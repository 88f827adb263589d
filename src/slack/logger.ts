import type { Logger as SlackLogger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { Logger } from '../ports.ts';

/** What may open a door, wherever it stands in a line of the SDK. */
const SECRETS =
  /\bx(?:ox[a-z]|app)-[\w-]+|wss?:\/\/\S+|https:\/\/hooks\.slack\.com\/\S+|https?:\/\/\S*\/(?:response|commands|actions)\/\S+/g;

/**
 * The SDK's log lines as ours. Debug lines are dropped whatever the level says: they hold whole frames, with response URLs, trigger ids and
 * message texts.
 */
export function slackLogger(log: Logger): SlackLogger {
  const text = (parts: readonly unknown[]) =>
    parts
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(' ')
      .replace(SECRETS, '[hidden]')
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

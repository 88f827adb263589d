import { type Logger as SlackLogger, WebClient, type WebClientOptions } from '@slack/web-api';

/** Where Slack is, and who we are. */
export interface SlackAccess {
  readonly botToken: string;
  readonly appToken: string;
  /** Another Slack than slack.com, with `/api/` at the end. */
  readonly apiUrl?: string;
}

/**
 * One options object per client: the SDK writes into the one it is given. `slackApiUrl` needs its trailing slash.
 */
export function clientOptions(
  access: Pick<SlackAccess, 'apiUrl'>,
  logger: SlackLogger,
  more: WebClientOptions,
): WebClientOptions {
  const { apiUrl } = access;
  return {
    logger,
    ...more,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
  };
}

/** For answers to people: quick, and told at once when Slack wants less. */
export function interactiveOptions(access: Pick<SlackAccess, 'apiUrl'>, logger: SlackLogger): WebClientOptions {
  return clientOptions(access, logger, { timeout: 5_000, retryConfig: { retries: 1 }, rejectRateLimitedCalls: true });
}

/** For the outbox: never repeats a call by itself, since a post whose answer was lost may have happened. */
export function outboxClient(access: SlackAccess, logger: SlackLogger): WebClient {
  return new WebClient(
    access.botToken,
    clientOptions(access, logger, { timeout: 10_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }),
  );
}

export function interactiveClient(access: SlackAccess, logger: SlackLogger): WebClient {
  return new WebClient(access.botToken, interactiveOptions(access, logger));
}

/** For the socket's address: the supervisor repeats, so the client must not. */
export function socketOptions(access: Pick<SlackAccess, 'apiUrl'>, logger: SlackLogger): WebClientOptions {
  return clientOptions(access, logger, { timeout: 5_000, retryConfig: { retries: 0 } });
}

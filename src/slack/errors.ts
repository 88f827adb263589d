import { ErrorCode, WebAPIRateLimitedError } from '@slack/web-api';

/** What went wrong with a call of the Web API, as far as it matters for what to do next. */
type SlackFailure =
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** Slack said no; `error` is its code. */
  | { readonly kind: 'refused'; readonly error: string }
  /** The outcome is unknown: it may have happened. */
  | { readonly kind: 'unreachable' };

export function slackFailure(error: unknown): SlackFailure | undefined {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', retryAfterMs: error.retryAfter * 1_000 };
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === ErrorCode.RequestError || error.code === ErrorCode.HTTPError) return { kind: 'unreachable' };
  if (error.code !== ErrorCode.PlatformError || !('data' in error)) return undefined;
  const { data } = error;
  const code = typeof data === 'object' && data !== null && 'error' in data ? String(data.error) : 'unknown';
  // Slack's own troubles come in a 200, too.
  if (['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'].includes(code))
    return { kind: 'unreachable' };
  if (code === 'ratelimited') return { kind: 'rate-limited', retryAfterMs: 5_000 };
  return { kind: 'refused', error: code };
}

import { Args } from './args.ts';
import type { CallFault } from './faults.ts';
import type { JsonObject } from './json.ts';
import { METHODS } from './methods/index.ts';
import type { Method } from './methods/method.ts';
import type { RateLimits } from './rate-limits.ts';
import { Refusal } from './refusal.ts';
import type { Slack } from './slack.ts';

/** One Web API call as it went. The token is never kept. */
export interface CallRecord {
  readonly method: string;
  readonly args: JsonObject;
  readonly at: Date;
  /** HTTP status of the answer; null when the connection was broken instead. */
  readonly status: number | null;
  readonly ok: boolean;
  readonly error?: string;
  /** The injected fault that decided the answer. */
  readonly fault?: CallFault['fault'];
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** Answers a Web API call as Slack would: method, token, scopes, rate limit, then the method itself. */
export function answerCall(
  slack: Slack,
  limits: RateLimits | null,
  name: string,
  token: string,
  raw: JsonObject,
): Answer {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  const headers: Record<string, string> = {};
  try {
    if (method === undefined) {
      slack.problems.add({ kind: 'unknown_method', method: name });
      throw new Refusal('unknown_method', { req_method: name });
    }
    authenticate(slack, method, token);
    Object.assign(headers, scopeHeaders(slack, method));
    authorise(slack, method);
    const wait = limits?.retryAfter(method.tier, name, String(raw['channel'] ?? '')) ?? 0;
    if (wait > 0) {
      return {
        status: 429,
        headers: { ...headers, 'retry-after': String(wait) },
        body: { ok: false, error: 'ratelimited' },
      };
    }
    return { status: 200, headers, body: withMetadata({ ok: true, ...method.handle(slack, new Args(raw)) }) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 200, headers, body: withMetadata({ ok: false, error: error.code, ...error.extra }) };
  }
}

const withMetadata = (body: JsonObject): JsonObject => ({ response_metadata: {}, ...body });

function authenticate(slack: Slack, method: Method, token: string): void {
  const { botToken, appToken, ended } = slack.installation;
  if (token === '') throw new Refusal('not_authed');
  if (token !== botToken && token !== appToken) throw new Refusal('invalid_auth');
  if (ended !== null) throw new Refusal(ended);
  if (token !== (method.token === 'bot' ? botToken : appToken)) throw new Refusal('not_allowed_token_type');
}

function authorise(slack: Slack, method: Method): void {
  const { scopes } = slack.installation;
  if (method.scopes.length === 0 || method.scopes.some((scope) => scopes.includes(scope))) return;
  throw new Refusal('missing_scope', { needed: method.scopes.join(','), provided: scopes.join(',') });
}

function scopeHeaders(slack: Slack, method: Method): Record<string, string> {
  const granted = method.token === 'app' ? ['connections:write'] : slack.installation.scopes;
  const accepted = method.token === 'app' ? ['connections:write'] : method.scopes;
  return { 'x-oauth-scopes': granted.join(','), 'x-accepted-oauth-scopes': accepted.join(',') };
}

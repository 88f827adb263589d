import type { Args } from '../args.ts';
import type { JsonObject } from '../json.ts';
import type { Tier } from '../rate-limits.ts';
import type { Slack } from '../slack.ts';

/** A Web API method. The handler returns the answer without `ok`, or throws a `Refusal`. */
export interface Method {
  /** The kind of token it takes. */
  readonly token: 'bot' | 'app';
  /** Any one of these is enough. Empty: none is needed. */
  readonly scopes: readonly string[];
  readonly tier: Tier;
  handle(slack: Slack, args: Args): JsonObject;
}

export const HISTORY_SCOPES = ['channels:history', 'groups:history', 'im:history', 'mpim:history'] as const;
export const READ_SCOPES = ['channels:read', 'groups:read', 'im:read', 'mpim:read'] as const;

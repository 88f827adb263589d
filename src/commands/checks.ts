import type { Values } from '../diagnosis/types.ts';

/** What doctor may say; sentences and the line that fixes it: `texts/en/doctor.ts`. */
const CHECK_CODES = [
  'slack-reached',
  'slack-unreachable',
  'slack-auth',
  'scopes-complete',
  'scopes-missing',
  'channel-joined',
  'channel-not-joined',
  'channel-unknown',
  'channel-shared',
  'group-unreadable',
  'policy',
  'approvers-ok',
  'store-reached',
  'store-unavailable',
  'redis-policy',
  'redis-persistence',
  'cluster-reached',
  'cluster-unreachable',
  'right-missing',
  'rights-complete',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

export interface Check {
  readonly code: CheckCode;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly values: Values;
}
/** Looks at one thing promfix needs. Never throws: what it can't reach is its answer. */
export type Probe = () => Promise<readonly Check[]>;

import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import type { Actor } from './types.ts';

/**
 * Who asked for an incident or a repair, as it was said by Slack. Made when the record is, so that whoever can write Redis but has no key
 * can't name somebody else and then approve their own request.
 */
interface RequesterClaim {
  /** `inc-12`, `inc-12.p1` */
  readonly id: string;
  /** When the record was made (ISO); tells records of the same number apart, should they ever begin anew. */
  readonly at: string;
  readonly requestedBy: Actor;
}

/** HMAC-SHA-256 (hex) over the canonical JSON of the claim. */
export function requesterMac(key: string, { id, at, requestedBy }: RequesterClaim): string {
  const text = canonicalJson({ use: 'promfix.requester/v1', id, at, requestedBy });
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether `mac` is the claim's; compared in constant time. A record without one vouches for nobody. */
function isRequesterMac(key: string, claim: RequesterClaim, mac: string | undefined): boolean {
  const expected = Buffer.from(requesterMac(key, claim));
  const given = Buffer.from(mac ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Whether the record of an incident or a proposal still names who asked for it. */
export function isRequesterKnown(
  key: string,
  record: Pick<RequesterClaim, 'id' | 'requestedBy'> & {
    readonly requesterMac?: string;
    readonly openedAt?: string;
    readonly createdAt?: string;
  },
): boolean {
  const { id, requestedBy, openedAt, createdAt } = record;
  return isRequesterMac(key, { id, requestedBy, at: createdAt ?? openedAt ?? '' }, record.requesterMac);
}

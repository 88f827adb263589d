import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ClusterIdentity } from '../remediations/types.ts';
import { canonicalJson } from './canonical.ts';
import type { Approval } from './types.ts';

/** What an approval vouches for. Whoever can write Redis but has no key can't make one, nor move it to another plan, cluster or time. */
interface ApprovalClaim {
  readonly proposal: string;
  readonly by: Approval['by'];
  readonly planHash: string;
  readonly cluster: ClusterIdentity;
  /** ISO; the proposal's expiry. */
  readonly expiresAt: string;
  readonly reason?: string;
  readonly breakGlass?: boolean;
}

/** HMAC-SHA-256 (hex) over the canonical JSON of the claim. */
export function approvalMac(key: string, claim: ApprovalClaim): string {
  const { proposal, by, planHash, cluster, expiresAt, reason, breakGlass } = claim;
  const text = canonicalJson({
    use: 'promfix.approval/v2',
    proposal,
    team: by.team,
    user: by.user,
    planHash,
    cluster: { uid: cluster.uid, caFingerprint: cluster.caFingerprint },
    expiresAt,
    reason: reason ?? null,
    breakGlass: breakGlass === true,
  });
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether `mac` is the claim's; compared in constant time. */
export function isApprovalMac(key: string, claim: ApprovalClaim, mac: string): boolean {
  const expected = Buffer.from(approvalMac(key, claim));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

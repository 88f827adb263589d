export interface Approval {
  readonly by: { readonly team: string; readonly user: string };
  readonly at: string;
  readonly reason?: string;
  /** Given alone in an emergency: it waives the quorum and nothing else. */
  readonly breakGlass?: boolean;
  /** HMAC-SHA-256 (hex) over approver, reason, plan hash, cluster and expiry; the key is not in Redis. */
  readonly mac: string;
}

export interface Rule {
  /** Slack user ids and user-group ids that may approve. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly approvals: number;
  /** `never`, or `with-reason`: the requester may approve with a typed reason. */
  readonly self: 'never' | 'with-reason';
  readonly expiresSeconds: number;
  /** User ids that may approve this plan alone in an emergency; absent where nobody may. */
  readonly breakGlass?: readonly string[];
}

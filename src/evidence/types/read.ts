/** Why something could not be read. */
export const UNREAD_REASONS = [
  'unauthorized',
  'forbidden',
  'timeout',
  'unavailable',
  'too-large',
  'malformed',
  'not-attempted',
] as const;
export type UnreadReason = (typeof UNREAD_REASONS)[number];

/** The right that a source needs, as a Role would state it. `resource` may carry a subresource (`pods/log`). */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Absent for cluster-scoped resources and cluster-wide reads. */
  readonly namespace?: string;
  readonly name?: string;
}

/** Absent is knowledge (the server said so); unread is not: nothing may be concluded from it. */
export type Read<T> =
  | { readonly state: 'read'; readonly value: T; readonly at: string; readonly resourceVersion?: string }
  | { readonly state: 'absent'; readonly how: 'no-such-kind' | 'no-such-object'; readonly at: string }
  | { readonly state: 'unread'; readonly because: UnreadReason; readonly detail: string; readonly needs?: Right };

import type { Evidence, Read, Target } from './types.ts';

/** Evidence of which nothing was read: a diagnosis of it says what it could not check, instead of nothing at all. */
export function unreadEvidence(
  target: Target,
  at: string,
  unread: Extract<Read<never>, { readonly state: 'unread' }>,
): Evidence {
  return {
    target,
    at,
    hidden: 0,
    cluster: unread,
    resource: unread,
    resources: unread,
    crds: unread,
    served: unread,
    operators: unread,
    namespace: unread,
    owned: unread,
    statefulSet: unread,
    pods: unread,
    claims: unread,
    events: unread,
    quotas: unread,
    limitRanges: unread,
    storageClasses: unread,
    webhooks: unread,
    admissionSecret: unread,
    jobs: unread,
    applications: unread,
    undecodable: unread,
  };
}

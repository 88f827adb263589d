import type { Evidence, Read, Target } from '../evidence/types.ts';

/**
 * Evidence of a cluster that could not be reached: nothing was read, so that the diagnosis says "inconclusive" and what it could not check,
 * instead of nothing at all.
 */
export function unreadEvidence(target: Target, at: string, detail: string): Evidence {
  const unread: Extract<Read<never>, { state: 'unread' }> = { state: 'unread', because: 'unavailable', detail };
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

import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const WORKS =
  'Prometheus runs; only its status is missing or old. Argo CD waits for that status, so its sync and its hooks do.';
const AS_F01 = {
  tried: 'Treating it as an operator that never reconciled',
  because: 'The StatefulSet and its six sibling objects exist, so it did reconcile.',
} as const;
const DELETE_CR = { tried: 'Deleting the Prometheus', because: 'It works; that would take it down.' } as const;

/** Causes on the rung `status`: it works, and its status says otherwise. */
export const statusCauses = {
  'status-patch-forbidden': {
    title: 'The operator may not write the status',
    what: 'The operator’s ServiceAccount may update but not patch the status subresource. Its check at start asks for update, its writes are patches.',
    effect: WORKS,
    proof:
      'All objects of the resource exist and its status was never written; the access review for patch on the status says no.',
    repair:
      'Add patch on the status subresource to the operator’s ClusterRole; the operator tries again by itself within 17 minutes, at once when the resource is touched.',
    vain: [AS_F01, DELETE_CR],
  },
  'pods-list-forbidden': {
    title: 'The operator may not list pods',
    what: 'The operator counts pods to write the status, and may not list them. The status keeps what was written first.',
    effect: WORKS,
    proof:
      'The StatefulSet is ready while the status says that there is none, and the access review for list on pods says no.',
    repair: 'Add list on pods to the operator’s ClusterRole, then touch the resource.',
    vain: [
      AS_F01,
      DELETE_CR,
      { tried: 'Restarting the operator', because: 'It writes the same wrong status again and stops there.' },
    ],
  },
  'crd-stale-status-schema': {
    title: 'The CRD is older than the operator',
    what: 'The installed CRD comes from an older release: it does not know fields that the operator writes or that the chart sets, or it has no status subresource. Helm never upgrades CRDs.',
    effect:
      'The API server refuses the fields it does not know: status writes fail, or the resource itself is refused.',
    proof:
      'An error "field not declared in schema", "unknown field" or a status "not found", and a CRD whose annotation operator.prometheus.io/version is older than the operator or missing.',
    repair:
      'Apply the CRDs of the operator’s version with server-side apply and --force-conflicts; no restart is needed. To make it last: let Argo CD bring the CRDs, or set crds.upgradeJob.enabled=true with Helm.',
    vain: [
      {
        tried: 'Deleting the CRD to install it again',
        because: 'That deletes every object of the kind in all namespaces.',
      },
      { tried: 'helm upgrade', because: 'Helm leaves the CRDs of the crds folder as they are.' },
      AS_F01,
    ],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;

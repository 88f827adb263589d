import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const UNSEEN = 'The operator is healthy but ignores this resource, and logs nothing about it.';
const RESTART = {
  tried: 'Restarting the operator',
  because: 'The filter is in its arguments and stays the same.',
} as const;
const RIGHTS = { tried: 'Granting more rights', because: 'No request is refused; none is made.' } as const;

/** Causes on the rung `selected`. */
export const selectedCauses = {
  'ns-allowlist-excludes': {
    title: 'The operator does not watch this namespace',
    what: 'The operator is limited to namespaces by --namespaces or --prometheus-instance-namespaces, and this one is not among them.',
    effect: UNSEEN,
    proof: 'The flag is in the Deployment’s arguments and does not name the resource’s namespace.',
    repair:
      'Add the namespace to prometheusOperator.namespaces.additional or prometheusOperator.prometheusInstanceNamespaces; the change restarts the operator.',
    vain: [RESTART, RIGHTS],
  },
  'ns-denylist': {
    title: 'The operator ignores this namespace',
    what: 'The namespace is in --deny-namespaces. That hides resources of every kind in it.',
    effect: UNSEEN,
    proof: 'The flag is in the Deployment’s arguments and names the resource’s namespace.',
    repair: 'Take the namespace out of prometheusOperator.denyNamespaces.',
    vain: [RESTART, RIGHTS],
  },
  'instance-selector-excludes': {
    title: 'The operator selects other labels',
    what: 'The operator only manages resources that match its instance selector, and the labels of this one do not. Nothing in any log says so.',
    effect: UNSEEN,
    proof: 'The selector is in the Deployment’s arguments, and the resource’s labels do not match it.',
    repair: 'Give the resource the label (prometheus.additionalLabels), which works at once, or correct the selector.',
    vain: [RESTART, RIGHTS],
  },
  'controller-id-mismatch': {
    title: 'The resource is addressed to another operator',
    what: 'The annotation operator.prometheus.io/controller-id of the resource and the operator’s --controller-id differ. Both empty counts as equal.',
    effect: UNSEEN,
    proof: 'The annotation and the flag differ.',
    repair: 'Remove or correct the annotation (prometheus.annotations); the operator acts at once.',
    vain: [RESTART, RIGHTS],
  },
  'cr-terminating': {
    title: 'The resource is being deleted',
    what: 'The resource has a deletion timestamp and a finalizer holds it. The operator ignores such a resource, silently.',
    effect: 'The operator makes nothing for a resource that is being deleted.',
    proof: 'metadata.deletionTimestamp is set and the finalizers that hold it are listed.',
    repair: 'Let the owner of the finalizer finish its work, then create the resource again.',
    vain: [
      {
        tried: 'Removing the finalizer blindly',
        because: 'Whatever it guards may be left behind outside the cluster.',
      },
      { tried: 'Applying the resource again', because: 'An object that is being deleted cannot be brought back.' },
    ],
  },
  paused: {
    title: 'The resource is paused',
    what: 'spec.paused is true, so the operator does nothing for this resource.',
    effect: 'The operator reports the resource as reconciled and makes nothing.',
    proof: 'spec.paused is true, and the log says "the resource is paused, not reconciling".',
    repair: 'Set prometheus.prometheusSpec.paused=false.',
    vain: [{ tried: 'Restarting the operator', because: 'The pause is part of the resource and stays.' }],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;

import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const DELETE_CR = {
  tried: 'Deleting the Prometheus',
  because: 'That deletes its StatefulSet and pods as well, and with an emptyDir the data.',
} as const;

/** Causes on the rung `statefulset`. */
export const statefulsetCauses = {
  'sts-invisible-label': {
    title: 'The operator does not see its own StatefulSet',
    what: 'The StatefulSet exists and belongs to the resource, but lacks a label by which the operator (0.85 and later) finds its own. So the operator tries to create it, again and again.',
    effect:
      'Prometheus runs on, but no change of the spec reaches it, and its status says that there is no StatefulSet.',
    proof:
      'The StatefulSet is owned by this resource, and its label managed-by is not prometheus-operator. The condition Reconciled says that it "already exists", or, with an operator from 0.89 on, Available says that there is none.',
    repair:
      'Set the label managed-by=prometheus-operator on the StatefulSet; pods are not touched. If the label comes from the resource (commonLabels or additionalLabels with managed-by), remove it there, or it is overwritten again. Operators from 0.89 on repair the StatefulSet themselves, unless the resource has such a label.',
    vain: [
      { tried: 'Deleting the StatefulSet', because: 'It takes the pods with it; a label is enough.' },
      DELETE_CR,
      { tried: 'Restarting the operator', because: 'It looks with the same label selector.' },
    ],
  },
  'foreign-sts': {
    title: 'Another StatefulSet has that name',
    what: 'A StatefulSet of the name the operator needs exists and does not belong to this resource.',
    effect:
      'This resource has no StatefulSet and no pods; what runs under that name is something else. An operator from 0.89 on takes the name: it labels the other StatefulSet and deletes it with its pods, but makes its own only at the next change of the resource.',
    proof:
      'The condition Reconciled says the StatefulSet "already exists", and it has no owner reference to this resource.',
    repair:
      'Find out whose it is. Rename the Prometheus (fullnameOverride) or, if the other one is a leftover, delete it after looking at its volumes.',
    vain: [
      { tried: 'Labelling it as the operator’s', because: 'The operator would then replace somebody else’s workload.' },
      { tried: 'Restarting the operator', because: 'The name stays taken.' },
    ],
  },
  'sts-gone-unseen': {
    title: 'The StatefulSet is gone, and the operator did not notice',
    what: 'The operator deleted a StatefulSet that it could not update, in order to re-create it, but does not watch that object (it was somebody else’s, under the same name). So it never learned that the name is free.',
    effect:
      'The last sync counts as a success, the status still says Available and Reconciled, and nothing runs. The next change of the resource ends this.',
    proof:
      'There is no StatefulSet, the condition Reconciled is True for the current generation, and the last thing the operator logged about the resource is that it recreates the StatefulSet.',
    repair: 'Make the operator look again: any change of the resource does, an annotation for example.',
    vain: [
      { tried: 'Trusting the status', because: 'It comes from the sync that deleted the StatefulSet.' },
      { tried: 'Waiting', because: 'The operator only acts on changes, and nothing changes any more.' },
      DELETE_CR,
    ],
  },
  'sts-stuck-terminating': {
    title: 'The old StatefulSet is stuck terminating',
    what: 'A field changed that a StatefulSet cannot change, so the operator deletes and recreates it. The old one waits for its pods, and one of them does not terminate. AVAILABLE can say True in this state.',
    effect: 'The operator waits for the deletion to end before it makes the new StatefulSet.',
    proof:
      'The StatefulSet has a deletion timestamp and the finalizer foregroundDeletion, and one of its pods is Terminating.',
    repair:
      'Clear the pod that is stuck (a lost node, a finalizer, a long grace period); the operator makes the new StatefulSet by itself. Volumes are kept.',
    vain: [
      {
        tried: 'Trusting a green Application',
        because: 'The status says Available, and the health check believes it.',
      },
      { tried: 'Restarting the operator', because: 'It waits again.' },
      DELETE_CR,
    ],
  },
  'two-operators': {
    title: 'Two operators fight over the resource',
    what: 'A second prometheus-operator manages the same resource, and each changes the StatefulSet to its own form.',
    effect: 'The StatefulSet changes several times a second and its pods restart forever.',
    proof:
      'Two Deployments run the operator with scopes that both include this namespace, and the StatefulSet’s generation is far above the resource’s.',
    repair:
      'Limit one of them: prometheusOperator.denyNamespaces or prometheusInstanceNamespaces, or a controller id. Or remove the one nobody needs.',
    vain: [
      { tried: 'Deleting the StatefulSet', because: 'Both make it again.' },
      { tried: 'Reading one operator’s log', because: 'Each only sees its own, error-free work.' },
    ],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;

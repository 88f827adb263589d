import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const NO_CONTROLLER =
  'The controller for this kind was never started, so no such resource ever gets a status or a StatefulSet, although the operator’s pod is Ready.';
const DELETE_CR = {
  tried: 'Deleting and creating the Prometheus again',
  because: 'No controller watches the kind, so nothing reacts.',
} as const;
const FIX_TLS = {
  tried: 'Repairing the TLS errors first',
  because: 'They follow from the sync that never ends; the webhooks only check rules.',
} as const;
const DOWNGRADE = {
  tried: 'Downgrading the chart',
  because: 'It helps only because every chart change restarts the operator; a plain restart does the same.',
} as const;
const ROLE_ONLY = {
  tried: 'Correcting the role only',
  because: 'The check is made once, at start: without a restart nothing changes.',
} as const;
const CLUSTER_ADMIN = {
  tried: 'Binding cluster-admin',
  because: 'It gives the operator every Secret of the cluster, and still needs the restart.',
} as const;

/** Causes on the rung `controller`: the one-shot check at start switched the controller off. */
export const controllerCauses = {
  'crd-race-at-start': {
    title: 'The operator started before the CRD was there',
    what: 'The operator checks only once, when it starts, whether the kind is served. The CRD came later, so the operator left its controller out, with a single warning. The pod stays Ready, and nothing looks broken.',
    effect: NO_CONTROLLER,
    proof:
      'The warning "not installed in the cluster" at start, or the CRD\'s Established time after the start of the process; the controller\'s metric is absent.',
    repair:
      'Restart the operator: it is stateless, and running StatefulSets and pods are not touched. To make it last: install the CRDs first, in an Application or sync wave of their own with a health gate.',
    vain: [
      DELETE_CR,
      { tried: 'Applying the CRDs again', because: 'They are there; the operator does not look a second time.' },
      DOWNGRADE,
      FIX_TLS,
      {
        tried: 'Deleting the CRDs',
        because: 'That deletes every Prometheus, Alertmanager, rule and monitor of the cluster.',
      },
    ],
  },
  'skipcrds-then-crds': {
    title: 'The chart skipped the CRDs, and they came later',
    what: 'The Application leaves the CRDs out (skipCrds or crds.enabled=false) and something else installed them after the operator had started. The operator checks only once, when it starts.',
    effect: NO_CONTROLLER,
    proof:
      'skipCrds in the Application\'s source, several warnings "not installed in the cluster" at start, and CRDs that came after the operator had started.',
    repair:
      'Restart the operator. To make it last: order the Application with the CRDs before the one with the operator.',
    vain: [
      DELETE_CR,
      DOWNGRADE,
      FIX_TLS,
      {
        tried: 'Switching skipCrds on and off with prune enabled',
        because: 'Once the CRDs belong to an Application, it can also delete them.',
      },
    ],
  },
  'rbac-gate-prometheuses': {
    title: 'The operator was not allowed to see its resources at start',
    what: 'The operator checks once, at its start, whether it may get, list and watch its own kind. It was not allowed to, so it left the controller out, with warnings only.',
    effect: NO_CONTROLLER,
    proof:
      'The warnings "missing permission on resource" at start; the access review says no now, or the role was changed after the process started.',
    repair: 'Restore get, list and watch on the kind in the operator’s ClusterRole, then restart the operator.',
    vain: [ROLE_ONLY, CLUSTER_ADMIN, DELETE_CR, DOWNGRADE],
  },
  'rbac-gate-status-update': {
    title: 'The right to update the status was missing at start',
    what: 'The operator checks at its start for update on the status subresource, although it later uses patch. Without update it leaves the whole controller out: no StatefulSet at all, not one without a status.',
    effect: NO_CONTROLLER,
    proof: 'One warning: missing "update" permission on the status subresource; the access review says no for update.',
    repair: 'Add update on the status subresource to the operator’s ClusterRole, then restart the operator.',
    vain: [ROLE_ONLY, CLUSTER_ADMIN, DELETE_CR],
  },
  'crb-wrong-subject': {
    title: 'The operator’s rights are bound to somebody else',
    what: 'The ClusterRoleBinding is missing, or its subject has another name or namespace than the ServiceAccount the operator runs as.',
    effect: 'No controller was started for any kind, although the operator’s pod is Ready.',
    proof:
      'Warnings "missing permission" for every kind at start, access reviews that all say no, and a binding whose subject is not the operator\'s ServiceAccount.',
    repair:
      'Replace the wrong subject of the ClusterRoleBinding, then restart the operator. Adding the right one beside it would leave the wrong account with all the operator’s rights, Secrets included.',
    vain: [
      {
        tried: 'Correcting the binding only',
        because: 'The errors about nodes stop, but the controllers stay off until the restart.',
      },
      { tried: 'Adding rules to the ClusterRole', because: 'The rules are fine; they are bound to another account.' },
      CLUSTER_ADMIN,
    ],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;

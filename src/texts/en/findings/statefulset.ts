import type { statefulset } from '../../../runbooks/statefulset.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const statefulsetFindings = {
  'no-statefulset': (say, has) =>
    has('daemonSet')
      ? 'There is no DaemonSet for this resource.'
      : has('shard')
        ? `There is no StatefulSet for shard ${say('shard')} of this resource.`
        : 'There is no StatefulSet for this resource.',
  'shard-at-fault': (say, has) =>
    has('others')
      ? `Of the ${say('total')} shards this is about shard ${say('shard')}, StatefulSet ${say('statefulSet')}. Also not as they should be: ${say('others')}.`
      : `Of the ${say('total')} shards this is about shard ${say('shard')}, StatefulSet ${say('statefulSet')}. The others are as they should be.`,
  'shards-complete': (say) => `All ${say('total')} shards have their StatefulSet and its pods.`,
  'statefulset-there': (say, has) =>
    has('daemonSet')
      ? `The DaemonSet ${say('statefulSet')} is there, with ${say('ready')} of ${say('replicas')} pods ready.`
      : `The StatefulSet ${say('statefulSet')} is there, with ${say('ready')} of ${say('replicas')} pods ready.`,
  'owned-progress': (say, has) => {
    if (say('made') === '0' && has('next'))
      return `The operator has made none of its ${say('total')} objects; the first would be ${say('next')}.`;
    if (!has('next')) return `The operator has made all of its ${say('total')} objects.`;
    return `The operator has made ${say('made')} of its ${say('total')} objects: the last is ${say('last')}, the next would be ${say('next')}.`;
  },
  'sync-errors': (say) => `The operator tries to reconcile this resource and fails: “${say('message')}”.`,
  'other-resources-fail': (say) => `Other resources fail to reconcile (${say('keys')}); that does not touch this one.`,
  // -- what a failed sync proves
  'storage-class-missing': (say) =>
    `The spec asks for the StorageClass "${say('storageClass')}", which this cluster does not have.`,
  'version-unsupported': (say) =>
    `The operator cannot configure Prometheus ${say('version')}; it supports 2.x and 3.x.`,
  'version-unparseable': (say, has) =>
    has('version')
      ? `The operator cannot parse the version "${say('version')}".`
      : `The operator cannot parse the version of this resource: ${say('message')}`,
  'reference-missing': (say, has) =>
    has('key')
      ? `The spec refers to the key ${say('key')} of the Secret ${say('secret')}, and that key is not there.`
      : `The spec refers to the Secret or ConfigMap ${say('secret')}, which does not exist.`,
  'extra-config-invalid': (say) => `The additional configuration cannot be parsed: ${say('detail')}`,
  'build-conflict': (say) => `The operator cannot build the StatefulSet from this spec: ${say('detail')}`,
  'spec-contradiction': (say) => `The spec is refused by the operator’s own checks: ${say('detail')}`,
  'right-missing': (say) => `The operator may not ${say('verb')} ${say('resource')}, and stops there.`,
  'quota-refuses': (say) => `The quota ${say('quota')} refuses what the operator wants to create: ${say('detail')}`,
  'policy-refuses': (say) => `The policy ${say('policy')} refuses what the operator wants to create: ${say('detail')}`,
  'webhook-unreachable': (say) =>
    `The webhook ${say('webhook')} is called for the operator’s objects and cannot be reached, and it fails closed.`,
  'namespace-terminating': (say) =>
    `The namespace ${say('namespace')} is being deleted, so nothing can be created in it.`,
  'finalizers-forbidden': () =>
    'The operator may not set finalizers on the resource, and this cluster asks for that right before it accepts an owner reference.',
  'operator-cut-off': (say) => `The API server no longer accepts the operator’s requests: ${say('detail')}`,
  'owned-object-unchangeable': (say) => `The operator cannot change an object of its own: ${say('message')}`,
  'owned-object-foreign': (say) =>
    `The Secret ${say('secret')} has the name that the operator needs, was not made for this resource, and cannot be changed: ${say('message')}`,
  'daemonset-mode-off': () =>
    'The resource asks for mode: DaemonSet, and the feature gate PrometheusAgentDaemonSet of the operator is off.',
  'rules-configmap-taken': (say) =>
    `The ConfigMap ${say('name')} exists without the operator’s label, so the operator can neither find nor create it.`,
  'statefulset-hidden': (say) =>
    `The StatefulSet ${say('statefulSet')} belongs to this resource, but its label managed-by is ${say('managedBy')}, so the operator does not see it and does not bring it up to date.`,
  'statefulset-invisible': (say) =>
    `The StatefulSet ${say('statefulSet')} belongs to this resource, but its label managed-by is ${say('managedBy')}, so the operator does not see it and fails to create it again.`,
  'statefulset-foreign': (say, has) =>
    has('daemonSet')
      ? `The DaemonSet ${say('statefulSet')} exists and belongs to somebody else, so the operator cannot create its own.`
      : `The StatefulSet ${say('statefulSet')} exists and belongs to somebody else, so the operator cannot create its own.`,
  'statefulset-foreign-unseen': (say) =>
    `A StatefulSet of the name ${say('statefulSet')} exists that does not belong to this resource.`,
  'statefulset-name-taken': (say) =>
    `The operator cannot create the StatefulSet ${say('statefulSet')} because it exists; whose it is was not read.`,
  'statefulset-terminating': (say, has) =>
    has('pod')
      ? `The StatefulSet ${say('statefulSet')} has been terminating since ${say('since')}, and waits for the pod ${say('pod')} to end.`
      : `The StatefulSet ${say('statefulSet')} has been terminating since ${say('since')}, held by ${say('finalizers')}.`,
  'statefulset-gone-unseen': (say) =>
    `The operator deleted the StatefulSet at ${say('at')} to make it again, and has not looked since: there is none, and the status still says that all is done.`,
  'replacing-statefulset': () =>
    'The operator replaces the StatefulSet because a field changed that cannot be changed in place.',
  'worker-hangs': (say, has) =>
    has('webhook') && say('webhook') !== 'unknown'
      ? `The operator has been working on one item for ${say('seconds')} s. The first suspect is ${say('webhook')}, which is called for what the operator writes.`
      : `The operator has been working on one item for ${say('seconds')} s, and everything waits behind it.`,
  // -- status
  'status-empty': () => 'The operator has never written a status for this resource.',
  'status-stale': () =>
    'The status says that there is no StatefulSet, while its pods are ready: the status is outdated.',
  'status-write-errors': (say) => `The operator fails to write the status; its log has ${say('count')} such errors.`,
  'status-not-patchable': (say) =>
    `The operator may not patch ${say('resource')}, so the status stays empty although everything runs.`,
  'pods-not-listable': () =>
    'The operator may not list pods, which it needs to work out the status; the status keeps its first content.',
  'crd-refuses-status': (say) =>
    `The CRD (version ${say('crdVersion')}) does not know fields that operator ${say('operatorVersion')} writes into the status.`,
  'not-read': (say) => `Not read: ${say('source')}. How far the operator got was not checked.`,
} satisfies FindingTexts<(typeof statefulset.codes)[number]>;

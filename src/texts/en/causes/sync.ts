import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const FAILS =
  'Every attempt to reconcile the resource ends at this error, before or at the StatefulSet; the operator retries with growing pauses, up to about 17 minutes.';
const RESTART = { tried: 'Restarting the operator', because: 'It meets the same error at its first attempt.' } as const;
const DELETE_CR = {
  tried: 'Deleting and creating the Prometheus again',
  because: 'Its spec is the same; and if a StatefulSet exists, that deletes it.',
} as const;
const CONDITION =
  'The message of the resource’s condition Reconciled is the error itself; the objects made before it show how far the operator got.';

/** Causes on the rung `sync`. */
export const syncCauses = {
  'apiserver-lost-after-sync': {
    title: 'The operator’s token is refused',
    what: 'The operator started well and lost the API server later: its ServiceAccount was deleted and re-created, its token or the CA changed, or a NetworkPolicy was added. The pod stays Ready.',
    effect: 'The operator sees the resource, but every write is refused, the status included.',
    proof:
      'The log says "sync … failed: Unauthorized" and the same for the status; the ServiceAccount is younger than the pod.',
    repair:
      'Restart the operator: the new pod gets a token of the new ServiceAccount. If a NetworkPolicy is the reason, allow egress to the API server first.',
    vain: [
      {
        tried: 'Granting more rights',
        because: 'The API server no longer accepts the operator’s token, so rights do not matter.',
      },
      DELETE_CR,
    ],
  },
  'version-not-semver': {
    title: 'The version of Prometheus cannot be parsed',
    what: 'The operator needs a version like v3.7.3. The chart takes the image tag as the version, and this tag is not a version: it is latest, has a prefix, or ends in a digest.',
    effect: 'The operator stops at the first step of its work, so nothing is made.',
    proof: CONDITION,
    repair: 'Set prometheus.prometheusSpec.version to the plain version, beside the image tag.',
    vain: [
      { tried: 'Pull secrets or another registry', because: 'No pod was made yet, so no image was pulled.' },
      RESTART,
    ],
  },
  'daemonset-gate-off': {
    title: 'The operator does not have the DaemonSet mode switched on',
    what: 'The PrometheusAgent asks for mode: DaemonSet. The operator knows that mode only with its feature gate PrometheusAgentDaemonSet, which is off by default.',
    effect: 'The operator stops at its first step, so nothing is made; an agent that ran before keeps what it had.',
    proof: CONDITION,
    repair:
      'Start the operator with --feature-gates=PrometheusAgentDaemonSet=true, and grant it get, list, watch, create, update and delete on daemonsets first: with the gate and without those rights it exits. Or set mode: StatefulSet.',
    vain: [RESTART, DELETE_CR],
  },
  'version-unsupported': {
    title: 'This operator does not support that Prometheus version',
    what: 'The version parses, but its major version is not one the operator can configure (2 and 3 are).',
    effect: FAILS,
    proof: CONDITION,
    repair: 'Set prometheus.prometheusSpec.image.tag and version to a 2.x or 3.x.',
    vain: [RESTART],
  },
  'storageclass-missing': {
    title: 'The StorageClass does not exist',
    what: 'The storage of the resource names a StorageClass that this cluster does not have. The operator checks that before anything else.',
    effect:
      'The operator stops before its first step, so nothing is made; before 0.90 not even "sync prometheus" is logged.',
    proof: CONDITION,
    repair:
      'Name an existing class in prometheus.prometheusSpec.storageSpec, or create the class and then touch the resource, because StorageClasses are not watched.',
    vain: [
      { tried: 'Creating the volume claim by hand', because: 'The operator checks the class, not the claim.' },
      RESTART,
    ],
  },
  'secret-ref-missing': {
    title: 'A referenced Secret or key is missing',
    what: 'The spec refers to a Secret or a key in it (scrape configs, remote write, TLS, basic auth), and it is not there.',
    effect: FAILS,
    proof: CONDITION,
    repair:
      'Create the Secret or the key in the resource’s namespace, or remove the reference. The operator acts at once when the Secret appears.',
    vain: [RESTART, DELETE_CR],
  },
  'additional-config-invalid': {
    title: 'The additional configuration is not valid',
    what: 'The Secret with additional configuration was found, but its content cannot be parsed.',
    effect: FAILS,
    proof: CONDITION,
    repair: 'Correct the YAML in the Secret that the spec names; spaces only, no tabs.',
    vain: [{ tried: 'Checking rights', because: 'The Secret was read; it is the content that fails.' }, RESTART],
  },
  'spec-semantic': {
    title: 'The spec contradicts itself',
    what: 'Fields of the spec exclude each other or are out of range in a way that the CRD’s schema cannot see, for example a scrape timeout longer than the interval, or two kinds of authentication at once.',
    effect: FAILS,
    proof: CONDITION,
    repair: 'Correct the named fields in the Helm values (prometheus.prometheusSpec) and sync.',
    vain: [
      { tried: 'Validating against the CRD', because: 'The schema accepts it; the operator’s own checks do not.' },
      RESTART,
    ],
  },
  'build-conflict': {
    title: 'The StatefulSet cannot be built from this spec',
    what: 'Something in the spec gets in the way of what the operator builds itself: an additional argument that it already sets, a container patch that does not merge, an image reference that does not parse, or a governing Service that does not fit.',
    effect: 'The configuration is made, but the StatefulSet is not.',
    proof: CONDITION,
    repair: 'Remove or rename the named part in prometheus.prometheusSpec and sync.',
    vain: [RESTART, DELETE_CR],
  },
  'rules-configmap-taken': {
    title: 'The ConfigMap for the rules is taken',
    what: 'A ConfigMap with the name of the operator’s rules ConfigMap exists without the label by which the operator finds its own, so the operator tries to create it and cannot.',
    effect: 'The operator stops at its first object.',
    proof:
      'The condition Reconciled says that the ConfigMap "already exists", and that ConfigMap lacks the label prometheus-name.',
    repair: 'Delete that ConfigMap after making sure that nobody else uses it; the operator makes its own.',
    vain: [RESTART, { tried: 'Deleting the PrometheusRules', because: 'The name is taken whatever the rules say.' }],
  },
  'owned-secret-immutable': {
    title: 'A Secret that the operator writes cannot be changed',
    what: 'A Secret that the operator writes was made immutable, has another type, or its content would be too large.',
    effect: FAILS,
    proof: CONDITION,
    repair:
      'Look at the Secret first: one that the operator made (ownerReferences names this resource) may be deleted, and the operator creates it again at once; somebody else’s, only after asking its owner. If it is too large, select fewer rules or monitors.',
    vain: [{ tried: 'Editing the Secret', because: 'An immutable Secret can only be deleted.' }, RESTART],
  },
  'quota-on-owned-objects': {
    title: 'A quota leaves no room for the objects',
    what: 'A ResourceQuota on the number of objects in the namespace is used up, so the API server refuses what the operator wants to create.',
    effect: FAILS,
    proof:
      'The condition Reconciled says "exceeded quota" with the quota\'s name, and the quota\'s status shows it used up.',
    repair: 'Raise the named quota, or remove objects that count against it, then touch the resource.',
    vain: [
      {
        tried: 'Restarting the operator',
        because: 'Its new pod may be refused by the same quota: it can make things worse.',
      },
      { tried: 'Granting rights', because: 'The word "forbidden" means the quota here, not the rights.' },
    ],
  },
  'rbac-write-verb': {
    title: 'The operator lacks a right to write',
    what: 'The operator’s ServiceAccount may not do one of the things that a sync does: create, get, update or delete on ConfigMaps, Secrets, Services or StatefulSets.',
    effect: 'The operator makes everything up to the refused object, and stops there.',
    proof:
      'The condition Reconciled says which verb on which resource is refused to the operator’s account, and the access review says no.',
    repair: 'Add the verb to the operator’s ClusterRole, then touch the resource; no restart is needed.',
    vain: [
      RESTART,
      {
        tried: 'Binding cluster-admin',
        because: 'It gives the operator every Secret of the cluster for the sake of one verb.',
      },
    ],
  },
  'policy-denies-sts': {
    title: 'A policy refuses what the operator makes',
    what: 'An admission policy (a ValidatingAdmissionPolicy, Kyverno, Gatekeeper) refuses the StatefulSet or another object of the operator.',
    effect: FAILS,
    proof: 'The condition Reconciled names the policy and quotes its message.',
    repair:
      'Comply through the resource: its labels, securityContext and containers are carried over to the StatefulSet. Or ask the owner of the policy for an exception. Then touch the resource.',
    vain: [{ tried: 'Deleting the policy', because: 'It protects others, and its owner brings it back.' }, RESTART],
  },
  'webhook-down-fail-closed': {
    title: 'A failing webhook blocks the operator’s writes',
    what: 'Somebody else’s webhook is called for the operator’s objects, does not answer, and is set to fail closed. The operator’s own webhooks never match these kinds.',
    effect: FAILS,
    proof:
      'The condition Reconciled says "failed calling webhook" with its name, and the Service behind that webhook has no ready endpoint or is missing.',
    repair:
      'Bring the backend of the webhook back, then touch the resource. As a last resort its owner can exclude the namespace by namespaceSelector.',
    vain: [
      { tried: 'Deleting the operator’s own webhooks', because: 'They check rules only.' },
      { tried: 'Deleting the webhook of the policy engine', because: 'It guards the whole cluster.' },
      RESTART,
    ],
  },
  'namespace-terminating': {
    title: 'The namespace is being deleted',
    what: 'The resource’s namespace has a deletion timestamp; nothing new can be created in it.',
    effect: 'The operator is refused at its first object.',
    proof: 'The namespace is in phase Terminating and the condition Reconciled says so.',
    repair:
      'Find what holds the namespace (its conditions name it), let the deletion end, and create the namespace and the release again.',
    vain: [
      {
        tried: 'Removing the finalizer of the namespace',
        because: 'Objects can be left behind that nobody sees any more.',
      },
      RESTART,
    ],
  },
  'owner-refs-enforcement': {
    title: 'The operator may not set finalizers on its resource',
    what: 'The cluster enforces rights on owner references (OpenShift does), and the operator lacks update on the finalizers subresource of its kind.',
    effect: 'The operator is refused at its first object.',
    proof:
      'The condition Reconciled says "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on".',
    repair: 'Add update on the finalizers subresource to the operator’s ClusterRole, then touch the resource.',
    vain: [
      { tried: 'Granting create on the named object', because: 'That right is there; the owner reference is refused.' },
      RESTART,
    ],
  },
  'worker-blocked': {
    title: 'The operator hangs in one request',
    what: 'The operator works on one resource at a time and has no time limit for a request. One request hangs, typically in a webhook that never answers, and everything waits behind it.',
    effect: 'The sync began and does not end, so neither the objects nor the status follow.',
    proof:
      'The condition Reconciled stays Unknown with reason NotFound, "sync prometheus" was logged and nothing after it, and the work queue\'s unfinished time grows.',
    repair: 'Find and repair the slow webhook or API; a restart frees the queue, but meets the same request again.',
    vain: [DELETE_CR, { tried: 'Granting more rights', because: 'No request is refused; one does not end.' }],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;

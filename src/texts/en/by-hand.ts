import type { CauseSlug } from '../../diagnosis/causes.ts';

/**
 * Why a person has to do what mends a cause, or the part of it that no repair of promfix reaches. Every cause without a repair has its
 * reason here; a test holds that.
 */
export const byHandText: Readonly<Partial<Record<CauseSlug, string>>> = {
  // -- crd, resource
  'crds-pruned':
    'Without Argo CD the CRDs are applied by hand: a CRD decides about every object of its kind in all namespaces, and only Git knows which release is meant.',
  'crd-missing':
    'Without Argo CD the CRDs are applied by hand: a CRD decides about every object of its kind in all namespaces, and only Git knows which release is meant.',
  'sibling-crd-missing':
    'Without Argo CD the CRDs are applied by hand: a CRD decides about every object of its kind in all namespaces, and only Git knows which release is meant.',
  'csa-crd-too-long':
    'Without Argo CD the CRDs are applied by hand, server-side: only Git knows which release is meant.',
  'wrong-kind-or-none':
    'Which resource there should be, of which kind and where, is for the chart’s values to say; one that promfix made up would only be in the way.',
  // -- operator pod
  'operator-missing':
    'Without Argo CD nothing in the cluster says what the operator’s Deployment looks like: helm upgrade makes it from the values.',
  'admission-secret-missing':
    'Without Argo CD the hook’s Job is run by helm upgrade: an empty Secret made by hand would only change the error.',
  'presync-hook-stuck':
    'What keeps the hook’s pod from running (an image, a policy, an account) belongs to others; ending the operation helps only once that is repaired.',
  'operator-image-pull':
    'Which image and registry are right is not in the cluster, and a pull secret is a secret that promfix must not have.',
  'operator-pending':
    'Nodes, taints and what other pods ask for belong to the whole cluster; which of them gives way is a decision about everybody’s workloads.',
  'operator-pod-creation-denied':
    'A quota, a policy or a missing account is somebody’s decision about this namespace, and only they know whether it was meant.',
  // -- start-up
  'operator-oomkilled':
    'How much memory the operator may have is a decision about the node, and a limit that is patched is gone with the next sync: it belongs in the values.',
  'port-conflict':
    'The port and the host network stand in several objects at once (Deployment, Service, webhooks): only the chart changes them together.',
  'both-ns-flags':
    'Which of the two flags was meant can’t be read from the cluster, and each of them decides whose Secrets the operator reads.',
  'bad-flag': 'Which flag was meant instead can’t be read from the cluster; the flags come from the values.',
  'sa-token-not-mounted':
    'Giving a process an API token is handing out rights; whoever turned the mount off decides whether that was meant.',
  'apiserver-unreachable-at-start':
    'Network policies and firewalls are limits that others set, and opening them is for their owners to decide.',
  'operator-crash-config':
    'What is wrong is in the last lines of the operator’s log; what was meant instead is for the values to say.',
  'rbac-operator-crd-access':
    'Only the operator’s log names the right, and a log is no ground for handing one out: the role of the image’s own release has what it needs.',
  // -- caches
  'poison-object':
    'One object of somebody has to be corrected or deleted, and only its owner knows what it should say.',
  'slow-list':
    'Fewer or smaller objects, or fewer namespaces to watch, are decisions about everybody’s Secrets and ConfigMaps.',
  'configured-namespace-missing':
    'Whether the namespace or the flag that names it is the mistake is not in the cluster: it belongs in the values.',
  // -- selected
  'ns-allowlist-excludes':
    'The list decides whose Secrets the operator may read; widening it is for the values, where it is reviewed.',
  'ns-denylist': 'Somebody excluded this namespace on purpose; the list is in the values, where it is reviewed.',
  'cr-terminating':
    'A finalizer belongs to whoever set it: removing it leaves behind what it was to clean up. promfix never removes one.',
  // -- sync
  'version-not-semver':
    'Where neither the tag of the image nor the text before a digest says a version, which one is meant is not in the cluster.',
  'version-unsupported':
    'Another major version reads another configuration and other data on disk: which one is meant is for the values to say.',
  'storageclass-missing':
    'Storage classes belong to the whole cluster, and the class in a claim can’t be changed later: promfix goes on only once the class is there.',
  'secret-ref-missing': 'Only whoever has the credentials can make the Secret, and promfix must not have them.',
  'additional-config-invalid':
    'The configuration is in a Secret, which promfix does not read; what it should say only its author knows.',
  'spec-semantic': 'Two fields contradict each other, and which of them was meant only their author knows.',
  'build-conflict':
    'An argument or a field contradicts what the operator sets itself; which was meant only its author knows.',
  'rules-configmap-taken':
    'What the Prometheus does not own belongs to somebody: it is never deleted, whatever its name.',
  'owned-secret-immutable':
    'What the Prometheus does not own belongs to somebody: it is never deleted, whatever its name.',
  'quota-on-owned-objects':
    'How much a namespace may have is its owner’s decision: promfix goes on only once there is room.',
  'policy-denies-sts':
    'A policy is somebody’s decision: complying with it, or an exception from it, is for people to agree on. promfix changes no policy.',
  'webhook-down-fail-closed':
    'A webhook of others that fails closed may be what keeps the cluster safe: its owner repairs or relaxes it. promfix goes on only once it answers.',
  'namespace-terminating':
    'Somebody deleted the namespace; what holds it is found in its conditions, and what that removes can’t be brought back.',
  'daemonset-gate-off':
    'Whether an agent runs as a DaemonSet, behind an alpha feature gate, or as a StatefulSet is a decision for the values.',
  'owner-refs-enforcement':
    'It takes a right on finalizers that the access reviews of a diagnosis don’t ask about, so it can’t be proven missing before a write is refused.',
  // -- statefulset
  'foreign-sts':
    'The StatefulSet belongs to somebody else, and deleting it would stop what it runs: one of the two gets another name.',
  'sts-stuck-terminating':
    'A pod on a node that is gone, or a finalizer, holds it: deleting by force can leave two writers on one volume.',
  'two-operators': 'Which of the two operators is meant to have this resource is for both installations to decide.',
  // -- pods, ready
  'pod-create-denied':
    'A quota, a limit range, a policy or a missing account is somebody’s decision about this namespace, and only they know whether it was meant.',
  'no-sts-controller': 'The controller manager is part of the control plane: whoever runs the cluster repairs it.',
  'pvc-pending':
    'Volumes belong to whoever runs the storage, the template of a claim can’t be changed, and deleting a claim deletes its data.',
  unschedulable:
    'Nodes, taints and what other pods ask for belong to the whole cluster; which of them gives way is a decision about everybody’s workloads.',
  'rollout-stuck':
    'The pod that is to be replaced may be the last one that still runs: when it goes is a person’s decision.',
  'pod-start-failure':
    'Images, mounted Secrets, the configuration and the rights on a volume come from people: the message of the container says which of them it is.',
  // -- status
  'crd-stale-status-schema':
    'The CRDs of the operator’s release are applied by hand or by Git: a CRD decides about every object of its kind in all namespaces.',
  // -- neighbours
  'rbac-operator-missing-resource':
    'Only the operator’s log names the right, and a log is no ground for handing one out: the role of the image’s own release has what it needs.',
  'admission-fail-closed':
    'Webhook configurations of another release are deleted or repaired by their owner: promfix renews only those of the operator that runs here.',
  'config-unmanaged-nil-selectors':
    'Without selectors the operator leaves the configuration to its author; whether that was meant is in the values.',
  'installer-rbac-escalation':
    'The installer lacks rights that it should grant: whoever administers the cluster gives them, or installs the roles. promfix grants nobody rights but the operator.',
  'argocd-project-not-permitted':
    'The project says what its Applications may deploy, which is a decision of whoever runs Argo CD.',
  ignoreoninstallonly:
    'The chart’s hook fails by its own values: they are changed in Git, and nothing in the cluster is broken.',
};

import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const EXITS = 'The operator exits before it starts its controllers, again and again.';
const RESTART = {
  tried: 'Restarting the operator',
  because: 'It already restarts by itself, and exits at the same place.',
} as const;

/** Causes on the rung `start-up`: the process ends before it gets to its controllers. */
export const startUpCauses = {
  'operator-oomkilled': {
    title: 'The operator runs out of memory',
    what: 'The memory limit is lower than what the operator’s caches need, so the kernel kills it, usually while it fills its caches.',
    effect: EXITS,
    proof: 'The last state of the container is OOMKilled (exit code 137); the log just stops.',
    repair:
      'Raise prometheusOperator.resources.limits.memory, or let it cache less (prometheusOperator.secretFieldSelector, namespaces).',
    vain: [
      {
        tried: 'Following the last line of the log',
        because: 'The process was killed in the middle; its last line means nothing.',
      },
      RESTART,
    ],
  },
  'admission-secret-bad-content': {
    title: 'The admission Secret has the wrong content',
    what: 'The Secret with the serving certificate is there, but its keys are not those that the operator reads, are empty, or do not match each other.',
    effect: EXITS,
    proof:
      'The log says "failed to create web server: failed to load serving certificate and key", and the Secret lacks the keys the Deployment\'s flags name.',
    repair:
      'Delete the Secret and run a full sync (with Helm alone: helm upgrade to the version that is installed), so that the hook creates it again; promfix can renew it in place, with the caBundle. Or switch the values to cert-manager if that is what made it.',
    vain: [
      {
        tried: 'Looking into "server TLS client verification disabled"',
        because: 'That line is written at every start and is harmless.',
      },
      RESTART,
    ],
  },
  'port-conflict': {
    title: 'The operator’s port is taken',
    what: 'The operator runs on the host’s network and its port, 10250 by default, is the kubelet’s.',
    effect: EXITS,
    proof: 'The log says "listen tcp :10250: bind: address already in use" and the pod uses hostNetwork.',
    repair: 'Set prometheusOperator.hostNetwork=false, or another prometheusOperator.tls.internalPort.',
    vain: [RESTART],
  },
  'both-ns-flags': {
    title: 'Two flags exclude each other',
    what: 'The operator was given --namespaces and --deny-namespaces together. It then exits with code 1 and logs no error.',
    effect: EXITS,
    proof: 'Both flags are in the Deployment’s arguments, and the log ends after its first lines.',
    repair:
      'Keep one of the two in the Helm values (prometheusOperator.namespaces or prometheusOperator.denyNamespaces).',
    vain: [{ tried: 'Searching the log for the error', because: 'This fault is never logged.' }, RESTART],
  },
  'bad-flag': {
    title: 'The operator does not know one of its flags',
    what: 'An argument is unknown to this version of the operator, or has an invalid value: typically an image pinned to another version than the chart expects, or extraArgs of a newer one.',
    effect: EXITS,
    proof: 'Exit code 2 and, in the first line of the log, "flag provided but not defined" or "invalid value".',
    repair: 'Remove the flag, or let the chart choose the image (unset prometheusOperator.image.tag).',
    vain: [
      {
        tried: 'Reading the end of the log',
        because: 'The reason is its first line; a hundred lines of usage follow it.',
      },
      RESTART,
    ],
  },
  'sa-token-not-mounted': {
    title: 'The operator has no ServiceAccount token',
    what: 'automountServiceAccountToken is false, so the operator has no credentials for the API server.',
    effect: EXITS,
    proof:
      'The log says that the token file does not exist, and the pod or its ServiceAccount has automountServiceAccountToken: false.',
    repair: 'Set prometheusOperator.automountServiceAccountToken=true (and the same for its ServiceAccount).',
    vain: [{ tried: 'Granting more rights', because: 'Without a token the operator cannot use any of them.' }, RESTART],
  },
  'apiserver-unreachable-at-start': {
    title: 'The operator cannot reach the API server',
    what: 'The first request to the API server fails: a NetworkPolicy without egress to it, a broken pod network, or a certificate of the API server that does not match its address.',
    effect: EXITS,
    proof:
      'The log says "failed to request Kubernetes server version", or it ends after "Namespaces filtering configuration" while the liveness probe kills the pod; a NetworkPolicy selects the pod.',
    repair: 'Allow egress from the operator to the API server, to its Service address and to the nodes’ port 6443.',
    vain: [
      { tried: 'Allowing DNS', because: 'The operator uses the IP address in its environment, not a DNS name.' },
      RESTART,
    ],
  },
  'rbac-namespaces': {
    title: 'The operator may not list namespaces',
    what: 'The operator watches all namespaces but its ServiceAccount may not list or watch them; it then exits.',
    effect: EXITS,
    proof:
      'The log says "missing list/watch permissions on the \'namespaces\' resource", and the access review says no.',
    repair: 'Give the operator’s ClusterRole list and watch on namespaces; the kubelet restarts it by itself.',
    vain: [
      { tried: 'A Role in the namespace', because: 'Namespaces are cluster-scoped: a Role cannot grant them.' },
      RESTART,
    ],
  },
  'operator-crash-config': {
    title: 'The operator refuses its own settings',
    what: 'Flags and rights contradict each other, for example kubelet endpoints by EndpointSlice without the right to write them.',
    effect: EXITS,
    proof:
      'The log\'s last error names the setting, for example "at least one of endpoints or endpointslice needs to be enabled".',
    repair: 'Correct the named value, or grant the named right, and let it restart.',
    vain: [RESTART],
  },
  'rbac-operator-crd-access': {
    title: 'The operator may not read CRDs',
    what: 'This version of the operator wants to read or manage its CRDs itself and its role does not allow it: role and image come from different versions.',
    effect: EXITS,
    proof: 'The log says "cannot get resource customresourcedefinitions" and the process exits.',
    repair: 'Install the role from the same release as the image.',
    vain: [
      {
        tried: 'Binding cluster-admin',
        because: 'It hides the mismatch and gives the operator every Secret of the cluster.',
      },
    ],
  },
  'operator-too-old-for-k8s': {
    title: 'Operator and Kubernetes versions are incompatible',
    what: 'The operator asks for an API version that this Kubernetes no longer serves, or does not serve yet.',
    effect: EXITS,
    proof:
      'The log says "the server could not find the requested resource" for a built-in kind, and the versions are far apart.',
    repair: 'Upgrade whichever of the two is too old.',
    vain: [{ tried: 'Installing old CRDs by hand', because: 'The API version they are written in is gone.' }],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;

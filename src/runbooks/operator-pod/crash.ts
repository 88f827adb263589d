import type { Because } from '../../diagnosis/types.ts';
import { operatorContainer } from '../../evidence/operator-pod.ts';
import type { AdmissionSecretView, Evidence, OperatorView, PodView } from '../../evidence/types.ts';
import { parseGoFlags, splitList } from '../../parse/go-flags.ts';
import { because, readValue } from '../because.ts';

import type { Coded } from '../types.ts';

export const CRASH_CODES = [
  'admission-secret-unusable',
  'both-namespace-flags',
  'operator-crashes',
  'operator-killed-for-memory',
  'operator-on-host-port',
  'operator-wrong-binary',
  'operator-egress-denied',
  'token-off',
] as const;
type Found = Coded<(typeof CRASH_CODES)[number]>;
type Seen = Pick<Evidence, 'admissionSecret'>;

/** The process was started and ended: what the pod, its Deployment and its Secret say without the log. */
export function judgeCrash(seen: Seen, operator: OperatorView, pod: PodView): readonly Found[] {
  const container = operatorContainer(operator.deployment, pod);
  const ended = container?.state.terminated ?? container?.lastState.terminated;
  if (!container || !ended || ended.exitCode === 0) return [];
  const proof = [
    because('operators', `Pod/${pod.meta.name}: ${container.state.terminated ? 'state' : 'lastState'}.terminated`, {
      at: ended.finishedAt,
      quote: `exit code ${ended.exitCode}, ${ended.reason ?? 'no reason'}; ${container.restartCount} restarts`,
    }),
  ];
  const values = {
    pod: pod.meta.name,
    exitCode: ended.exitCode,
    reason: ended.reason ?? '',
    restarts: container.restartCount,
  };
  const crashes: Found = { kind: 'observation', code: 'operator-crashes', certainty: 'proven', values, because: proof };
  if (ended.reason === 'OOMKilled') {
    const limit = operator.deployment.container.memoryLimit ?? '';
    return [
      crashes,
      {
        kind: 'cause',
        cause: 'operator-oomkilled',
        code: 'operator-killed-for-memory',
        certainty: 'proven',
        values: { ...values, limit },
        because: [...proof, because('operators', 'resources.limits.memory', { quote: limit || 'none' })],
      },
    ];
  }
  if (/exec format error/.test(`${ended.message ?? ''}`)) {
    return [
      crashes,
      {
        kind: 'cause',
        cause: 'operator-image-pull',
        code: 'operator-wrong-binary',
        certainty: 'proven',
        values: { ...values, image: container.image },
        because: [...proof, because('operators', 'terminated.message', { quote: ended.message })],
      },
    ];
  }
  const found = [
    ...fromFlags(operator, proof),
    ...fromToken(operator, proof),
    ...fromSecret(seen, operator, proof),
    ...fromHostNetwork(operator, pod, proof),
  ];
  return [crashes, ...found, ...(found.length === 0 ? fromPolicies(operator, pod, proof) : [])];
}

/** Ends without a word in the log: only the arguments tell. */
export function fromFlags(operator: OperatorView, proof: readonly Because[]): readonly Found[] {
  const flags = parseGoFlags(operator.deployment.container.args);
  const allowed = splitList(flags.get('namespaces'));
  const denied = splitList(flags.get('deny-namespaces'));
  if (allowed.length === 0 || denied.length === 0) return [];
  const args = because('operators', 'args', {
    quote: `--namespaces=${allowed.join(',')} --deny-namespaces=${denied.join(',')}`,
  });
  return [
    {
      kind: 'cause',
      cause: 'both-ns-flags',
      code: 'both-namespace-flags',
      certainty: 'proven',
      values: { allowed: allowed.join(', '), denied: denied.join(', ') },
      because: [args, ...proof],
    },
  ];
}

function fromToken(operator: OperatorView, proof: readonly Because[]): readonly Found[] {
  const account = readValue(operator.serviceAccount);
  const off =
    operator.deployment.automountToken === false ||
    (operator.deployment.automountToken === undefined && account?.automountToken === false);
  if (!off) return [];
  const path =
    operator.deployment.automountToken === false
      ? 'Deployment: automountServiceAccountToken'
      : 'ServiceAccount: automountServiceAccountToken';
  return [
    {
      kind: 'cause',
      cause: 'sa-token-not-mounted',
      code: 'token-off',
      certainty: 'likely',
      values: { path },
      because: [because('operators', path, { quote: 'false' }), ...proof],
    },
  ];
}

/** The files that the arguments name must be keys of the mounted Secret, and fit together. */
function fromSecret(seen: Seen, operator: OperatorView, proof: readonly Because[]): readonly Found[] {
  const secret = readValue(seen.admissionSecret);
  const problem = secret && problemOf(secret, operator);
  if (!secret || !problem) return [];
  const keys = secret.keys.map((one) => `${one.name} (${one.bytes} bytes)`).join(', ') || 'no keys';
  return [
    {
      kind: 'cause',
      cause: 'admission-secret-bad-content',
      code: 'admission-secret-unusable',
      certainty: 'proven',
      values: { secret: secret.meta.name, problem: problem.what, detail: problem.detail },
      because: [because('admissionSecret', `Secret/${secret.meta.name}: keys`, { quote: keys }), ...proof],
    },
  ];
}

function problemOf(
  secret: AdmissionSecretView,
  operator: OperatorView,
): { readonly what: string; readonly detail: string } | undefined {
  const flags = parseGoFlags(operator.deployment.container.args);
  if ((flags.get('web.enable-tls') ?? 'false') !== 'true') return undefined;
  const files = ['web.cert-file', 'web.key-file'].flatMap((flag) => flags.get(flag)?.split('/').at(-1) ?? []);
  const missing = files.filter((file) => !secret.keys.some((one) => one.name === file && one.bytes > 0));
  if (files.length > 0 && missing.length > 0) return { what: 'key-missing', detail: missing.join(', ') };
  return secret.certificate?.keyMatches === false ? { what: 'key-mismatch', detail: '' } : undefined;
}

function fromHostNetwork(operator: OperatorView, pod: PodView, proof: readonly Because[]): readonly Found[] {
  if (!operator.deployment.hostNetwork && !pod.hostNetwork) return [];
  const address = parseGoFlags(operator.deployment.container.args).get('web.listen-address') ?? ':8080';
  const port = address.split(':').at(-1) ?? '';
  const certainty = port === '10250' ? 'likely' : 'possible';
  return [
    {
      kind: 'cause',
      cause: 'port-conflict',
      code: 'operator-on-host-port',
      certainty,
      values: { port },
      because: [because('operators', 'hostNetwork', { quote: `true, listens on ${address}` }), ...proof],
    },
  ];
}

/** A policy that lets nothing out keeps the process from its API server; which of the two ends it, log or probe, the log tells. */
function fromPolicies(operator: OperatorView, pod: PodView, proof: readonly Because[]): readonly Found[] {
  const policy = (readValue(operator.networkPolicies) ?? []).find(
    (one) => one.types.includes('Egress') && one.egressRules === 0 && covers(one.podSelector, pod),
  );
  if (!policy) return [];
  const { name } = policy.meta;
  return [
    {
      kind: 'cause',
      cause: 'apiserver-unreachable-at-start',
      code: 'operator-egress-denied',
      certainty: 'likely',
      values: { policy: name },
      because: [because('operators', `NetworkPolicy/${name}`, { quote: 'denies all egress' }), ...proof],
    },
  ];
}

/** Only plain label matches are judged: another selector is taken as not covering the pod. */
function covers(selector: Readonly<Record<string, unknown>>, pod: PodView): boolean {
  if (selector['matchExpressions'] !== undefined) return false;
  const labels = selector['matchLabels'] ?? {};
  return typeof labels === 'object' && Object.entries(labels).every(([key, value]) => pod.meta.labels[key] === value);
}

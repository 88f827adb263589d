import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Because, Certainty, Values } from '../../diagnosis/types.ts';
import { isReady, operatorContainer } from '../../evidence/operator-pod.ts';
import type { Evidence } from '../../evidence/types.ts';
import type { OperatorMessage } from '../../parse/operator-message.ts';
import { because, readValue } from '../because.ts';
import { operatorPod, responsible, type Story, type Told, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';

export const START_CODES = [
  'crd-rights-missing',
  'ended-for-configuration',
  'flag-unknown',
  'kubernetes-does-not-fit',
  'namespaces-rights-missing',
  'no-api-server',
  'object-undecodable-at-start',
  'port-taken',
  'right-missing-at-start',
  'serving-certificate-unusable',
  'token-not-mounted',
  'wrong-program',
  'killed-before-first-answer',
] as const;
type Code = (typeof START_CODES)[number];
type Found = Coded<Code>;
type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted'>;

/** Why the process ended before it got to its controllers. A process that runs now is not asked what an earlier one died of. */
export function judgeStart(seen: Seen, story: Story): readonly Found[] {
  const operator = responsible(seen);
  const pod = operatorPod(operator);
  if (!story.pasted && (!pod || isReady(pod))) return [];
  const lines = [...story.previous, ...story.current];
  const found = [
    ...those(lines, 'ended'),
    ...those(lines, 'unknown-flag'),
    ...those(lines, 'usage'),
    ...those(lines, 'panic'),
  ].flatMap((line) => judgeEnd(line));
  const killed = found.length === 0 ? killedWaiting(seen, story) : undefined;
  return dedupe(killed ? [killed] : found);
}

/** The same end is told by every process that died of it. */
function dedupe(found: readonly Found[]): readonly Found[] {
  return found.filter((one, index) => found.findIndex((other) => other.code === one.code) === index);
}

const end = (
  cause: CauseSlug,
  code: Code,
  line: Told,
  values: Values = {},
  certainty: Certainty = 'proven',
): Found => ({ kind: 'cause', cause, code, certainty, values, because: [line.proof] });

function judgeEnd(line: Told): readonly Found[] {
  const { message } = line;
  if (message.is === 'unknown-flag') return [end('bad-flag', 'flag-unknown', line, { flag: message.flag })];
  if (message.is === 'usage' && !/operator/.test(message.program))
    return [end('bad-flag', 'wrong-program', line, { program: message.program })];
  if (message.is === 'panic' && /index out of range/.test(message.error))
    return [end('bad-flag', 'flag-unknown', line, { flag: '--labels or --annotations' }, 'likely')];
  return message.is === 'ended' ? judgeStage(message, line) : [];
}

function judgeStage(message: Extract<OperatorMessage, { is: 'ended' }>, line: Told): readonly Found[] {
  const { api, error, stage } = message;
  const detail = error.slice(0, 300);
  switch (stage) {
    case 'web-server':
      return /address already in use/.test(error)
        ? [end('port-conflict', 'port-taken', line, { detail, port: /:(\d{2,5}): bind/.exec(error)?.[1] ?? '' })]
        : [end('admission-secret-bad-content', 'serving-certificate-unusable', line, { detail })];
    case 'client-config':
      return [end('sa-token-not-mounted', 'token-not-mounted', line, { detail })];
    case 'server-version':
      return [end('apiserver-unreachable-at-start', 'no-api-server', line, { detail })];
    case 'kubelet':
      return [end('operator-crash-config', 'ended-for-configuration', line, { detail })];
    case 'crds':
      return judgeCrds(error, line);
    case 'run':
      if (/communicating with server failed/.test(error))
        return [end('apiserver-unreachable-at-start', 'no-api-server', line, { detail })];
      return /creating CRDs?\b/i.test(error) ? judgeCrds(error, line) : [];
    case 'controller':
      if (/'namespaces' resource|cannot (?:list|watch) resource "namespaces"/.test(error))
        return [end('rbac-namespaces', 'namespaces-rights-missing', line, { detail })];
      return [end('operator-crash-config', 'ended-for-configuration', line, { detail }, api ? 'proven' : 'likely')];
    case 'prerequisite':
      if (api?.kind === 'unreachable' || api?.kind === 'tls')
        return [end('apiserver-unreachable-at-start', 'no-api-server', line, { detail })];
      return [end('operator-crash-config', 'ended-for-configuration', line, { detail })];
    default:
      return [];
  }
}

/** Operators up to 0.38 made their CRDs themselves and ended when they could not. */
function judgeCrds(error: string, line: Told): readonly Found[] {
  const detail = error.slice(0, 300);
  if (/cannot \w+ resource "customresourcedefinitions"/.test(error))
    return [end('rbac-operator-crd-access', 'crd-rights-missing', line, { detail })];
  if (/json: cannot unmarshal|List\.Items: |quantities must match/.test(error))
    return [end('poison-object', 'object-undecodable-at-start', line, { detail })];
  if (/unknown \(|cannot \w+ resource/.test(error))
    return [end('rbac-operator-missing-resource', 'right-missing-at-start', line, { detail })];
  if (/the server could not find the requested resource/.test(error))
    return [end('operator-too-old-for-k8s', 'kubernetes-does-not-fit', line, { detail })];
  return [];
}

/**
 * Where packets to the API server are dropped, the first request waits 30 s and the liveness probe kills the process before: the log
 * ends after the namespaces line, without an error.
 */
function killedWaiting(seen: Seen, story: Story): Found | undefined {
  const operator = responsible(seen);
  const pod = operatorPod(operator);
  if (!operator || !pod) return undefined;
  const lines = story.previous.length > 0 ? story.previous : story.current;
  const last = lines.at(-1);
  const unconnected =
    those(lines, 'namespaces').length > 0 && those([...story.previous, ...story.current], 'connected').length === 0;
  const killing = (readValue(operator.events) ?? []).filter(
    (one) => one.involved.kind === 'Pod' && /Liveness probe failed|failed liveness probe/.test(one.message),
  );
  if (
    !unconnected ||
    !last ||
    (killing.length === 0 && !(operatorContainer(operator.deployment, pod)?.restartCount ?? 0))
  )
    return undefined;
  const policies = egressPolicies(seen);
  const proof: Because[] = [
    { ...last.proof, path: `${last.proof.path}, last line` },
    ...killing.slice(-2).map((one) => because('operators', `event ${one.reason}`, { at: one.at, quote: one.message })),
    ...policies,
  ];
  return {
    kind: 'cause',
    cause: 'apiserver-unreachable-at-start',
    code: 'killed-before-first-answer',
    certainty: policies.length > 0 || killing.length > 0 ? 'proven' : 'likely',
    values: { policy: policies[0]?.path ?? '' },
    because: proof,
  };
}

/** NetworkPolicies of the operator's namespace that limit egress. */
function egressPolicies(seen: Seen): readonly Because[] {
  const operator = responsible(seen);
  const policies = (operator && readValue(operator.networkPolicies)) ?? [];
  return policies
    .filter((one) => one.types.includes('Egress'))
    .map((one) =>
      because('operators', `NetworkPolicy/${one.meta.name}`, {
        quote: one.egressRules === 0 ? 'denies all egress' : `${one.egressRules} egress rules`,
      }),
    );
}

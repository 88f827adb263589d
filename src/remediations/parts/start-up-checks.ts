import { resourceName } from '../../evidence/rights.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type {
  AccessAnswer,
  Evidence,
  OperatorView,
  ResourceSummary,
  ServedView,
  TargetKind,
} from '../../evidence/types.ts';
import { accountOf, firstMissing, type MissingRight, startUpRights } from '../rights/start-up-rights.ts';
import type { Check } from '../types.ts';
import { flag } from './operator.ts';
import { quotaRefusal } from './quota.ts';
import { check, isRefused, type Reason, refuse, unread } from './refuse.ts';

/** Namespaces where a pod on the host's network is refused. */
const STRICT = ['baseline', 'restricted'];
const ENFORCE = 'pod-security.kubernetes.io/enforce';

/**
 * Whether an operator that starts now would get through its start and build its controllers. Judged from evidence alone; what was not read
 * refuses. `managed`: the resources that it manages, all of them. Without this a restart could take away a controller that still runs.
 */
export function startUpChecks(
  evidence: Evidence,
  operator: OperatorView,
  managed: readonly ResourceSummary[],
): readonly Check[] | Reason {
  const judges = [crdsServed, operatorRights, secrets, quotas, podSecurity];
  const passed: Check[] = [];
  for (const judge of judges) {
    const answer = judge(evidence, operator, managed);
    if (isRefused(answer)) return answer;
    passed.push(answer);
  }
  return passed;
}

/** Whether the Deployment is at rest, so that a change starts exactly one rollout. */
export function rolloutSettled({ deployment }: OperatorView): Check | Reason {
  const { replicas, status, meta } = deployment;
  if (meta.deleting !== undefined) return refuse('being-deleted', { object: `Deployment ${meta.name}` });
  const stopped =
    deployment.paused === true ||
    deployment.conditions.some((one) => one.type === 'Progressing' && one.reason === 'DeploymentPaused');
  if (stopped) return refuse('deployment-paused', { name: meta.name });
  if (replicas < 1) return refuse('no-replicas', { name: meta.name });
  const seen = meta.generation === undefined || (status.observedGeneration ?? 0) >= meta.generation;
  if (!seen || status.updatedReplicas !== replicas || status.replicas !== replicas)
    return refuse('rollout-in-progress', { name: meta.name, updated: status.updatedReplicas, replicas });
  return check('rollout-settled', { name: meta.name, replicas });
}

function isServed(served: ServedView, kind: TargetKind): boolean {
  const { plural, version } = TARGETS[kind];
  return served[version].some((one) => one === plural);
}

function crdsServed(
  { served, target }: Evidence,
  _operator: OperatorView,
  managed: readonly ResourceSummary[],
): Check | Reason {
  if (served.state === 'unread') return unread('the kinds that the API server serves', served);
  const { plural, siblings } = TARGETS[target.kind];
  if (served.state === 'absent') return refuse('crd-not-served', { plural });
  const { value } = served;
  const missing = [
    ...(isServed(value, target.kind) ? [] : [plural]),
    ...siblings.flatMap((one) =>
      value.v1.includes(one.plural) || value.v1alpha1.includes(one.plural) ? [] : [one.plural],
    ),
  ];
  if (missing.length > 0) return refuse('crd-not-served', { plural: missing.join(', ') });
  // A controller that runs now for another kind must find its kind again, too.
  const lost = managed.find(({ kind }) => !isServed(value, kind));
  if (lost) return refuse('other-kind-not-served', { kind: lost.kind });
  return check('crds-served', { count: siblings.length + 1, plural });
}

function operatorRights(
  evidence: Evidence,
  operator: OperatorView,
  managed: readonly ResourceSummary[],
): Check | Reason {
  const account = accountOf(operator);
  if (operator.rights.state !== 'read') {
    if (operator.rights.state === 'unread') return unread(`the rights of ${account}`, operator.rights);
    return refuse('not-judged', { what: `the rights of ${account}` });
  }
  const answers = operator.rights.value;
  const rights = startUpRights(evidence.target.kind, operator.deployment.container.args);
  const missing = firstMissing(rights, answers);
  const lost = missing ? lacks(account, missing) : deniedForOthers(operator, answers, managed);
  return lost ?? check('operator-rights', { count: rights.length, account });
}

/** A right that another controller of the same process needs and has lost: it would stay off after the restart. */
function deniedForOthers(
  operator: OperatorView,
  ofTarget: readonly AccessAnswer[],
  managed: readonly ResourceSummary[],
): Reason | undefined {
  const { furtherRights } = operator;
  const kinds = new Set(managed.map(({ kind }) => kind));
  if (kinds.size === 0) return undefined;
  const account = accountOf(operator);
  if (furtherRights?.state === 'unread') return unread(`the rights of ${account} for other kinds`, furtherRights);
  const answers = [...ofTarget, ...(furtherRights?.state === 'read' ? furtherRights.value : [])];
  for (const kind of kinds) {
    const missing = firstMissing(startUpRights(kind, operator.deployment.container.args), answers);
    // What an older version captured says nothing of other kinds; what is carried out is planned from what was read now.
    if (missing && (missing.denied || furtherRights !== undefined)) return lacks(account, missing);
  }
  return undefined;
}

/** Denied, or not asked about: both refuse, each with its own words. */
function lacks(account: string, { right, denied, namespace }: MissingRight): Reason {
  const { verb, group } = right;
  const resource = resourceName(right);
  if (!denied) return refuse('not-judged', { what: `whether ${account} may ${verb} ${resource}` });
  return refuse('operator-right-missing', {
    verb,
    resource,
    group,
    account,
    ...(namespace !== undefined && { namespace }),
  });
}

/** The Secrets that a new pod has to mount before it starts; for the serving certificate also what is in it. */
function secrets(evidence: Evidence, operator: OperatorView): Check | Reason {
  const { deployment } = operator;
  const needed = deployment.volumes.flatMap((volume) =>
    volume.secret !== undefined && volume.optional !== true ? [volume.secret] : [],
  );
  if (needed.length === 0) return check('no-secret-needed');
  const { admissionSecret } = evidence;
  const namespace = deployment.meta.namespace ?? '';
  if (admissionSecret.state === 'unread') return unread(`Secret ${namespace}/${needed.join(', ')}`, admissionSecret);
  if (admissionSecret.state === 'absent')
    return refuse('admission-secret-missing', { secret: needed.join(', '), namespace });
  const { meta, keys, certificate } = admissionSecret.value;
  const other = needed.find((secret) => secret !== meta.name);
  if (other !== undefined) return refuse('not-judged', { what: `Secret ${namespace}/${other}` });
  const files = [flag(deployment.container.args, 'web.cert-file'), flag(deployment.container.args, 'web.key-file')];
  for (const file of files) {
    const key = file?.split('/').at(-1);
    if (key !== undefined && !keys.some((one) => one.name === key && one.bytes > 0))
      return refuse('admission-secret-bad', { secret: meta.name, key });
  }
  if (certificate?.keyMatches === false) return refuse('admission-secret-bad', { secret: meta.name, key: 'key' });
  return check('admission-secret-there', { secret: meta.name });
}

function quotas({ limitRanges, target }: Evidence, operator: OperatorView): Check | Reason {
  const namespace = operator.deployment.meta.namespace ?? '';
  if (operator.quotas.state === 'unread') return unread(`the quotas of ${namespace}`, operator.quotas);
  if (operator.quotas.state === 'absent' || operator.quotas.value.length === 0) return check('no-quota', { namespace });
  // LimitRanges are read in the target's namespace.
  const limits = namespace === target.namespace && limitRanges.state === 'read' ? limitRanges.value : undefined;
  return quotaRefusal(operator.quotas.value, operator.deployment, limits) ?? check('quota-leaves-room', { namespace });
}

/**
 * Only what the evidence shows against it: a pod on the host's network. The rest of the pod's security is judged by the API server itself
 * when the worker rehearses the change, which answers with a warning for a template that would be refused.
 */
function podSecurity(_evidence: Evidence, operator: OperatorView): Check | Reason {
  const namespace = operator.deployment.meta.namespace ?? '';
  if (operator.namespace.state === 'unread') return unread(`namespace ${namespace}`, operator.namespace);
  if (operator.namespace.state === 'absent') return refuse('not-judged', { what: `namespace ${namespace}` });
  if (operator.namespace.value.meta.deleting !== undefined)
    return refuse('being-deleted', { object: `namespace ${namespace}` });
  const level = operator.namespace.value.meta.labels[ENFORCE] ?? 'privileged';
  if (operator.deployment.hostNetwork && STRICT.includes(level))
    return refuse('pod-security-refuses', { namespace, level });
  return check('pod-security-allows', { namespace, level });
}

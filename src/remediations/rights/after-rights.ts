import type { CauseSlug } from '../../diagnosis/causes.ts';
import { type Grant, resourceName } from '../../evidence/rights.ts';
import type { AccessAnswer, Evidence, OperatorView, Right } from '../../evidence/types.ts';
import { nudged } from '../nudge.ts';
import { countByKind, deploymentRef, managedBy } from '../parts/operator.ts';
import { rightsFor } from '../parts/planned.ts';
import { check, isRefused, type Reason } from '../parts/refuse.ts';
import { rolloutSettled, startUpChecks } from '../parts/start-up-checks.ts';
import { targetObject } from '../parts/target-object.ts';
import { restarted } from '../restart-operator.ts';
import type { Check, DiffLine, Plan, Step } from '../types.ts';

/** What the operator needs beside its rights, to notice that it has them. */
interface Afterwards {
  readonly steps: readonly Step[];
  readonly diff: readonly DiffLine[];
  readonly checks: readonly Check[];
  readonly effects: readonly Check[];
  readonly manages: Plan['manages'];
  readonly rights: readonly Right[];
}

/** Looked at once, at the operator's start; or it ends without them, and waits longer and longer until it is started again. */
const AT_START: readonly CauseSlug[] = [
  'rbac-gate-prometheuses',
  'rbac-gate-status-update',
  'crb-wrong-subject',
  'rbac-namespaces',
];
/** Used in a sync: after a failed one the operator waits up to a quarter of an hour. */
const IN_SYNC: readonly CauseSlug[] = ['rbac-write-verb', 'status-patch-forbidden', 'pods-list-forbidden'];

/** `granted` are the rights that the operator will have by then. */
export function afterwards(
  evidence: Evidence,
  operator: OperatorView,
  cause: CauseSlug,
  granted: (right: Grant) => boolean,
): Afterwards | Reason {
  if (AT_START.includes(cause)) return restart(evidence, operator, granted);
  if (IN_SYNC.includes(cause)) return nudgeTarget(evidence);
  return { steps: [], diff: [], checks: [], effects: [check('operator-lists-again')], manages: [], rights: [] };
}

function restart(evidence: Evidence, operator: OperatorView, granted: (right: Grant) => boolean): Afterwards | Reason {
  const { target } = evidence;
  const { deployment } = operator;
  const managed = managedBy(evidence, deployment);
  if (isRefused(managed)) return managed;
  const settled = rolloutSettled(operator);
  if (isRefused(settled)) return settled;
  // The checks of a restart, as they will be answered once the rights are there.
  const passed = startUpChecks(evidence, withRights(operator, granted), managed);
  if (isRefused(passed)) return passed;
  const { step, line } = restarted(deployment);
  return {
    steps: [step],
    diff: [line],
    checks: [...passed.filter(({ code }) => code !== 'operator-rights'), settled],
    effects: [
      check('operator-is-replaced', { replicas: deployment.replicas, seconds: 30 }),
      check('everything-is-checked-again', { count: managed.length }),
      check('blind-until-ready', { kind: target.kind, name: target.name, minutes: 2 }),
    ],
    manages: countByKind(managed),
    rights: rightsFor(deploymentRef(deployment), 'deployments'),
  };
}

function withRights(operator: OperatorView, granted: (right: Grant) => boolean): OperatorView {
  const { rights } = operator;
  if (rights.state !== 'read') return operator;
  const value = rights.value.map((answer) => (granted(grantOf(answer)) ? { ...answer, allowed: true } : answer));
  return { ...operator, rights: { ...rights, value } };
}

export function grantOf(answer: AccessAnswer): Grant {
  return { verb: answer.verb, group: answer.group, resource: resourceName(answer) };
}

function nudgeTarget(evidence: Evidence): Afterwards | Reason {
  const target = targetObject(evidence);
  if (isRefused(target)) return target;
  const { step, line } = nudged(target);
  const { kind, name } = evidence.target;
  return {
    steps: [step],
    diff: [line],
    checks: [],
    effects: [check('operator-tries-again', { name }), check('pending-changes-apply', { count: 1 })],
    manages: [{ kind, count: 1 }],
    rights: rightsFor(target.object, target.resource),
  };
}

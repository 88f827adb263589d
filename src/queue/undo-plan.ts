import { isDeepStrictEqual } from 'node:util';
import { targetKey } from '../incidents/changes.ts';
import type { Proposal } from '../incidents/types.ts';
import { whyNotUndoable } from '../incidents/undo.ts';
import { KubeError } from '../kubernetes/types.ts';
import { named } from '../remediations/operator.ts';
import { rightsFor } from '../remediations/planned.ts';
import { check, isRefused, type Reason, refuse, rightValues } from '../remediations/refuse.ts';
import type { ClusterIdentity, DiffLine, Plan, Refusal, Step } from '../remediations/types.ts';
import { boundsOf, UNDO } from '../remediations/undo.ts';
import { lackOfAuthenticity } from './authority.ts';
import { hashOf, pathOf, readOf, resourceOf } from './executor/change.ts';
import { atPointer, keysOf, type Leaf, leaves } from './executor/json.ts';
import type { JobPorts } from './ports.ts';

/** Seconds within which the fields must be back; reading them takes one. */
const DEADLINE_SECONDS = 120;

/** A step that sets fields to values that stand in it: what such a step did can be compared, and set back. */
type SettingStep = Extract<Step, { do: 'scale' | 'patch' }>;

/**
 * The undo of a repair as it fits now. Nothing that stands in the records is believed: the repair's plan, with the way back in it, has to be
 * the one that its approvals vouch for; the objects have to be the very ones, and as the repair left them. Uids and hashes are fresh.
 * Throws KubeError when the cluster can't be read.
 */
export async function workOutUndo(
  ports: Pick<JobPorts, 'store' | 'client' | 'approvalKey' | 'signal'>,
  { undoes, target }: Pick<Proposal, 'undoes' | 'target'>,
  cluster: ClusterIdentity,
): Promise<Plan | Refusal> {
  const original = undoes === undefined ? undefined : (await ports.store.get('proposal', undoes))?.value;
  const turnedDown = (reason: Reason): Refusal => ({ remediation: UNDO, ...reason });
  if (original === undefined || targetKey(original.target) !== targetKey(target))
    return turnedDown(refuse('nothing-to-undo'));
  const why = whyNotUndoable(original);
  if (why) return turnedDown(why);
  const lack = lackOfAuthenticity({ proposal: original, cluster, approvalKey: ports.approvalKey });
  const { plan } = original;
  const bounds =
    plan && boundsOf({ remediation: UNDO, undoes: { proposal: original.id, remediation: plan.remediation } });
  if (lack || plan === undefined || bounds === undefined || original.approvals.length === 0)
    return turnedDown(refuse('undo-not-vouched-for', { id: original.id, because: lack?.code ?? 'approval-missing' }));

  const steps: Step[] = [];
  const diff: DiffLine[] = [];
  for (const step of plan.undo.kind === 'steps' ? plan.undo.steps : []) {
    const fresh = await refreshed(ports, plan, step, steps);
    if (isRefused(fresh)) return turnedDown(fresh);
    steps.push(fresh.step);
    diff.push(...fresh.diff);
  }
  return {
    schema: 'promfix.plan/v1',
    remediation: UNDO,
    undoes: { proposal: original.id, remediation: plan.remediation },
    cause: plan.cause,
    risk: bounds.risk,
    cluster,
    target: original.target,
    steps,
    diff,
    checks: [check('as-the-repair-left-it', { id: original.id })],
    effects: [check('fault-may-return', { cause: plan.cause })],
    manages: [],
    untouched: [check('rest-of-the-objects'), check('git')],
    undo: { kind: 'none', because: check('repair-again', { remediation: plan.remediation }) },
    ownership: [],
    permanent: check('take-back-at-its-source'),
    deadlineSeconds: DEADLINE_SECONDS,
    rights: steps.flatMap(({ object }) => rightsFor(object, resourceOf(object) ?? object.kind)),
  };
}

interface Fresh {
  readonly step: SettingStep;
  readonly diff: readonly DiffLine[];
}

/** A step back with the object's present hash; or why it does not fit the object any more. */
async function refreshed(
  { client, signal }: Pick<JobPorts, 'client' | 'signal'>,
  repair: Plan,
  step: Step,
  before: readonly Step[],
): Promise<Fresh | Reason> {
  const { object } = step;
  const path = pathOf(object);
  if (path === undefined || !isSetting(step)) return refuse('undo-not-judged', { what: named(object) });
  // The hash of an object that an earlier step changes can't be known yet.
  if (before.some((one) => one.object.uid === object.uid)) return refuse('undo-not-judged', { what: named(object) });
  let body: Readonly<Record<string, unknown>>;
  try {
    body = (await client.json({ ...readOf(object, path), ...(signal && { signal }) })).body;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.kind === 'not-found') return refuse('object-gone');
    if (error.kind !== 'forbidden') throw error;
    const [right] = rightsFor(object, resourceOf(object) ?? object.kind);
    return right ? refuse('worker-right-missing', rightValues(right), right) : refuse('write-forbidden');
  }
  if (atPointer(body, '/metadata/uid') !== object.uid) return refuse('object-replaced');
  const written = repair.steps.filter((one) => one.object.uid === object.uid).flatMap(valuesOf);
  const back = valuesOf(step);
  for (const { pointer } of back) {
    const made = written.find((one) => one.pointer === pointer);
    if (made === undefined) return refuse('undo-not-judged', { what: `${named(object)} ${pointer}` });
    const now = atPointer(body, pointer);
    if (!isValue(now, made.value))
      return refuse('undo-not-as-left', { object: named(object), field: dotted(pointer), now: shown(now) ?? '–' });
  }
  return {
    step: { ...step, contentHash: hashOf(object, body) },
    diff: back.map(({ pointer, value }) => ({
      object: named(object),
      path: dotted(pointer),
      before: shown(atPointer(body, pointer)),
      after: shown(value),
    })),
  };
}

/** The fields that a step sets, with their values; null removes one. Empty for steps that set what can't be known beforehand. */
export function valuesOf(step: Step): readonly Leaf[] {
  if (step.do === 'scale') return [{ pointer: '/spec/replicas', value: step.to }];
  return step.do === 'patch' ? leaves(step.patch) : [];
}

export function isValue(now: unknown, wanted: unknown): boolean {
  return wanted === null ? now === undefined || now === null : isDeepStrictEqual(now, wanted);
}

function isSetting(step: Step): step is SettingStep {
  return step.do === 'scale' || step.do === 'patch';
}

/** `spec.replicas`, `metadata.labels[app.kubernetes.io/name]`: as people write a field. */
function dotted(pointer: string): string {
  return keysOf(pointer).reduce(
    (path, key) => (/[./]/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
    '',
  );
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

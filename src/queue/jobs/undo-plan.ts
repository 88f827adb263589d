import type { Json } from '../../evidence/json.ts';
import { targetKey } from '../../incidents/changes.ts';
import type { Proposal } from '../../incidents/types.ts';
import { whyNotUndoable } from '../../incidents/undo.ts';
import { KubeError } from '../../kubernetes/types.ts';
import { keysOf } from '../../parse/json-pointer.ts';
import { UNDO } from '../../remediations/ids.ts';
import { named } from '../../remediations/parts/operator.ts';
import { rightsFor } from '../../remediations/parts/planned.ts';
import { check, isRefused, type Reason, refuse, rightValues } from '../../remediations/parts/refuse.ts';
import { boundsOf } from '../../remediations/parts/undo.ts';
import type { ClusterIdentity, DiffLine, Plan, Refusal, Step } from '../../remediations/types.ts';
import { atPointer } from '../executor/fields.ts';
import { hashFor, pathOf, readOf, resourceOf } from '../executor/objects.ts';
import { unfit } from '../executor/unfit.ts';
import { lackOfAuthenticity } from './authority.ts';
import type { JobPorts } from './ports.ts';
import { isMade, isSetting, madeBy, type SettingStep, shownAt, shownMade } from './undo-values.ts';

/** Seconds within which the fields must be back; reading them takes one. */
const DEADLINE_SECONDS = 120;

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
  let body: Json;
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
  const written = repair.steps.filter((one) => one.object.uid === object.uid).flatMap((one) => madeBy(one, body));
  const back = madeBy(step, body);
  for (const { pointer } of back) {
    const made = written.find((one) => one.pointer === pointer);
    if (made === undefined) return refuse('undo-not-judged', { what: `${named(object)} ${pointer}` });
    if (!isMade(body, made)) {
      const now = shownAt(body, pointer) ?? '–';
      return refuse('undo-not-as-left', { object: named(object), field: dotted(pointer), now });
    }
  }
  const fresh = { ...step, contentHash: hashFor(step, body) };
  const code = unfit(fresh, body);
  if (code) return refuse(code, { object: named(object), application: object.name });
  return {
    step: fresh,
    diff: back.map((made) => ({
      object: named(object),
      path: dotted(made.pointer),
      before: shownAt(body, made.pointer),
      after: shownMade(made),
    })),
  };
}

/** `spec.replicas`, `metadata.labels[app.kubernetes.io/name]`: as people write a field. */
function dotted(pointer: string): string {
  return keysOf(pointer).reduce(
    (path, key) => (/[./]/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
    '',
  );
}

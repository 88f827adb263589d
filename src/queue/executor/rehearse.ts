import { type Json, string } from '../../evidence/json.ts';
import type { KubeClient, KubeJson } from '../../kubernetes/types.ts';
import { ACCOMPANYING } from '../../remediations/parts/accompanying.ts';
import { type Reason, refuse } from '../../remediations/parts/refuse.ts';
import type { DeclaredWrite, Plan, Step } from '../../remediations/types.ts';
import { declaredFields, undeclared } from './declared.ts';
import { failureOf, shown } from './failure.ts';
import { differences, isWithin, unstored } from './fields.ts';
import type { Mark } from './mark.ts';
import { hashFor, pathOf, readOf, rightOn } from './objects.ts';
import { rehearseRecreate } from './recreate/rehearse.ts';
import { answer, refusalOf, TRIES } from './refusal.ts';
import { requestOf } from './requests.ts';
import { isResolved, resolvePatch } from './resolve.ts';
import { unfit } from './unfit.ts';

const POD_SECURITY = /would violate PodSecurity/;

interface Rehearsal {
  readonly client: KubeClient;
  readonly writes: readonly DeclaredWrite[];
  readonly mark: Mark;
  readonly time: string;
  /** Steps of the same plan come before it: what they bring about is not there yet. */
  readonly later?: boolean;
}

/** All steps of a plan as they can be rehearsed now: those of its way back as if they began where it leads, since nothing is changed yet. */
export function rehearsable({ steps, otherwise = [] }: Pick<Plan, 'steps' | 'otherwise'>): readonly Step[] {
  return [...steps, ...otherwise.map((step) => (step.do === 'set-chart-version' ? { ...step, from: step.to } : step))];
}

/**
 * Sends a step as a server-side dry run: rights, validation, webhooks, quotas and policies answer as they would to the real write, and
 * nothing is stored. Returns why it would not work, or undefined. Throws what has to be asked again later (API server away).
 */
export async function rehearseStep(
  step: Step,
  { client, writes, mark, time, later = false }: Rehearsal,
): Promise<Reason | undefined> {
  const { object } = step;
  const path = pathOf(object);
  const field = undeclared(step, time, writes);
  if (path === undefined || field !== undefined) return refuse('not-declared', { field: field ?? '' });

  if (step.do === 'recreate') return rehearseRecreate(step, path, { client, mark });

  for (let tries = 1; ; tries++) {
    const read = await answer(client.json(readOf(object, path)));
    if ('failure' in read) return refusalOf(read.failure, { ...rightOn(step.object), verb: 'get' });
    const { body: before } = read.value;
    const uid = string(before, 'metadata', 'uid') ?? '';
    if (uid !== object.uid) return refuse('object-replaced');
    if (hashFor(step, before) !== step.contentHash) return refuse('object-changed');
    const code = unfit(step, before);
    if (code && !(later && code === 'not-as-expected')) return refuse(code, { name: object.name });

    const resolved = await resolvedPatch(step, before, { client, mark, time });
    if ('reason' in resolved) return resolved.reason;
    const resourceVersion = string(before, 'metadata', 'resourceVersion') ?? '';
    const request = requestOf(
      step,
      { uid, resourceVersion },
      { path, time, mark, dryRun: true, resolved: resolved.patch },
    );
    const sent = await answer(client.json(request));
    if ('value' in sent) return step.do === 'delete' ? undefined : judge(step, writes, before, sent.value);
    if (sent.failure.changed === 'no' && sent.failure.why === 'conflict' && tries < TRIES) continue;
    return refusalOf(sent.failure, { ...rightOn(step.object), verb: step.do === 'delete' ? 'delete' : 'patch' });
  }
}

/** What only the worker reads or makes; undefined for the steps whose patch stands in the plan. */
async function resolvedPatch(
  step: Step,
  before: Json,
  how: Omit<Rehearsal, 'writes'>,
): Promise<{ readonly patch: Json | undefined } | { readonly reason: Reason }> {
  if (!isResolved(step)) return { patch: undefined };
  try {
    const resolution = await resolvePatch(step, before, { ...how, rehearsal: true });
    return 'code' in resolution ? { reason: refuse(resolution.code) } : resolution;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.changed === 'maybe' || failure.why === 'later') throw error;
    const needs = { verb: 'get', group: '', resource: 'secrets' };
    if (step.do !== 'copy-ca' || step.from === 'nothing') return { reason: refusalOf(failure, needs) };
    const { namespace, name } = step.from.secret;
    return { reason: refusalOf(failure, { ...needs, name, ...(namespace !== undefined && { namespace }) }) };
  }
}

/** What the API server would have stored, and what it said beside it. */
function judge(step: Step, writes: readonly DeclaredWrite[], before: Json, json: KubeJson): Reason | undefined {
  const warning = json.warnings.find((one) => POD_SECURITY.test(one));
  if (warning !== undefined) return refuse('pod-security-warns', { message: shown(warning) });
  const allowed = [...declaredFields(step.object, writes), ...ACCOMPANYING];
  const more = differences(before, json.body).find((field) => !allowed.some((one) => isWithin(field, one)));
  if (more !== undefined) return refuse('changes-more', { field: more });
  const lost = step.do === 'patch' ? unstored(step.patch, json.body) : undefined;
  return lost === undefined ? undefined : refuse('change-not-stored', { field: lost });
}

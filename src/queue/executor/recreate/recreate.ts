import type { Json } from '../../../evidence/json.ts';
import { type KubeClient, KubeError } from '../../../kubernetes/types.ts';
import type { RefusalCode } from '../../../remediations/codes.ts';
import type { Copies } from '../../jobs/copies.ts';
import { undeclared } from '../declared.ts';
import { type Failure, isPassing, send, shown } from '../failure.ts';
import { pathOf } from '../objects.ts';
import { deleteRequest } from '../requests.ts';
import { notApplied, REFUSED, type StepContext, type StepOutcome } from '../step.ts';
import { look, type Seen, workload } from './look.ts';
import { manifestOf } from './manifest.ts';
import { createRequest, type RecreateStep, refreshRequest } from './requests.ts';

/** Deletes that may lose against somebody else's write before it is given up. */
const MAX_DELETES = 5;
/** Reads, a second apart, until what may have been deleted has to be seen gone; then the job begins anew. */
const MAX_READS = 120;
/** Seconds that Argo CD has to bring it back: its self-heal usually takes one to three. */
const ARGO_SECONDS = 60;
/** Creates, two seconds apart, before the job begins anew. */
const MAX_CREATES = 30;

interface Removed {
  readonly removed: Json;
}

/**
 * It is deleted and can't be created yet. The copy is there, so a later attempt goes on; a person can apply it from Git meanwhile.
 */
export class StillMissing extends Error {
  readonly values: { readonly kind: string; readonly name: string; readonly message: string };
  constructor({ kind, name }: RecreateStep['object'], message: string) {
    super(`${kind} ${name} is deleted and cannot be created yet: ${message}`);
    this.name = 'StillMissing';
    this.values = { kind, name, message: shown(message) };
  }
}

/**
 * Deletes an object and sees to it that it exists again. The copy is kept before the delete is sent; from then on every attempt ends with an
 * object under that name, whoever made it: a crash, a lost answer, the kill switch or a lost approval between delete and create leave
 * nothing behind that is missing. Throws what a later attempt goes on with.
 */
export async function recreate(step: RecreateStep, context: StepContext): Promise<StepOutcome> {
  const path = pathOf(step.object);
  const field = undeclared(step, context.time, context.writes);
  if (path === undefined || field !== undefined) return notApplied('not-declared', { field: field ?? '' });
  if (context.copies === undefined) throw new Error('a re-creation needs a place for its copy');
  const removed = await remove(step, path, context.copies, context);
  return 'removed' in removed ? bringBack(step, path, removed.removed, context) : removed;
}

async function remove(
  step: RecreateStep,
  path: string,
  copies: Copies,
  context: StepContext,
): Promise<StepOutcome | Removed> {
  const { client } = context;
  const earlier = context.again ? await copies.read() : ({ is: 'none' } as const);
  let copy = earlier.is === 'kept' ? earlier.object : undefined;
  // Without a copy no attempt got as far as the delete.
  let begun = earlier.is !== 'none';
  let isFresh = false;
  for (let deletes = 0, reads = 0; ; ) {
    const seen = await look(step, path, client).catch((error: unknown) => asKubeError(error));
    if (seen instanceof KubeError || seen.is === 'leaving') {
      const end = begun ? undefined : notBegun(seen);
      if (end) return end;
      if (++reads >= MAX_READS) throw new StillMissing(step.object, 'it does not go away, or cannot be read');
      await context.sleep(1000, context.signal);
      continue;
    }
    if (seen.is === 'gone') {
      if (!begun && !context.again) return notApplied('object-gone', {});
      return copy ? { removed: copy } : notApplied('copy-lost', { kind: step.object.kind, name: step.object.name });
    }
    if (seen.is === 'another') return begun ? applied(true) : notApplied('object-replaced', {});
    // The very object is still there: whatever was sent did not delete it.
    if (seen.is === 'changed') return notApplied(seen.code, { name: step.object.name });
    if (!context.mayWrite) return notApplied('drifted', {});
    if (deletes >= MAX_DELETES) return notApplied('write-conflict', { times: deletes });
    const reason = await workload(step, client);
    // As in `refuse`: its code is one of the list.
    if (reason) return notApplied(reason.code as RefusalCode, reason.values);
    if (!isFresh) await copies.keep(seen.body);
    isFresh = true;
    copy = seen.body;
    const answer = await context.confirm();
    if (answer !== 'ours') return { outcome: 'stopped', because: answer };
    if (context.signal?.aborted) return { outcome: 'stopped', because: 'shutting-down' };

    deletes += 1;
    begun = true;
    const failure = await send(client, deleteRequest(path, step, seen));
    if (failure?.changed === 'no' && isTurnedDown(failure.why) && deletes === 1 && !context.again)
      return notApplied(REFUSED[failure.why], { message: failure.message });
    if (failure) await context.sleep(waitAfter(failure, deletes), context.signal);
  }
}

/** Answers after which nothing is tried again, as long as no earlier delete can have been lost. */
function isTurnedDown(why: string): why is Exclude<keyof typeof REFUSED, 'gone'> {
  return why !== 'gone' && why in REFUSED;
}

/** Nothing was sent yet: what can't be read a moment later either ends it. */
function notBegun(seen: KubeError | Extract<Seen, { is: 'leaving' }>): StepOutcome {
  if (!(seen instanceof KubeError)) return notApplied('being-deleted', {});
  if (isPassing(seen)) throw seen;
  return notApplied('write-forbidden', { message: shown(seen.message) });
}

/** From here on there is no way back but forward: neither the kill switch nor a drift stops it. */
async function bringBack(step: RecreateStep, path: string, copy: Json, context: StepContext): Promise<StepOutcome> {
  const { client } = context;
  const isThere = () => exists(step, path, client);
  // An attempt that comes later has waited enough, and one without authority asks nobody for anything.
  if (step.by === 'argocd' && context.mayWrite) {
    if (step.refresh) await send(client, refreshRequest(step.refresh));
    for (let waited = 0; waited < ARGO_SECONDS; waited++) {
      if (await isThere()) return applied(false);
      await context.sleep(1000, context.signal);
    }
  }
  const manifest = manifestOf(copy, context.mark);
  for (let creates = 1; ; creates++) {
    if ((await ownerNow(context)) === 'not-ours') return { outcome: 'stopped', because: 'not-ours' };
    const failure = await send(client, createRequest(step, manifest));
    // Made by the request whose answer was lost, or by somebody else meanwhile: it exists.
    if (failure === undefined || (await isThere())) return applied(false);
    if (creates >= MAX_CREATES) throw new StillMissing(step.object, failure.message);
    await context.sleep(waitAfter(failure, 2), context.signal);
  }
}

/** A store that does not answer keeps nobody from creating what is missing. */
async function ownerNow({ confirm }: StepContext): Promise<'ours' | 'not-ours' | 'paused'> {
  try {
    return await confirm();
  } catch {
    return 'ours';
  }
}

async function exists(step: RecreateStep, path: string, client: KubeClient): Promise<boolean> {
  const seen = await look(step, path, client).catch((error: unknown) => asKubeError(error));
  return !(seen instanceof KubeError) && seen.is === 'another';
}

function waitAfter(failure: Failure, times: number): number {
  const asked = failure.changed === 'no' && failure.why === 'later' ? failure.retryAfterSeconds : undefined;
  return 1000 * Math.min(asked ?? times, 10);
}

function asKubeError(error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  throw error;
}

function applied(already: boolean): StepOutcome {
  return { outcome: 'applied', already };
}

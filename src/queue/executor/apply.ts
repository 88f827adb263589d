import { at, type Json } from '../../evidence/json.ts';
import { KubeError } from '../../kubernetes/types.ts';
import type { RefusalCode } from '../../remediations/codes.ts';
import type { Step } from '../../remediations/types.ts';
import { undeclared } from './declared.ts';
import { isPassing, send, shown } from './failure.ts';
import { isMarked } from './mark.ts';
import { hashFor, pathOf, readNow, type Version } from './objects.ts';
import { recreate } from './recreate/recreate.ts';
import { requestOf } from './requests.ts';
import { isResolved, resolvePatch } from './resolve.ts';
import { notApplied, REFUSED, type StepContext, type StepOutcome, type UnknownCode } from './step.ts';
import { unfit } from './unfit.ts';

/** Conditional writes that may lose against somebody else's before it is given up. */
const MAX_WRITES = 5;
/** Reads, a second or more apart, with which an outcome is looked for before it is called unknown. */
const MAX_READS = 120;
/** Reads, a second apart, with which the end of a deleted object is awaited: what follows needs its name. */
const MAX_END_READS = 60;

/** A step of one write. */
type PlainStep = Exclude<Step, { do: 'recreate' }>;

type Look =
  | ({ readonly is: 'as-shown'; readonly resolved?: Json } & Version)
  | { readonly is: 'ours' }
  | { readonly is: 'other'; readonly code: RefusalCode; readonly unknown: UnknownCode };

/**
 * Carries out one step. Reads the object, makes sure that it is the one that was shown, and writes under the condition that nobody wrote in
 * between, with the mark of this repair in the same request. After an answer that got lost it reads again and decides by the mark; it never
 * sends a write whose predecessor might still count. Throws only what a later attempt can begin anew with.
 */
export async function applyStep(step: Step, context: StepContext): Promise<StepOutcome> {
  if (step.do === 'recreate') return recreate(step, context);
  const { object } = step;
  const path = pathOf(object);
  const field = undeclared(step, context.time, context.writes);
  if (path === undefined || field !== undefined) return notApplied('not-declared', { field: field ?? '' });

  let uncertain = context.again;
  for (let written = 0, reads = 0; ; ) {
    const seen = await look(step, path, context).catch((error: unknown) => error);
    if (seen instanceof Error) {
      if (!isPassing(seen)) {
        if (!(seen instanceof KubeError)) throw seen;
        return uncertain
          ? unknown('cannot-read-back', seen.message)
          : notApplied(seen.kind === 'not-found' ? 'object-gone' : 'write-forbidden', {
              message: shown(seen.message),
            });
      }
      // Nothing was sent yet: let the job begin anew. Otherwise go on looking, as long as it is bearable.
      if (!uncertain) throw seen;
      if (++reads >= MAX_READS) return unknown('cannot-read-back', seen.message);
      await pause(context, 1000);
      continue;
    }
    // `look` resolves to a Look and everything else it throws is an Error.
    const state = seen as Look;
    if (state.is === 'ours') return { outcome: 'applied', already: written === 0 };
    if (state.is === 'other') {
      if (uncertain && step.do === 'delete' && isDeleted(state)) {
        await awaitEnd(step, path, context);
        return { outcome: 'applied', already: written === 0 };
      }
      return uncertain ? unknown(state.unknown, '') : notApplied(state.code, {});
    }
    if (!context.mayWrite) return notApplied('drifted', {});
    if (written >= MAX_WRITES)
      return uncertain ? unknown('answer-lost', '') : notApplied('write-conflict', { times: written });
    const answer = await context.confirm();
    if (answer !== 'ours') return { outcome: 'stopped', because: answer };
    if (context.signal?.aborted) return { outcome: 'stopped', because: 'shutting-down' };

    written += 1;
    const failure = await send(context.client, requestOf(step, state, { ...context, path, resolved: state.resolved }));
    if (failure === undefined) {
      if (step.do === 'delete') await awaitEnd(step, path, context);
      return { outcome: 'applied', already: false };
    }
    if (failure.changed === 'maybe') {
      uncertain = true;
      await pause(context, 500 * written);
    } else if (failure.why === 'later') {
      await pause(context, 1000 * Math.min(failure.retryAfterSeconds ?? written, 10));
    } else if (failure.why !== 'conflict') {
      if (uncertain) return unknown('answer-lost', failure.message);
      return notApplied(REFUSED[failure.why], { message: failure.message });
    }
  }
}

/** The object just before the write, compared with what was shown. */
async function look(step: PlainStep, path: string, { client, mark, time, signal }: StepContext): Promise<Look> {
  const now = await readNow(step.object, path, client, signal);
  if (now === undefined) return { is: 'other', code: 'object-gone', unknown: 'gone-meanwhile' };
  const { body, uid, resourceVersion } = now;
  if (uid !== step.object.uid) return { is: 'other', code: 'object-replaced', unknown: 'replaced-meanwhile' };
  if (isMarked(body, mark)) return { is: 'ours' };
  if (step.do === 'delete' && at(body, 'metadata', 'deletionTimestamp') !== undefined)
    return { is: 'other', code: 'being-deleted', unknown: 'gone-meanwhile' };
  if (hashFor(step, body) !== step.contentHash)
    return { is: 'other', code: 'object-changed', unknown: 'changed-by-another' };
  const code = unfit(step, body);
  if (code) return { is: 'other', code, unknown: 'changed-by-another' };
  if (!isResolved(step)) return { is: 'as-shown', uid, resourceVersion };
  const resolution = await resolvePatch(step, body, { client, mark, time, rehearsal: false });
  return 'code' in resolution
    ? { is: 'other', code: resolution.code, unknown: 'changed-by-another' }
    : { is: 'as-shown', uid, resourceVersion, resolved: resolution.patch };
}

/** After a delete that may have been sent: the very object is gone, or on its way. */
function isDeleted({ code }: Extract<Look, { is: 'other' }>): boolean {
  return code === 'object-gone' || code === 'object-replaced' || code === 'being-deleted';
}

/** Waits until a deleted object is gone. One that is held any longer shows in the diagnosis that follows. */
async function awaitEnd(step: PlainStep, path: string, context: StepContext): Promise<void> {
  for (let reads = 0; reads < MAX_END_READS; reads++) {
    const seen = await look(step, path, context).catch((error: unknown) => error);
    if (seen instanceof Error && !isPassing(seen)) return;
    // As in `applyStep`: everything that is no Error is a Look.
    if (!(seen instanceof Error)) {
      const state = seen as Look;
      if (state.is === 'other' && (state.code === 'object-gone' || state.code === 'object-replaced')) return;
    }
    await pause(context, 1000);
  }
}

function unknown(code: UnknownCode, message: string): StepOutcome {
  return { outcome: 'unknown', code, values: message === '' ? {} : { message: shown(message) } };
}

function pause({ sleep, signal }: StepContext, ms: number): Promise<void> {
  return sleep(ms, signal);
}

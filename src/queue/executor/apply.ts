import type { Values } from '../../diagnosis/types.ts';
import { at, string } from '../../evidence/json.ts';
import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import type { RefusalCode } from '../../remediations/codes.ts';
import type { DeclaredWrite, Step } from '../../remediations/types.ts';
import type { Copies } from '../jobs/copies.ts';
import { hashFor, pathOf, readOf, requestOf, undeclared, unfit, type Version } from './change.ts';
import { isPassing, send, shown } from './failure.ts';
import { isMarked, type Mark } from './mark.ts';
import { recreate } from './recreate/recreate.ts';
import { isResolved, resolvePatch } from './resolve.ts';
import type { Signature } from './signature.ts';

/** Conditional writes that may lose against somebody else's before it is given up. */
const MAX_WRITES = 5;
/** Reads, a second or more apart, with which an outcome is looked for before it is called unknown. */
const MAX_READS = 120;
/** Reads, a second apart, with which the end of a deleted object is awaited: what follows needs its name. */
const MAX_FAREWELLS = 60;

export interface StepContext {
  readonly client: KubeClient;
  /** What the remediation declared: nothing else is sent. */
  readonly writes: readonly DeclaredWrite[];
  readonly mark: Mark;
  /** The time that a restart writes (ISO); the same in every attempt. */
  readonly time: string;
  /** An earlier attempt meant to write, and it is not known how that ended. */
  readonly again: boolean;
  /** False: only find out whether an earlier attempt wrote. */
  readonly mayWrite: boolean;
  /** Who stands behind the change, for those who show it. */
  readonly signature?: Signature;
  /** Where a re-creation keeps its copy; no other step needs it. */
  readonly copies?: Copies;
  /** Asked between the read and the write: whether this attempt still owns the repair, and nobody pulled the kill switch. */
  confirm(): Promise<'ours' | 'not-ours' | 'paused'>;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  readonly signal?: AbortSignal;
}

export type StepOutcome =
  /** It is changed, exactly once; `already` by an earlier attempt. */
  | { readonly outcome: 'applied'; readonly already: boolean }
  /** Certainly nothing was changed. */
  | { readonly outcome: 'not-applied'; readonly code: RefusalCode; readonly values: Values }
  /** Whether it was changed can't be said. */
  | { readonly outcome: 'unknown'; readonly code: UnknownCode; readonly values: Values }
  /** It has to stop here; it wrote nothing that it does not know of. */
  | { readonly outcome: 'stopped'; readonly because: 'not-ours' | 'paused' | 'shutting-down' };

/** Sentences: `texts/en/results.ts`. */
export const UNKNOWN_CODES = [
  'changed-by-another',
  'replaced-meanwhile',
  'gone-meanwhile',
  'cannot-read-back',
  'answer-lost',
] as const;
export type UnknownCode = (typeof UNKNOWN_CODES)[number];

/** A step of one write. */
type PlainStep = Exclude<Step, { do: 'recreate' }>;

type Look =
  | ({ readonly is: 'as-shown'; readonly resolved?: Readonly<Record<string, unknown>> } & Version)
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

const REFUSED = {
  forbidden: 'write-forbidden',
  refused: 'write-refused',
  invalid: 'write-invalid',
  gone: 'object-gone',
} as const;

/** The object just before the write, compared with what was shown. */
async function look(step: PlainStep, path: string, { client, mark, time, signal }: StepContext): Promise<Look> {
  let object: Readonly<Record<string, unknown>>;
  try {
    object = (await client.json({ ...readOf(step.object, path), ...(signal && { signal }) })).body;
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'not-found')
      return { is: 'other', code: 'object-gone', unknown: 'gone-meanwhile' };
    throw error;
  }
  const uid = string(object, 'metadata', 'uid');
  const resourceVersion = string(object, 'metadata', 'resourceVersion');
  if (uid === undefined || resourceVersion === undefined)
    throw new KubeError('malformed', 'the answer is no Kubernetes object');
  if (uid !== step.object.uid) return { is: 'other', code: 'object-replaced', unknown: 'replaced-meanwhile' };
  if (isMarked(object, mark)) return { is: 'ours' };
  if (step.do === 'delete' && at(object, 'metadata', 'deletionTimestamp') !== undefined)
    return { is: 'other', code: 'being-deleted', unknown: 'gone-meanwhile' };
  if (hashFor(step, object) !== step.contentHash)
    return { is: 'other', code: 'object-changed', unknown: 'changed-by-another' };
  const code = unfit(step, object);
  if (code) return { is: 'other', code, unknown: 'changed-by-another' };
  if (!isResolved(step)) return { is: 'as-shown', uid, resourceVersion };
  const resolution = await resolvePatch(step, object, { client, mark, time, rehearsal: false });
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
  for (let reads = 0; reads < MAX_FAREWELLS; reads++) {
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

function notApplied(code: RefusalCode, values: Values): StepOutcome {
  return { outcome: 'not-applied', code, values };
}

function unknown(code: UnknownCode, message: string): StepOutcome {
  return { outcome: 'unknown', code, values: message === '' ? {} : { message: shown(message) } };
}

function pause({ sleep, signal }: StepContext, ms: number): Promise<void> {
  return sleep(ms, signal);
}

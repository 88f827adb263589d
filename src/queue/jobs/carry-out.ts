import type { Values } from '../../diagnosis/types.ts';
import { compareFences, stepState, stepsToMake } from '../../incidents/proposal.ts';
import type { Fence, Proposal, ProposalEvent, ProposalState } from '../../incidents/types.ts';
import { boundsOf } from '../../remediations/parts/undo.ts';
import type { Plan, Step } from '../../remediations/types.ts';
import { applyEvent } from '../../store/decide.ts';
import { applyStep } from '../executor/apply.ts';
import { markOf } from '../executor/mark.ts';
import { StillMissing } from '../executor/recreate/recreate.ts';
import { startsRollout } from '../executor/requests.ts';
import { awaitRollout } from '../executor/rollout.ts';
import { awaitSettled } from '../executor/settle.ts';
import { signatureOf } from '../executor/signature.ts';
import type { StepOutcome } from '../executor/step.ts';
import { awaitSync } from '../executor/sync.ts';
import type { Lack } from './authority.ts';
import { copiesOf, forgetCopy } from './copies.ts';
import { type JobPorts, WORKER } from './ports.ts';
import { drift, rebuildPlan } from './rebuild.ts';

const ROLLOUT_MS = 120_000;
/** Argo CD looks at its sources every three minutes at the latest, and at once when an Application changes. */
const SYNC_MS = 240_000;

type Carried =
  /** Every step is done; reading is left. */
  | { readonly is: 'applied'; readonly proposal: Proposal }
  | { readonly is: 'drifted'; readonly values: Values }
  /** It failed, or can't be said to have happened. */
  | { readonly is: 'ended'; readonly state: ProposalState }
  | { readonly is: 'stopped'; readonly because: Extract<StepOutcome, { outcome: 'stopped' }>['because'] };

/**
 * Carries out the steps of a running proposal, or of its way back, in their order, each between `intent` and `done` in its journal. Before
 * the first write the plan is worked out anew and has to be the approved one. After a crash it goes on where the journal ends. With a `lack`
 * of authority it only finishes what must not be left half done.
 */
export async function carryOut(ports: JobPorts, started: Proposal, fence: Fence, lack?: Lack): Promise<Carried> {
  const { plan } = started;
  if (plan === undefined) throw new Error('a running proposal without a plan');
  const changedSince = await driftBeforeWriting(ports, started, plan);
  if (changedSince && started.journal.length === 0) return { is: 'drifted', values: changedSince };

  let proposal = started;
  for (const [index, step] of stepsToMake(started)) {
    if (stepState(proposal, index) === 'done') continue;
    const again = stepState(proposal, index) === 'intent';
    if (!again) {
      const meant = await note(ports, proposal.id, {
        on: 'step-intent',
        at: await ports.store.now(),
        step: index,
        fence,
      });
      if (meant === undefined) return { is: 'stopped', because: 'not-ours' };
      proposal = meant;
    }
    const outcome = await applyOne(ports, proposal, plan, step, index, {
      again,
      // An interrupted step that turns out to be made is a drift of the plan by itself: the rest goes on as after any step.
      mayWrite:
        lack === undefined && (changedSince === undefined || proposal.journal.some((entry) => entry.state === 'done')),
      fence,
    });
    const next = await settle(ports, proposal, index, withLack(outcome, lack), fence);
    if ('is' in next) return next;
    proposal = next;
  }
  await awaitEffects(ports, started);
  const applied = await note(ports, proposal.id, { on: 'applied', at: await ports.store.now(), fence });
  if (applied) await forgetCopies(ports, applied);
  return applied ? { is: 'applied', proposal: applied } : { is: 'stopped', because: 'not-ours' };
}

/** What differs from the approved plan; once a step is done the plan differs because of it, and the steps' own hashes have to do. */
async function driftBeforeWriting(ports: JobPorts, proposal: Proposal, plan: Plan): Promise<Values | undefined> {
  if (proposal.returning || proposal.journal.some((entry) => entry.state === 'done')) return undefined;
  return drift(plan, await rebuildPlan(ports, proposal, plan.cluster));
}

type StepEnd =
  | Exclude<StepOutcome, { outcome: 'not-applied' }>
  | { readonly outcome: 'not-applied'; readonly code: string; readonly values: Values };

/** What was not written for a lack of authority says so. */
function withLack(outcome: StepOutcome, lack: Lack | undefined): StepEnd {
  return lack && outcome.outcome === 'not-applied' && outcome.code === 'drifted' ? { ...outcome, ...lack } : outcome;
}

/** Nobody goes back behind a change that is verified: the copies are let go before their time. */
async function forgetCopies({ store }: JobPorts, proposal: Proposal): Promise<void> {
  for (const [index, step] of (proposal.plan?.steps ?? []).entries())
    if (step.do === 'recreate') await forgetCopy(store, markOf(proposal, index));
}

interface How {
  readonly again: boolean;
  readonly mayWrite: boolean;
  readonly fence: Fence;
}

async function applyOne(
  ports: JobPorts,
  proposal: Proposal,
  plan: Plan,
  step: Step,
  index: number,
  how: How,
): Promise<StepOutcome> {
  const intent = proposal.journal.find((entry) => entry.step === index && entry.state === 'intent');
  const mark = markOf(proposal, index);
  const { store, approvalKey: secret } = ports;
  const applying = applyStep(step, {
    client: ports.client,
    writes: boundsOf(plan)?.writes ?? [],
    mark,
    signature: signatureOf(proposal),
    copies: copiesOf({ store, secret, cluster: plan.cluster, mark, object: step.object }),
    time: intent?.at ?? proposal.createdAt,
    again: how.again,
    mayWrite: how.mayWrite,
    confirm: () => confirm(ports, proposal.id, how.fence),
    sleep: ports.sleep,
    ...(ports.signal && { signal: ports.signal }),
  });
  const outcome = await applying.catch(async (error: unknown) => {
    if (error instanceof StillMissing) await sayThatItIsMissing(ports, proposal, index, error, how.fence);
    throw error;
  });
  // Before it is noted as done: an attempt that takes over waits again.
  if (outcome.outcome === 'applied') await awaitSettled(step, ports);
  return outcome;
}

/** Once: the job begins anew until it exists, and people may be faster. */
async function sayThatItIsMissing(
  { store }: JobPorts,
  { id }: Proposal,
  step: number,
  { values }: StillMissing,
  fence: Fence,
): Promise<void> {
  if (!(await store.once(`still-missing:${id}`, 24 * 3600))) return;
  await applyEvent(store, id, { on: 'step-intent', at: await store.now(), step, fence }, WORKER, {
    posts: [{ say: 'note', code: 'still-missing', values }],
  });
}

/** Between the read and the write: whether this attempt is still the one, and nobody pulled the kill switch. */
async function confirm({ store }: JobPorts, id: string, fence: Fence): Promise<'ours' | 'not-ours' | 'paused'> {
  const [record, pause] = await Promise.all([store.get('proposal', id), store.get('pause', 'self')]);
  const owner = record?.value.fence;
  if (record?.value.state !== 'running' || owner === undefined || compareFences(owner, fence) !== 0) return 'not-ours';
  return pause?.value.paused === true ? 'paused' : 'ours';
}

async function settle(
  ports: JobPorts,
  proposal: Proposal,
  index: number,
  outcome: StepEnd,
  fence: Fence,
): Promise<Proposal | Carried> {
  const at = await ports.store.now();
  switch (outcome.outcome) {
    case 'applied': {
      const done = await note(ports, proposal.id, {
        on: 'step-done',
        at,
        step: index,
        fence,
        ...(outcome.already && { note: 'found-done' }),
      });
      return done ?? { is: 'stopped', because: 'not-ours' };
    }
    case 'not-applied': {
      // With an earlier step done, "nothing was changed" would not be true.
      const isFirst = index === stepsToMake(proposal)[0]?.[0];
      const event: ProposalEvent = isFirst
        ? { on: 'fail', at, code: outcome.code, values: outcome.values, fence }
        : {
            on: 'lost',
            at,
            code: 'partly-applied',
            values: { ...outcome.values, step: index + 1, because: outcome.code },
            fence,
          };
      return ended(await note(ports, proposal.id, event));
    }
    case 'unknown':
      return ended(
        await note(ports, proposal.id, { on: 'lost', at, code: outcome.code, values: outcome.values, fence }),
      );
    case 'stopped':
      return { is: 'stopped', because: outcome.because };
  }
}

function ended(proposal: Proposal | undefined): Carried {
  return proposal ? { is: 'ended', state: proposal.state } : { is: 'stopped', because: 'not-ours' };
}

/** Writes an event down; undefined when it does not apply any more, because another attempt owns the proposal. */
async function note(ports: JobPorts, id: string, event: ProposalEvent): Promise<Proposal | undefined> {
  const decided = await applyEvent(ports.store, id, event, WORKER);
  if (decided?.ok) return decided.next;
  ports.log.warn(
    { proposal: id, event: event.on, because: decided && 'refusal' in decided ? decided.refusal.code : 'gone' },
    'event refused',
  );
  return undefined;
}

/** Waiting is reading only. A rollout or a sync that does not finish is told by the diagnosis that follows. */
async function awaitEffects(ports: JobPorts, proposal: Proposal): Promise<void> {
  const { client, sleep, signal } = ports;
  const waiting = { client, sleep, ...(signal && { signal }) };
  for (const [, step] of stepsToMake(proposal)) {
    const { name } = step.object;
    if (startsRollout(step)) {
      const end = await awaitRollout(step.object, waiting, ROLLOUT_MS);
      ports.log.info({ ...end, object: name }, 'rollout');
    } else if (step.do === 'set-chart-version') {
      const end = await awaitSync(step, waiting, SYNC_MS);
      ports.log.info({ ...end, object: name }, 'sync');
    }
  }
}

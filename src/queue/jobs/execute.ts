import { startProposal } from '../../incidents/changes.ts';
import { isOpen } from '../../incidents/incident.ts';
import { isMidway, isToBeReplaced, MAX_DRIFTS, stepState, stepsToMake } from '../../incidents/proposal.ts';
import { isRequesterKnown } from '../../incidents/requester-mac.ts';
import type { Fence, Proposal, ProposalEvent } from '../../incidents/types.ts';
import { applyEvent, decide, readForProposal } from '../../store/decide.ts';
import { type Lack, lackOfAuthority } from './authority.ts';
import { carryOut } from './carry-out.ts';
import { type Concluded, conclude } from './conclude.ts';
import { lookAgain } from './look-again.ts';
import { lackOfTime } from './overdue.ts';
import { type JobEnd, type JobPorts, nothingToDo, settled, WORKER } from './ports.ts';

/** A resume wakes the job by itself; this is for one that was never told. */
const PAUSED_RETRY_MS = 5_000;
const LOCKED_RETRY_MS = 5_000;

/**
 * Job `execute`: carries out an approved proposal exactly once, and proves by diagnosis whether it helped. May be run again at any time: the
 * journal in the record and the mark on the object say how far it got. `fence` tells a later attempt from an earlier one. A repair that turns
 * out to be no better is taken back where its plan says how.
 */
export async function execute(ports: JobPorts, id: string, fence: Fence): Promise<JobEnd> {
  const end = await once(ports, id, fence);
  // The way back asks for the kill switch, the authority and the locks like the way there. There is one, so that this happens once.
  return end === 'turned-back' ? execute(ports, id, fence) : end;
}

async function once(ports: JobPorts, id: string, fence: Fence): Promise<Concluded> {
  const proposal = (await ports.store.get('proposal', id))?.value;
  if (proposal === undefined) return nothingToDo('no-such-proposal');
  switch (proposal.state) {
    case 'approved':
    case 'queued':
    case 'running':
      return run(ports, proposal, fence);
    case 'verifying':
      return resume(ports, proposal, fence);
    case 'unknown':
      return proposal.lookAgain === true ? lookAgain(ports, proposal, fence) : nothingToDo('unknown');
    case 'voided':
      return replaceDrifted(ports, id);
    default:
      return nothingToDo(proposal.state);
  }
}

/**
 * Everything that a write needs: no kill switch, full authority, the locks, this attempt's ownership. What was deleted to be made anew is
 * made anew without the first two.
 */
async function run(ports: JobPorts, proposal: Proposal, fence: Fence): Promise<Concluded> {
  const { id } = proposal;
  const midway = isMidway(proposal);
  if (!midway && (await isPaused(ports))) return paused();
  const lack = lackOfAuthority({
    proposal,
    cluster: await ports.cluster.identity(),
    approvals: ports.file.approvals,
    approvalKey: ports.approvalKey,
  });
  // On another cluster there is nothing of this repair to be finished.
  if (lack && (!midway || lack.code === 'not-this-cluster')) return refuseToRun(ports, proposal, lack, fence);
  const late = await lackOfTime(ports, proposal);
  if (late && isUntouched(proposal)) return refuseToRun(ports, proposal, late, fence);
  const started = await start(ports, proposal, fence);
  if ('end' in started) return started;
  if (started.state === 'verifying') return conclude(ports, started, fence);

  const carried = await carryOut(ports, started, fence, lack ?? late);
  switch (carried.is) {
    case 'applied':
      return conclude(ports, carried.proposal, fence);
    case 'drifted': {
      const drifts = started.drifts + 1;
      const stop = drifts >= MAX_DRIFTS;
      await applyEvent(
        ports.store,
        id,
        { on: 'drifted', at: await ports.store.now(), values: { ...carried.values, drifts }, fence },
        WORKER,
        {
          posts: stop ? [{ say: 'note', code: 'drifted-twice', values: { drifts } }] : [],
        },
      );
      return replaceDrifted(ports, id);
    }
    case 'ended':
      return settled(carried.state);
    case 'stopped':
      if (carried.because === 'paused') return paused();
      if (carried.because === 'not-ours') return nothingToDo('stale-fence');
      throw new Error('the worker is shutting down; the job goes on elsewhere');
  }
}

/** The change is made; only reading is left, which neither the kill switch nor a lost approval stops. */
async function resume(ports: JobPorts, proposal: Proposal, fence: Fence): Promise<Concluded> {
  const started = await start(ports, proposal, fence);
  return 'end' in started ? started : conclude(ports, started, fence);
}

async function start(ports: JobPorts, { id }: Proposal, fence: Fence): Promise<Proposal | JobEnd> {
  const at = await ports.store.now();
  const started = await applyEvent(ports.store, id, { on: 'start', at, fence }, WORKER);
  if (started === undefined) return nothingToDo('no-such-proposal');
  if (started.ok) return started.next;
  if ('because' in started) {
    await sayWhatItWaitsFor(ports, id, started.owner, at);
    return { end: 'postponed', because: 'locked', retryAfterMs: LOCKED_RETRY_MS };
  }
  if (started.refusal.code !== 'expired') return nothingToDo(started.refusal.code);
  const expired = await applyEvent(ports.store, id, { on: 'expire', at }, WORKER);
  return expired?.ok ? settled(expired.next.state) : nothingToDo('expired');
}

/** The card says it, once for each that holds the lock. */
async function sayWhatItWaitsFor({ store }: JobPorts, id: string, owner: string, at: string): Promise<void> {
  if ((await store.get('proposal', id))?.value.waitsFor === owner) return;
  await applyEvent(store, id, { on: 'locked', at, owner }, WORKER);
}

function isUntouched(proposal: Proposal): boolean {
  return stepsToMake(proposal).every(([step]) => stepState(proposal, step) === 'none');
}

/** Before anything was written that is a failure; after an intent it can't be said any more what happened. */
async function refuseToRun(ports: JobPorts, proposal: Proposal, { code, values }: Lack, fence: Fence): Promise<JobEnd> {
  const at = await ports.store.now();
  const event: ProposalEvent = {
    on: isUntouched(proposal) ? 'fail' : 'lost',
    at,
    code,
    values,
    fence: proposal.fence ?? fence,
  };
  ports.log.warn({ proposal: proposal.id, code, values }, 'approved repair refused');
  const decided = await applyEvent(ports.store, proposal.id, event, WORKER);
  return decided?.ok ? settled(decided.next.state) : nothingToDo('already-decided');
}

/**
 * After a drift the approvers get the repair as it fits now, on a new card. Twice at most: then a person has to ask. Safe to run again, as
 * the incident says whether the new one exists.
 */
async function replaceDrifted(ports: JobPorts, id: string): Promise<JobEnd> {
  const reads = await readForProposal(ports.store, id);
  if (reads === undefined) return nothingToDo('no-such-proposal');
  const { value } = reads.proposal;
  if (value.state !== 'voided') return settled(value.state);
  if (!isToBeReplaced(value)) return settled('voided');
  const at = await ports.store.now();
  await decide(ports.store, async () => {
    const now = (await readForProposal(ports.store, id)) ?? reads;
    const incident = now.incident.value;
    // Taking a repair back is about an incident that is over, as a rule.
    const isEnded = !isOpen(incident) && value.undoes === undefined;
    const isOver = incident.proposals.at(-1) !== id || isEnded;
    if (isOver) return { ok: false, refusal: { code: 'already-decided', values: {} } };
    const { remediation, cause, risk, requestedBy, drifts, undoes, version } = value;
    return startProposal({
      incident: now.incident,
      target: now.target,
      older: undefined,
      remediation,
      cause,
      risk,
      by: requestedBy,
      at,
      drifts,
      approvalKey: isRequesterKnown(ports.approvalKey, value) ? ports.approvalKey : undefined,
      ...(undoes !== undefined && { undoes }),
      ...(version !== undefined && { version }),
    });
  });
  return settled('voided');
}

async function isPaused({ store }: Pick<JobPorts, 'store'>): Promise<boolean> {
  return (await store.get('pause', 'self'))?.value.paused === true;
}

function paused(): JobEnd {
  return { end: 'postponed', because: 'paused', retryAfterMs: PAUSED_RETRY_MS };
}

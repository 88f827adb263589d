import { deadline, isToBeReplaced } from '../incidents/proposal.ts';
import type { Proposal, ProposalState } from '../incidents/types.ts';
import type { Logger } from '../ports.ts';
import { applyEvent } from '../store/decide.ts';
import type { Store } from '../store/types.ts';
import { enqueue } from './pump.ts';
import type { JobQueue } from './queue.ts';
import type { JobKind } from './types.ts';

interface SweepOptions {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly log: Logger;
}

interface Swept {
  /** Proposals whose time was up. */
  readonly expired: readonly string[];
  /** Proposals that waited for a job that did not exist any more. */
  readonly enqueued: readonly string[];
}

/** All that are live: the store lists the newest first, and the oldest are those whose time is up. Each target has one of a kind at most. */
const ALL = Number.MAX_SAFE_INTEGER;

/** The job that a proposal in this state must have. */
const JOB: Readonly<Partial<Record<ProposalState, JobKind>>> = {
  preparing: 'prepare',
  approved: 'execute',
  queued: 'execute',
  running: 'execute',
  verifying: 'execute',
};

/**
 * Finds what was left behind, also after everything was down: expires what is overdue (which repaints its card) and gives back their jobs to
 * proposals that wait for one. Doing it twice, or in several bots at once, changes nothing more.
 */
export async function sweep({ store, queue, log }: SweepOptions): Promise<Swept> {
  const expired: string[] = [];
  const enqueued: string[] = [];
  const now = await store.now();
  for (const id of await store.list('proposal', 'live', ALL)) {
    try {
      const proposal = (await store.get('proposal', id))?.value;
      if (proposal === undefined) continue;
      if (isOverdue(proposal, now)) {
        const done = await applyEvent(store, id, { on: 'expire', at: now }, { kind: 'system', role: 'bot' });
        if (done?.ok) expired.push(id);
        continue;
      }
      const kind = proposal.lookAgain === true ? 'execute' : JOB[proposal.state];
      if (kind === undefined || (await queue.isLive(kind, id))) continue;
      await enqueue(store, queue, kind, id);
      enqueued.push(id);
    } catch (error) {
      // One that fails must not keep the others waiting; it is found again by the next sweep.
      log.warn({ err: error, proposal: id }, 'sweep');
    }
  }
  for (const id of await store.list('incident', 'live', ALL)) {
    try {
      const drifted = await driftedWithoutSuccessor(store, id);
      if (drifted === undefined || (await queue.isLive('execute', drifted))) continue;
      // The worker's job on a drifted proposal is to put the repair to the approvers anew.
      await queue.add('execute', drifted, now);
      enqueued.push(drifted);
    } catch (error) {
      log.warn({ err: error, incident: id }, 'sweep');
    }
  }
  if (expired.length > 0 || enqueued.length > 0) log.info({ expired, enqueued }, 'swept');
  return { expired, enqueued };
}

/** The newest proposal of an open incident, when it is to be proposed anew as the cluster is now and the worker died before it did that. */
async function driftedWithoutSuccessor(store: Store, incident: string): Promise<string | undefined> {
  const id = (await store.get('incident', incident))?.value.proposals.at(-1);
  const proposal = id === undefined ? undefined : (await store.get('proposal', id))?.value;
  return proposal !== undefined && isToBeReplaced(proposal) ? proposal.id : undefined;
}

function isOverdue(proposal: Proposal, now: string): boolean {
  const until = deadline(proposal);
  return until !== undefined && now >= until;
}

/** Sets a timer; handed in so that a test decides when it fires. */
type Timer = (task: () => void, ms: number) => { readonly clear: () => void };

interface Sweeps {
  stop(): Promise<void>;
}

/** Sweeps at once, and again `everyMs` after each sweep has ended. */
export function startSweeps(options: SweepOptions, everyMs = 5000, timer: Timer = systemTimer): Sweeps {
  let isStopped = false;
  let next: { readonly clear: () => void } | undefined;
  let running = run();

  async function run(): Promise<void> {
    await sweep(options).catch((error: unknown) => options.log.warn({ err: error }, 'sweep'));
    if (!isStopped)
      next = timer(() => {
        running = run();
      }, everyMs);
  }

  return {
    async stop() {
      isStopped = true;
      next?.clear();
      await running;
    },
  };
}

const systemTimer: Timer = (task, ms) => {
  const handle = setTimeout(task, ms);
  return { clear: () => clearTimeout(handle) };
};

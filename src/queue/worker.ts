import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, type Job, Worker } from 'bullmq';
import type { Fence } from '../incidents/types.ts';
import type { Logger } from '../ports.ts';
import { PREFIX, QUEUE, workerConnection } from './connection.ts';
import type { JobEnd } from './jobs/ports.ts';
import type { JobData, JobKind } from './types.ts';

interface JobContext {
  /** Greater than that of every earlier attempt at the same proposal. */
  readonly fence: Fence;
  /** Aborted when the worker closes or has lost the job: no write is begun after that. */
  readonly signal: AbortSignal;
}

/** What jobs do. A handler may run again at any time, also while an earlier, frozen attempt still thinks that it owns the proposal. */
export type JobHandlers = Readonly<Record<JobKind, (proposal: string, context: JobContext) => Promise<JobEnd>>>;

interface WorkerOptions {
  readonly url: string;
  readonly handlers: JobHandlers;
  readonly log: Logger;
  /** Jobs at a time; locks keep them off each other's objects. */
  readonly concurrency?: number;
  readonly name?: string;
  /** Milliseconds that a job stays with a worker that says nothing; for tests. */
  readonly lockMs?: number;
}

interface JobWorker {
  ready(): Promise<void>;
  /** Takes no new jobs, tells the running ones to stop at their next step, and waits for that (at most `graceMs`). */
  close(graceMs?: number): Promise<void>;
}

/** Milliseconds that a worker that closes waits for Redis to take its last word. */
const REPORT_MS = 2000;

/** Given back by a worker that closes: long enough for it to take no more, so that another one gets it. */
const HANDED_OVER = { end: 'postponed', because: 'paused', retryAfterMs: 250 } as const satisfies JobEnd;

export function createJobWorker(options: WorkerOptions): JobWorker {
  const { handlers, log } = options;
  const lockDuration = options.lockMs ?? 10_000;
  const closing = new AbortController();
  const onError = (error: Error) => log.warn({ err: error }, 'queue connection');
  const connection = workerConnection(options.url, onError);

  const active = new Set<Promise<unknown>>();

  // BullMQ makes the signal only for a function of three parameters without defaults.
  function run(job: Job<JobData, unknown, JobKind>, token?: string, lost?: AbortSignal): Promise<JobEnd> {
    const running = handle(job, token, lost);
    active.add(running);
    return running.finally(() => active.delete(running));
  }

  async function handle(job: Job<JobData, unknown, JobKind>, token = '', lost = new AbortController().signal) {
    const fence = { job: job.timestamp, attempt: job.attemptsStarted };
    const { kind, proposal } = job.data;
    const signal = AbortSignal.any([lost, closing.signal]);
    // BullMQ may hand a closing worker one more job, even the one that it has just given back.
    const end = closing.signal.aborted ? HANDED_OVER : await attempt(kind, proposal, { fence, signal }, lost);
    if (end.end !== 'postponed') return end;
    await job.moveToDelayed(Date.now() + end.retryAfterMs, token);
    throw new DelayedError();
  }

  async function attempt(kind: JobKind, proposal: string, context: JobContext, lost: AbortSignal): Promise<JobEnd> {
    try {
      return await handlers[kind](proposal, context);
    } catch (error) {
      // Told to stop in the middle: the next worker goes on where the journal ends.
      if (closing.signal.aborted && !lost.aborted) return HANDED_OVER;
      throw error;
    }
  }

  const worker = new Worker<JobData, unknown, JobKind>(QUEUE, run, {
    connection,
    prefix: PREFIX,
    concurrency: options.concurrency ?? 4,
    lockDuration,
    stalledInterval: lockDuration / 2,
    maxStalledCount: 3,
    runRetryDelay: 1000,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  worker.on('error', onError);
  worker.on('failed', (job, error) => log.error({ err: error, job: job?.id }, 'job failed'));
  worker.on('stalled', (job) => log.warn({ job }, 'job was left by its worker and runs again'));
  worker.on('lockRenewalFailed', (jobs) => {
    log.warn({ jobs }, 'job lost: another worker may have it by now');
    for (const job of jobs) worker.cancelJob(job, 'lock lost');
  });

  return {
    async ready() {
      await worker.waitUntilReady();
    },
    async close(graceMs = 25_000) {
      closing.abort();
      // What does not stop in time is cut off, and what can't be reported to a Redis that is gone is not waited for: such a job runs again
      // elsewhere once its lock has ended.
      const stopped = Promise.allSettled(active).then(() => pause(REPORT_MS, undefined, { ref: false }));
      await Promise.race([worker.close().catch(onError), stopped, pause(graceMs, undefined, { ref: false })]);
      connection.disconnect();
    },
  };
}

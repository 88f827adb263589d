import { Queue } from 'bullmq';
import { within } from '../within.ts';
import { PREFIX, producerConnection, QUEUE } from './connection.ts';
import { type JobData, type JobKind, jobId } from './types.ts';

export interface JobQueue {
  /**
   * Adds the job of a proposal unless it is there already. `at` (ISO, Redis' time) becomes the first half of its fence. Throws when Redis did
   * not answer in time: whether the job was added is then unknown, and adding it again is safe.
   */
  add(kind: JobKind, proposal: string, at: string): Promise<void>;
  /** Lets a job that was put off (a pause, a lock, an attempt that failed) run now; does nothing to any other. */
  hurry(kind: JobKind, proposal: string): Promise<void>;
  /** Whether its job waits, runs or is delayed. */
  isLive(kind: JobKind, proposal: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Milliseconds for one call; the outbox and the sweep try again. */
const CALL_MS = 2000;

/** The producer's side of BullMQ. Finished jobs are removed at once: what became of a proposal stands in its record. */
export function createJobQueue(url: string, onError: (error: Error) => void): JobQueue {
  const connection = producerConnection(url, onError);
  const queue = new Queue<JobData, unknown, JobKind>(QUEUE, { connection, prefix: PREFIX });
  queue.on('error', onError);

  return {
    async add(kind, proposal, at) {
      const added = queue.add(
        kind,
        { kind, proposal },
        {
          jobId: jobId(kind, proposal),
          timestamp: Date.parse(at),
          attempts: 3,
          backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
          removeOnComplete: true,
          removeOnFail: true,
        },
      );
      await answer(added);
    },

    async hurry(kind, proposal) {
      const job = await answer(queue.getJob(jobId(kind, proposal)));
      if (job === undefined || !(await answer(job.isDelayed()))) return;
      // Its time may have come in between.
      await answer(job.promote()).catch(onError);
    },

    async isLive(kind, proposal) {
      const state = await answer(queue.getJobState(jobId(kind, proposal)));
      return state !== 'unknown' && state !== 'completed' && state !== 'failed';
    },

    async close() {
      // The client is ours to end: a close that waits for a Redis that is gone would never come back.
      connection.disconnect();
      await answer(queue.close()).catch(onError);
    },
  };
}

/** Waits for an answer of Redis, which may never come. */
function answer<T>(work: Promise<T>): Promise<T> {
  return within(CALL_MS, work, () => new Error('the queue did not answer in time'));
}

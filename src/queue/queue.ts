import { Queue } from 'bullmq';
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
      await within(CALL_MS, added);
    },

    async hurry(kind, proposal) {
      const job = await within(CALL_MS, queue.getJob(jobId(kind, proposal)));
      if (job === undefined || !(await within(CALL_MS, job.isDelayed()))) return;
      // Its time may have come in between.
      await within(CALL_MS, job.promote()).catch(onError);
    },

    async isLive(kind, proposal) {
      const state = await within(CALL_MS, queue.getJobState(jobId(kind, proposal)));
      return state !== 'unknown' && state !== 'completed' && state !== 'failed';
    },

    async close() {
      // The client is ours to end: a close that waits for a Redis that is gone would never come back.
      connection.disconnect();
      await within(CALL_MS, queue.close()).catch(onError);
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the queue did not answer in time')), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

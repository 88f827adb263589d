import type { Environment } from '../config.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Logger } from '../ports.ts';
import { execute } from '../queue/jobs/execute.ts';
import type { JobPorts } from '../queue/jobs/ports.ts';
import { prepare } from '../queue/jobs/prepare.ts';
import { createJobWorker } from '../queue/worker.ts';
import { layFoundation, wait } from './foundation.ts';
import type { RunningRole } from './running-role.ts';
import { storeReadiness } from './store-readiness.ts';

/** The worker: prepares proposals and carries out approved ones. Writes to the cluster; knows nothing of Slack. */
export async function startWorker(environment: Environment, log: Logger, signal: AbortSignal): Promise<RunningRole> {
  const foundation = await layFoundation('worker', environment, log, signal);
  const { client, cluster, store, file, approvalKey, redisUrl } = foundation;
  const ports: JobPorts = { client, cluster, store, file, approvalKey, log, diagnose, sleep: wait };
  const worker = createJobWorker({
    url: redisUrl,
    log,
    handlers: {
      prepare: (proposal, context) => prepare({ ...ports, signal: context.signal }, proposal),
      execute: (proposal, context) => execute({ ...ports, signal: context.signal }, proposal, context.fence),
    },
  });
  await worker.ready();
  return {
    ready: () => storeReadiness(store),
    async stop() {
      await worker.close();
      await foundation.close();
    },
  };
}

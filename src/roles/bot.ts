import type { Environment } from '../config.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Logger } from '../ports.ts';
import { startPump } from '../queue/pump.ts';
import { createJobQueue } from '../queue/queue.ts';
import { startSweeps } from '../queue/sweeps.ts';
import { createBot, PolicyRefused } from '../slack/bot.ts';
import { layFoundation, refusedPolicy } from './foundation.ts';
import { redisProbe } from './redis-probe.ts';
import { rightsProbe } from './rights-probe.ts';
import type { RunningRole } from './running-role.ts';
import { storeReadiness } from './store-readiness.ts';

/** The bot: answers in Slack, reads the cluster, moves what is decided into the queue. Never writes to the cluster. */
export async function startBot(environment: Environment, log: Logger, signal: AbortSignal): Promise<RunningRole> {
  const foundation = await layFoundation('bot', environment, log, signal);
  const { store, file, cluster, approvalKey, redisUrl } = foundation;
  // layFoundation has refused to go on without them.
  const { SLACK_BOT_TOKEN: botToken = '', SLACK_APP_TOKEN: appToken = '', SLACK_API_URL: apiUrl } = environment;
  const queue = createJobQueue(redisUrl, (error) => log.warn({ err: error }, 'queue connection'));
  const pump = startPump({ store, queue, log });
  const sweeps = startSweeps({ store, queue, log });
  const bot = createBot({
    file,
    slack: { botToken, appToken, ...(apiUrl !== undefined && { apiUrl }) },
    cluster,
    store,
    log,
    approvalKey,
    now: () => new Date(),
    judge: diagnose,
    probes: [
      redisProbe(redisUrl),
      rightsProbe(foundation.client, { readMetrics: file.readMetrics, namespaces: file.read.namespaces }),
    ],
  });
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    await Promise.race([bot.start(), stopped]);
  } catch (error) {
    if (error instanceof PolicyRefused) throw refusedPolicy(error.problems, error);
    throw error;
  }
  return {
    async ready() {
      const slack = bot.ready();
      return slack.ok ? storeReadiness(store) : slack;
    },
    async stop() {
      await bot.stop();
      await sweeps.stop();
      await pump.stop();
      await queue.close();
      await foundation.close();
    },
  };
}

/** A bot of the storm: `bot-process.ts SETTINGS SKEW_MS`, composed as `src/roles/bot.ts` does, without Slack's pace of one message a second. */
import { startPump } from '../../src/queue/pump.ts';
import { createJobQueue } from '../../src/queue/queue.ts';
import { startSweeps } from '../../src/queue/sweeps.ts';
import { createBot } from '../../src/slack/bot.ts';
import { setUp } from './process-setup.ts';
import { withoutOutbox } from './protections.ts';
import { chaosDiagnose, chaosPort } from './world.ts';

const { settings, file, client, store: whole, log, now, lacks } = setUp('bot');
const queue = createJobQueue(settings.redis, (error) => log.warn({ err: error }, 'queue connection'));
const store = lacks('outbox') ? withoutOutbox(whole, queue, Math.random) : whole;
startPump({ store, queue, log });
if (!lacks('outbox')) startSweeps({ store, queue, log }, 2000);
const bot = createBot({
  file,
  slack: settings.slack,
  cluster: chaosPort(client),
  store,
  log,
  approvalKey: settings.approvalKey,
  now,
  judge: chaosDiagnose,
  sockets: 1,
  pace: { burst: 1000, everyMs: 1 },
  // One person asks for the whole crowd.
  askingLimit: { ask: () => 0 },
});
await bot.start();
process.send?.('ready');

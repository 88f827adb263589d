/** A worker as a process of its own, to be killed: `worker-process.ts REDIS MODE`. Says on stdout what it does, a line each. */
import { createJobWorker } from '../../src/queue/worker.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { exampleHandlers, SILENT } from './rig.ts';

const [url = '', mode = 'finish'] = process.argv.slice(2);
const store = createRedisStore(url, { callMs: 10_000 });
const handlers = exampleHandlers(store, async (id, attempt) => {
  process.stdout.write(`${id} attempt ${attempt}\n`);
  // Never ends: whoever started this process kills it here.
  if (mode === 'hang') await new Promise(() => {});
});
const worker = createJobWorker({ url, handlers, log: SILENT, lockMs: 3000 });
await worker.ready();
process.stdout.write('ready\n');

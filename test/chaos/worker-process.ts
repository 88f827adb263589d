/** A worker of the storm: `worker-process.ts SETTINGS SKEW_MS`, composed as `src/roles/worker.ts` does. */
import { setTimeout as delay } from 'node:timers/promises';
import { execute } from '../../src/queue/jobs/execute.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { createJobWorker } from '../../src/queue/worker.ts';
import { setUp } from './process-setup.ts';
import { ANY_FENCE, withoutLock, withoutMac, withoutResourceVersion } from './protections.ts';
import { chaosDiagnose, chaosPort } from './world.ts';

const { settings, file, client: real, store: whole, log, lacks } = setUp('worker');
const client = lacks('resource-version') ? withoutResourceVersion(real) : real;
const locked = lacks('lock') ? withoutLock(whole) : whole;
const store = lacks('mac') ? withoutMac(locked, settings.approvalKey) : locked;
const { approvalKey } = settings;
const cluster = chaosPort(client, settings.slowReads);
const sleep = (ms: number, signal?: AbortSignal) => delay(ms, undefined, { ...(signal && { signal }) });
const ports: JobPorts = { client, cluster, store, file, approvalKey, log, diagnose: chaosDiagnose, sleep };
const worker = createJobWorker({
  url: settings.redis,
  log,
  concurrency: 8,
  lockMs: 2500,
  handlers: {
    prepare: (proposal, { signal }) => prepare({ ...ports, signal }, proposal),
    execute: (proposal, { signal, fence }) =>
      // Without it, an attempt that has lost its job is not told either.
      lacks('fence') ? execute(ports, proposal, ANY_FENCE) : execute({ ...ports, signal }, proposal, fence),
  },
});
await worker.ready();
process.send?.('ready');

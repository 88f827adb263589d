import { expect, it } from 'vitest';
import { GENESIS, verifyChain } from '../../src/incidents/audit-chain.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import { startPump } from '../../src/queue/pump.ts';
import { createJobQueue } from '../../src/queue/queue.ts';
import { startSweeps } from '../../src/queue/sweeps.ts';
import { createJobWorker } from '../../src/queue/worker.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { freePorts, type Server, Servers } from '../store/tcp-redis.ts';
import { startApiServer } from './api-server.ts';
import { type JobWorld, jobWorld } from './job-world.ts';
import { SILENT } from './rig.ts';
import { DEPLOYMENT, rawDeployment } from './world.ts';

interface Watched {
  readonly servers: Servers;
  readonly primary: Server;
  readonly url: string;
}

/** A primary, a replica, and a Sentinel with a password that watches over both. */
async function watched(): Promise<Watched> {
  const servers = await Servers.begin();
  const [one = 0, two = 0, sentinel = 0] = await freePorts(3);
  const durable = ['appendonly yes', 'appendfsync always', 'requirepass secret', 'masterauth secret'];
  const primary = await servers.start(one, durable, { password: 'secret' });
  await servers.start(two, [...durable, `replicaof 127.0.0.1 ${one}`], { password: 'secret' });
  const replica = connectRedis(`redis://:secret@127.0.0.1:${two}`, 'patient');
  await expect.poll(() => replica.info('replication'), { timeout: 15_000 }).toContain('master_link_status:up');
  replica.disconnect();
  const watch = [
    `monitor main 127.0.0.1 ${one} 1`,
    'auth-pass main secret',
    'down-after-milliseconds main 700',
    // One that finds no replica in time is tried again after twice as long.
    'failover-timeout main 1500',
  ];
  const lines = ['requirepass watcher', ...watch.map((line) => `sentinel ${line}`)];
  await servers.start(sentinel, lines, { password: 'watcher' }, ['--sentinel']);
  // It learns of the replica from the primary, and can't fail over before.
  const asked = connectRedis(`redis://:watcher@127.0.0.1:${sentinel}`, 'patient');
  await expect.poll(() => asked.call('SENTINEL', 'REPLICAS', 'main'), { timeout: 15_000 }).toHaveLength(1);
  asked.disconnect();
  // The first of the Sentinels is not there.
  const url = `redis://:secret@127.0.0.1:1?sentinel=main&sentinels=127.0.0.1:${sentinel}&sentinel-password=watcher`;
  return { servers, primary, url };
}

/** Bot's pump and sweeps, and a worker, each with its own connections to the primary that the Sentinel names. */
async function running(url: string, { store, ports }: JobWorld) {
  const queue = createJobQueue(url, () => {});
  const pump = startPump({ store, queue, log: SILENT });
  const sweeps = startSweeps({ store, queue, log: SILENT }, 500);
  const worker = createJobWorker({
    url,
    log: SILENT,
    lockMs: 1000,
    handlers: {
      prepare: async () => ({ end: 'nothing-to-do', because: 'not-asked' }),
      execute: (id, { signal, fence }) => execute({ ...ports, signal }, id, fence),
    },
  });
  return async () => {
    await Promise.all([sweeps.stop(), pump.stop(), worker.close()]);
    await queue.close();
  };
}

it.concurrent.for(['killed', 'frozen'] as const)(
  'a primary that is %s in the middle of a repair: the change is made once, and told from the new one',
  { timeout: 90_000 },
  async (how, { expect }) => {
    const [{ servers, primary, url }, api] = await Promise.all([
      watched(),
      startApiServer({ [DEPLOYMENT]: rawDeployment() }),
    ]);
    const world = await jobWorld(url, api);
    const stop = await running(url, world);
    try {
      const id = await world.queued();
      let struck = false;
      api.fault = ({ method, dryRun }) => {
        if (method !== 'PATCH' || dryRun || struck) return undefined;
        struck = true;
        process.kill(primary.pid, how === 'killed' ? 'SIGKILL' : 'SIGSTOP');
        return undefined;
      };
      const state = () =>
        world.proposal(id).then(
          (proposal) => proposal.state,
          () => 'Redis is away',
        );

      await expect.poll(state, { timeout: 60_000 }).toBe('succeeded');

      // The old one comes back, does not know better at first, and must not be heard any more.
      if (how === 'frozen') process.kill(primary.pid, 'SIGCONT');
      expect(struck).toBe(true);
      expect(api.stored).toHaveLength(1);
      expect(verifyChain(await world.store.auditRange(1, 1000), GENESIS)).toMatchObject({ ok: true });
      const next = await world.propose();
      expect((await world.proposal(next)).state).toBe('preparing');
      expect(await state()).toBe('succeeded');
    } finally {
      await stop();
      await world.close();
      await servers.close();
      await api.close();
    }
  },
);

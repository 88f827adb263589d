import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, parseEnvironment } from '../../src/config.ts';
import { layFoundation, StartError } from '../../src/roles/foundation.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { claimInstallation } from '../../src/store/installation.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { CLUSTER } from '../incidents/examples.ts';
import { freePorts, Servers } from '../store/tcp-redis.ts';

const SOUND = ['appendonly yes', 'appendfsync always', 'maxmemory-policy noeviction'];

let simulator: Simulator;
let servers: Servers;

beforeAll(async () => {
  simulator = await startSimulator({ snapshot: 'F00', pace: 0 });
  servers = await Servers.begin();
  await writeFile(join(servers.dir, 'kubeconfig'), JSON.stringify(simulator.kubeconfig));
  await writeFile(
    join(servers.dir, 'promfix.yaml'),
    'cluster: staging\nslack: { incidentChannel: C012AB3CD }\napprovals: { low: { users: [U0ANN] } }\n',
  );
});
afterAll(async () => {
  await servers.close();
  await simulator.stop();
});

async function redis(lines: readonly string[]): Promise<string> {
  const [port = 0] = await freePorts(1);
  await servers.start(port, lines);
  return `redis://127.0.0.1:${port}`;
}

/** Starts what every role stands on; the warnings that were logged meanwhile. */
async function start(url: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  const log = { info() {}, warn: (_: object, message: string) => void warnings.push(message), error() {} };
  const environment: Environment = parseEnvironment({
    REDIS_URL: url,
    PROMFIX_APPROVAL_KEY: 'k'.repeat(32),
    PROMFIX_CONFIG: join(servers.dir, 'promfix.yaml'),
    KUBECONFIG: join(servers.dir, 'kubeconfig'),
  });
  const foundation = await layFoundation('worker', environment, log, AbortSignal.timeout(15_000));
  await foundation.close();
  return warnings;
}

describe('a role', () => {
  it('refuses a Redis that may throw records away', async () => {
    const url = await redis(['maxmemory-policy allkeys-lru', 'appendonly yes', 'appendfsync always']);

    await expect(start(url)).rejects.toThrow(StartError);
    await expect(start(url)).rejects.toThrow(/Set: maxmemory-policy noeviction/);
  });

  it('refuses a replica, and the Redis of another cluster', async () => {
    const primary = await redis(SOUND);
    const replica = await redis([...SOUND, `replicaof ${new URL(primary).host.replace(':', ' ')}`]);

    await expect(start(replica)).rejects.toThrow(/replica/);

    const store = createRedisStore(primary, { callMs: 10_000 });
    await claimInstallation(store, { ...CLUSTER, uid: 'of-another', name: 'prod-2' });
    await store.close();
    await expect(start(primary)).rejects.toThrow(/belongs to the promfix of prod-2/);
  });

  it('warns of a Redis that forgets when it or its machine ends, and starts', async () => {
    const forgetful = await start(await redis(['appendonly no']));
    const hasty = await start(await redis(['appendonly yes', 'appendfsync everysec']));

    expect(forgetful).toEqual([expect.stringContaining('Set: appendonly yes')]);
    expect(hasty).toEqual([expect.stringContaining('Set: appendfsync always')]);
    expect(await start(await redis(SOUND))).toEqual([]);
  });
});

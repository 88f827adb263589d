import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCOPES } from '../../src/slack/scopes.ts';
import { Workspace } from '../../src/workspace/index.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { type ChaosCluster, FAULTS_OF_WRITES, startChaosCluster, type Upstream } from './cluster.ts';
import { APPROVERS, CAST, CHANNEL } from './people.ts';
import { Prng } from './prng.ts';
import type { ProcessSettings } from './process-setup.ts';
import { Place, type Role } from './processes.ts';
import type { Protection } from './protections.ts';
import { Records } from './records.ts';
import { startSimulated } from './simulated.ts';

interface RigOptions {
  readonly proposals: number;
  readonly seed: number;
  readonly roles: readonly Role[];
  readonly without?: Protection;
  readonly slowReads: number;
  /** The simulated one where none is given. */
  readonly upstream?: Upstream;
}

/** Slack, a cluster and a Redis in and under this process, and promfix's processes on them. */
export interface Rig {
  readonly slack: Workspace;
  readonly cluster: ChaosCluster;
  readonly redis: TestRedis;
  readonly records: Records;
  readonly places: readonly Place[];
  readonly logFile: string;
  /** Ends everything but Redis, which may have been started anew meanwhile. */
  close(): Promise<void>;
}

/** @throws NeverReady when one of the processes does not start */
export async function startRig({ proposals, seed, roles, without, slowReads, upstream }: RigOptions): Promise<Rig> {
  const dir = await mkdtemp(join(tmpdir(), 'promfix-chaos-'));
  const logFile = join(tmpdir(), `promfix-chaos-${seed}.log`);
  await rm(logFile, { force: true });
  const cluster = await startChaosCluster(upstream ?? (await startSimulated(proposals, seed)), new Prng(seed + 1), {
    ...FAULTS_OF_WRITES,
    ...aim(without),
  });
  const redis = await startTestRedis();
  const slack = await Workspace.start({
    people: [...CAST],
    channels: [{ name: CHANNEL, members: [...CAST] }],
    scopes: Object.keys(SCOPES),
    events: ['app_mention'],
    retryMs: [0, 500, 1500],
  });
  const settings: ProcessSettings = {
    redis: redis.url,
    cluster: cluster.url,
    tokens: cluster.tokens,
    file: configOf(slack),
    approvalKey: randomBytes(32).toString('hex'),
    slack: { botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
    slowReads,
    ...(without !== undefined && { without }),
  };
  const settingsFile = join(dir, 'settings.json');
  await writeFile(settingsFile, JSON.stringify(settings), { mode: 0o600 });
  const places = roles.map((role) => new Place(role, settingsFile, logFile));
  const records = new Records(redis.url);
  const memory = setInterval(() => {
    for (const place of places) void place.weigh();
  }, 2000);
  const rig: Rig = {
    slack,
    cluster,
    redis,
    records,
    places,
    logFile,
    async close() {
      clearInterval(memory);
      await Promise.all(places.map((place) => place.stop()));
      await records.close();
      await slack.stop();
      await cluster.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(places.map((place) => place.start()));
  } catch (error) {
    await rig.close();
    await redis.remove();
    throw error;
  }
  return rig;
}

/** What is taken away is hit where it hurts. */
function aim(without: Protection | undefined): Partial<Record<keyof typeof FAULTS_OF_WRITES, number>> {
  switch (without) {
    case 'resource-version':
      return { 'carried out late': 120 };
    case 'fence':
      return { 'answered late': 120 };
    default:
      return {};
  }
}

function configOf(slack: Workspace): string {
  const users = APPROVERS.map((who) => slack.user(who)).join(', ');
  return `
cluster: staging
slack: { incidentChannel: ${slack.channel(CHANNEL)} }
approvals: { low: { users: [${users}], approvals: 1, self: never, expires: 30m } }
`;
}

/** The most memory that a process of a role held, in MiB. */
export function peakMiB(places: readonly Place[], role: Role): number {
  const bytes = Math.max(...places.filter((place) => place.role === role).map((place) => place.peakBytes));
  return Math.round(bytes / 1024 / 1024);
}

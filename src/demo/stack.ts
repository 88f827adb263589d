import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type EmbeddedRedis, startEmbeddedRedis } from '../store/embedded.ts';
import { Workspace, type WorkspaceOptions } from '../workspace/index.ts';
import { RoleProcess } from './role-process.ts';

/** Invented people: one asks, one may approve, one has no rights here. */
export const PEOPLE = { asks: 'maya', approves: 'noor', watches: 'tom' } as const;
export const CHANNEL = 'incidents';
export const CLUSTER = 'titanium-k3s';

interface StackOptions {
  readonly botKubeconfig: string;
  readonly workerKubeconfig: string;
  /** Where Redis and the configuration live. */
  readonly dir: string;
  readonly workspace?: Partial<WorkspaceOptions>;
  /** Whether somebody may approve what an installation has to switch on: repairs of rights and certificates. */
  readonly switchedOn?: boolean;
  /** Merged over the configuration that ships with the demo. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** All of promfix on one machine: the local Slack, Redis, and bot and worker as processes of their own. */
export interface Stack {
  readonly workspace: Workspace;
  readonly redis: EmbeddedRedis;
  readonly variables: Readonly<Record<string, string>>;
  bot: RoleProcess;
  worker: RoleProcess;
  /** Starts a role anew after it was stopped or killed. */
  restart(role: 'bot' | 'worker'): Promise<void>;
  stop(): Promise<void>;
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir } = options;
  await mkdir(dir, { recursive: true });
  const workspace = await Workspace.start({
    people: Object.values(PEOPLE),
    channels: [CHANNEL, 'random'],
    retryMs: [0, 1000, 2000],
    ...options.workspace,
  });
  const redis = await startEmbeddedRedis({
    dir: join(dir, 'redis'),
    path: process.env['PATH'] ?? '',
    dieWithParent: true,
  });
  const config = join(dir, 'promfix.yaml');
  await writeFile(config, stringify(configFor(workspace, options)));
  const common = {
    REDIS_URL: redis.url,
    PROMFIX_CONFIG: config,
    PROMFIX_APPROVAL_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'info',
  };
  const variables = {
    ...common,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
  };
  const start = {
    bot: () => RoleProcess.start('bot', { ...variables, KUBECONFIG: options.botKubeconfig }),
    worker: () => RoleProcess.start('worker', { ...common, KUBECONFIG: options.workerKubeconfig }),
  };
  const [bot, worker] = await both([start.bot(), start.worker()]).catch(async (error: unknown) => {
    await workspace.stop();
    await redis.stop();
    throw error;
  });
  const stack: Stack = {
    workspace,
    redis,
    variables,
    bot,
    worker,
    async restart(role) {
      stack[role] = await start[role]();
    },
    async stop() {
      await Promise.all([stack.bot.stop(), stack.worker.stop()]);
      await workspace.stop();
      await redis.stop();
    },
  };
  return stack;
}

/** Both, or neither: one that came up is ended when the other one did not. */
async function both(
  starting: readonly [Promise<RoleProcess>, Promise<RoleProcess>],
): Promise<[RoleProcess, RoleProcess]> {
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const one of await Promise.allSettled(starting)) if (one.status === 'fulfilled') await one.value.stop();
    throw error;
  }
}

function configFor(workspace: Workspace, { switchedOn = false, config = {} }: StackOptions): Record<string, unknown> {
  const oneApproves = { users: [workspace.user(PEOPLE.approves)], approvals: 1, expires: '30m' };
  return {
    cluster: CLUSTER,
    slack: { incidentChannel: workspace.channel(CHANNEL) },
    approvals: {
      low: { ...oneApproves, self: 'with-reason' },
      medium: { ...oneApproves, self: 'never' },
      ...(switchedOn && { high: { ...oneApproves, self: 'never' } }),
    },
    git: { application: 'apps/monitoring/application.yaml', values: 'apps/monitoring/values.yaml' },
    ...config,
  };
}

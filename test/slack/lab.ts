import { parseFile } from '../../src/config.ts';
import type { Evidence, Target } from '../../src/evidence/types.ts';
import { planHash } from '../../src/incidents/plan-hash.ts';
import type { Proposal, ProposalEvent, Rule } from '../../src/incidents/types.ts';
import { KubeError } from '../../src/kubernetes/types.ts';
import type { ClusterPort, Logger } from '../../src/ports.ts';
import { planFor } from '../../src/remediations/index.ts';
import type { Plan } from '../../src/remediations/types.ts';
import { type Bot, type BotPorts, createBot } from '../../src/slack/bot.ts';
import { SCOPES } from '../../src/slack/scopes.ts';
import { applyEvent } from '../../src/store/decide.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { type Ephemeral, Workspace, type WorkspaceOptions } from '../../src/workspace/index.ts';
import { CLUSTER, diagnosis, evidence, TARGET } from '../remediations/world.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';

export const KEY = 'k'.repeat(40);
export const WORKER = { kind: 'system', role: 'worker' } as const;

export const PEOPLE: WorkspaceOptions = {
  people: ['ada', 'ben', 'cleo', 'dora', { name: 'gil', guest: 'multi' }],
  channels: [
    { name: 'incidents', members: ['ada', 'ben', 'cleo', 'dora', 'gil'] },
    { name: 'ops', members: ['ada', 'ben'] },
    { name: 'random', members: ['ada', 'ben', 'cleo'] },
    { name: 'elsewhere', members: ['ada'], bot: false },
  ],
  userGroups: [{ handle: 'sre', members: ['cleo'] }],
  scopes: Object.keys(SCOPES),
  events: ['app_mention'],
};

interface Seen {
  targets: readonly Target[];
  evidence: () => Promise<Evidence>;
  judge: BotPorts['judge'];
}

export interface Lab {
  readonly slack: Workspace;
  readonly redis: TestRedis;
  readonly store: Store;
  readonly bot: Bot;
  readonly logged: readonly string[];
  /** What the cluster shows; tests change it. */
  readonly seen: Seen;
  /** Another bot on the same Slack and Redis. */
  startBot(): Promise<Bot>;
  /** Waits until this person alone was told something with this part. */
  told(who: string, part: string): Promise<Ephemeral>;
  stop(): Promise<void>;
}

export async function startLab(
  options: {
    readonly slack?: Partial<WorkspaceOptions>;
    readonly approvals?: string;
    /** Names of those who may approve alone. */
    readonly breakGlass?: readonly string[];
  } = {},
): Promise<Lab> {
  const [slack, redis] = await Promise.all([Workspace.start({ ...PEOPLE, ...options.slack }), startTestRedis()]);
  const store = createRedisStore(redis.url);
  const logged: string[] = [];
  const note = (level: string) => (data: object, message: string) => {
    logged.push(
      `${level} ${message} ${JSON.stringify(data, (_, value) => (value instanceof Error ? value.message : value))}`,
    );
  };
  const log: Logger = { info: note('info'), warn: note('warn'), error: note('error') };
  const rule = `{ users: [${slack.user('ben')}, ${slack.user('dora')}], groups: [${slack.group('sre')}], approvals: 1, self: with-reason, expires: 30m }`;
  const file = parseFile(`
cluster: staging
slack: { incidentChannel: ${slack.channel('incidents')}, commandChannels: [${slack.channel('ops')}] }
approvals:
  low: ${options.approvals ?? rule}
  ${options.breakGlass ? `breakGlass: { users: [${options.breakGlass.map((name) => slack.user(name)).join(', ')}] }` : ''}
`);
  const seen: Seen = {
    targets: [TARGET],
    evidence: async () => evidence(),
    judge: () => diagnosis('crd-race-at-start'),
  };
  const cluster: ClusterPort = {
    identity: async () => CLUSTER,
    async find(query) {
      const targets = seen.targets.filter(
        (one) => (query.name ?? one.name) === one.name && (query.namespace ?? one.namespace) === one.namespace,
      );
      const [only, ...more] = targets;
      if (!only) return { found: 'none', query };
      return more.length > 0 ? { found: 'many', targets } : { found: 'one', target: only };
    },
    collect: () => seen.evidence(),
  };
  const bots: Bot[] = [];
  async function startBot(): Promise<Bot> {
    const bot = createBot({
      file,
      slack: { botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
      cluster,
      store,
      log,
      approvalKey: KEY,
      now: () => new Date(),
      judge: (one) => seen.judge(one),
      pace: { burst: 100, everyMs: 1 },
    });
    bots.push(bot);
    await bot.start();
    return bot;
  }
  const bot = await startBot();
  return {
    slack,
    redis,
    store,
    bot,
    logged,
    seen,
    startBot,
    told: (who, part) =>
      slack.waitFor(() => slack.ephemerals(who).find((one) => slack.text(one).includes(part)), {
        what: `“${part}” told to ${who}`,
      }),
    async stop() {
      await Promise.all(bots.map((one) => one.stop()));
      await slack.stop();
      await store.close();
      await redis.remove();
    },
  };
}

export const unreachable = async (): Promise<Evidence> => {
  throw new KubeError('unavailable', 'connect ECONNREFUSED');
};

/** What the worker's `prepare` comes to. */
export async function prepare(
  lab: Lab,
  id: string,
  change: {
    readonly expiresInSeconds?: number;
    readonly rule?: Partial<Rule>;
    readonly plan?: Partial<Plan>;
  } = {},
): Promise<Proposal> {
  const found = planFor(evidence(), diagnosis('crd-race-at-start'), CLUSTER).plan;
  if (!found) throw new Error('no plan');
  const plan = { ...found, ...change.plan };
  const at = await lab.store.now();
  const rule = {
    users: [lab.slack.user('ben'), lab.slack.user('dora')],
    groups: [lab.slack.group('sre')],
    approvals: 1,
    self: 'with-reason',
    expiresSeconds: 1800,
    ...change.rule,
  } as const;
  const expiresAt = new Date(Date.parse(at) + (change.expiresInSeconds ?? 1800) * 1000).toISOString();
  return apply(lab, id, { on: 'prepared', at, plan, planHash: planHash(plan), rule, expiresAt });
}

export async function apply(lab: Lab, id: string, event: ProposalEvent): Promise<Proposal> {
  const done = await applyEvent(lab.store, id, event, WORKER);
  if (!done?.ok) throw new Error(`not applied: ${JSON.stringify(done)}`);
  return done.next;
}

/** The message that carries this text in its fallback, when it is there. */
export function message(lab: Lab, where: string, part: string) {
  return lab.slack.messages(where).find((one) => one.text.includes(part));
}

/** Ends a lab; the workspace must have had nothing to complain about. */
export async function ended(lab: Lab): Promise<void> {
  try {
    lab.slack.assertClean();
  } finally {
    await lab.stop();
  }
}

import { readFile } from 'node:fs/promises';
import { ConfigError, type Environment, type FileConfig, parseFile, type Role, requireFor } from '../config.ts';
import { clusterPort } from '../evidence/cluster-port.ts';
import { checkPolicy, type PolicyProblem } from '../incidents/policy.ts';
import { KubeConfigError, loadKubeClient } from '../kubernetes/load.ts';
import type { KubeClient } from '../kubernetes/types.ts';
import type { ClusterPort, Logger } from '../ports.ts';
import type { ClusterIdentity } from '../remediations/types.ts';
import { checkRedis, type RedisProblem } from '../store/check.ts';
import { connectRedis } from '../store/connect.ts';
import { claimInstallation } from '../store/installation.ts';
import { createRedisStore } from '../store/redis-store.ts';
import type { Store } from '../store/types.ts';
import { configText } from '../texts/en/config.ts';
import { policySentence } from '../texts/en/policy.ts';
import { redisText } from '../texts/en/redis.ts';
import { startText } from '../texts/en/start.ts';

/** A role can't start, and waiting would not help. `message` is for the person who started it. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}

/** What bot and worker stand on. */
interface Foundation {
  readonly file: FileConfig;
  readonly client: KubeClient;
  readonly cluster: ClusterPort;
  readonly identity: ClusterIdentity;
  readonly store: Store;
  readonly redisUrl: string;
  readonly approvalKey: string;
  close(): Promise<void>;
}

/** Milliseconds between attempts to reach what is away at the start. */
const AGAIN_MS = 2000;

/**
 * Connects a role to its cluster and its Redis. Waits for both, saying what it waits for; throws StartError for what no waiting mends: a
 * mistake in the configuration, a Redis that loses records, a Redis of another cluster.
 */
export async function layFoundation(
  role: Exclude<Role, 'start'>,
  environment: Environment,
  log: Logger,
  signal: AbortSignal,
): Promise<Foundation> {
  requireFor(role, environment);
  // requireFor has thrown where one is missing.
  const { REDIS_URL: redisUrl = '', PROMFIX_APPROVAL_KEY: approvalKey = '' } = environment;
  const file = await loadFile(environment.PROMFIX_CONFIG ?? 'promfix.yaml');
  refuseBadPolicy(file);
  const client = connectKubernetes(environment);
  const cluster = clusterPort({
    client,
    clusterName: file.cluster,
    now: () => new Date(),
    deadlineMs: file.timeouts.read * 1000,
    readMetrics: file.readMetrics,
    namespaces: file.read.namespaces,
  });
  const identity = await insist('the API server', () => cluster.identity(), log, signal);
  const onError = (error: Error) => log.warn({ err: error }, 'connection to Redis');
  const store = createRedisStore(redisUrl, { onError });
  await insist('Redis', () => store.now(), log, signal);
  await refuseBadRedis(redisUrl, log);
  const claim = await insist('Redis', () => claimInstallation(store, identity), log, signal);
  if (!claim.ok)
    throw new StartError(startText.otherCluster(identity.name, claim.belongsTo.cluster.name, claim.belongsTo.since));
  return {
    file,
    client,
    cluster,
    identity,
    store,
    redisUrl,
    approvalKey,
    async close() {
      await store.close();
      await client.close();
    },
  };
}

async function loadFile(path: string): Promise<FileConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new StartError(configText.fileMissing(path), error);
  }
  return parseFile(text, path);
}

/** Rules that would make an approval worthless are refused before anything else is tried. */
function refuseBadPolicy({ approvals }: FileConfig): void {
  const errors = checkPolicy(approvals).filter(({ level }) => level === 'error');
  if (errors.length > 0) throw refusedPolicy(errors);
}

export function refusedPolicy(problems: readonly PolicyProblem[], cause?: unknown): StartError {
  return new StartError(
    startText.policyRefused(problems.map((problem) => policySentence(problem.code, { ...problem }))),
    cause,
  );
}

function connectKubernetes(environment: Environment): KubeClient {
  try {
    return loadKubeClient({ kubeconfig: environment.KUBECONFIG, home: environment.HOME });
  } catch (error) {
    if (error instanceof KubeConfigError) throw new StartError(error.message, error);
    throw error;
  }
}

/** Tries until it works or the role is told to stop. */
async function insist<T>(what: string, attempt: () => Promise<T>, log: Logger, signal: AbortSignal): Promise<T> {
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof ConfigError || error instanceof StartError || signal.aborted) throw error;
      log.warn({ err: error, what }, 'waiting for something that does not answer');
      await wait(AGAIN_MS, signal);
    }
  }
}

/** Resolves after `ms`, or rejects when `signal` is aborted. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

async function refuseBadRedis(url: string, log: Logger): Promise<void> {
  const redis = connectRedis(url, 'patient');
  try {
    const problems = await checkRedis(redis);
    for (const problem of problems)
      if (problem.level === 'warning') log.warn({ problem: problem.code }, redisSentence(problem));
    const errors = problems.filter(({ level }) => level === 'error');
    if (errors.length > 0) throw new StartError(errors.map(redisSentence).join('\n'));
  } finally {
    redis.disconnect();
  }
}

function redisSentence(problem: RedisProblem): string {
  return redisText[problem.code](problem.values);
}

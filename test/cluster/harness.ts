import { spawn } from 'node:child_process';
import semver from 'semver';
import { Cluster, type ClusterOptions } from './control-plane/cluster.ts';
import { NS, PROMETHEUS } from './names.ts';
import { PROJECT } from './paths.ts';
import { healthy, reconciled } from './scenarios/look.ts';
import type { Later, Scenario } from './scenarios/types.ts';
import type { OperatorVersion } from './versions.ts';
import { sleep, until } from './wait.ts';

/** Seconds until a fault's symptoms must show, and until a repair must have worked. */
const LIMITS = { settle: 180, recover: 180 } as const;
/** Milliseconds for one whole scenario in a test. */
export const SCENARIO_TIMEOUT = 480_000;

const HEALTHY = 'healthy';

/** What a test gets of a cluster in which a scenario has happened. */
export interface Stage {
  readonly cluster: Cluster;
  /** `namespace/name` of the Prometheus that is asked about. */
  readonly subject: string;
  /** cluster-admin's kubeconfig. */
  readonly kubeconfig: string;
  readonly scenario: Scenario;
  /** The scenario's own repair; resolves when it worked. */
  repair(): Promise<void>;
}

/** What happens to this operator instead, where it is of a release that does otherwise. */
const laterOf = ({ later }: Scenario, operator: OperatorVersion): Later | undefined =>
  later !== undefined && semver.gte(operator, later.from) ? later : undefined;

/** The cause that a diagnosis must name with this operator, or `healthy`. */
export function expectedOf(scenario: Scenario, operator: OperatorVersion): string {
  const later = laterOf(scenario, operator);
  return later ? (later.cause ?? 'healthy') : scenario.cause;
}

/** Under which name its capture is kept: a fault that later releases show in another way has one of each. */
export const captureName = (scenario: Scenario, operator: OperatorVersion): string =>
  laterOf(scenario, operator)?.cause === undefined ? scenario.id : `${scenario.id}-later`;

export const subjectOf = (scenario: Scenario): string => scenario.subject ?? `${NS}/${PROMETHEUS}`;

/**
 * Starts a cluster, lets a scenario happen, waits for its symptoms and gives it to `body`. The cluster is gone afterwards, whatever
 * happened. The node lives in this process: `body` must not block it (no spawnSync).
 */
export async function withScenario<T>(
  scenario: Scenario,
  body: (stage: Stage) => Promise<T>,
  options: ClusterOptions = {},
): Promise<T> {
  const cluster = new Cluster(options);
  try {
    await play(cluster, scenario);
    return await body({
      cluster,
      scenario,
      subject: subjectOf(scenario),
      kubeconfig: cluster.kubeconfig,
      repair: () => repair(cluster, scenario),
    });
  } finally {
    await cluster.stop();
  }
}

/** Starts the cluster for a scenario, injects it, and resolves when its symptoms show. */
export async function play(cluster: Cluster, scenario: Scenario): Promise<void> {
  if (scenario.from === 'empty') await cluster.start({ fresh: true, ...scenario.start });
  else await startHealthy(cluster, scenario.start);
  await scenario.inject(cluster);
  const later = laterOf(scenario, cluster.operator);
  if (later)
    await until(`${scenario.id} shows as from ${later.from} on`, () => later.shows(cluster), {
      seconds: LIMITS.settle,
    });
  else await until(`${scenario.id} shows`, () => scenario.settled(cluster), { seconds: LIMITS.settle });
}

/** Starts the healthy stack, from a snapshot that the first such start makes. */
export async function startHealthy(cluster: Cluster, start: Scenario['start'] = {}): Promise<void> {
  if (!cluster.hasSnapshot(HEALTHY)) {
    await cluster.start({ fresh: true });
    await cluster.install();
    await cluster.applyFile('argocd.yaml');
    await cluster.established();
    await cluster.available(120);
    await cluster.stop();
    cluster.save(HEALTHY);
  }
  await cluster.start({ snapshot: HEALTHY, ...start });
  await cluster.available();
  // The snapshot says Available and Reconciled before anything runs, and an operator that has just started says Unknown for a moment:
  // it has settled when it was found healthy twice after its first sync.
  await until('the operator has reconciled', () => reconciled(cluster), { every: 100 });
  await sleep(1000);
  await until('the Prometheus is healthy', () => healthy(cluster), { every: 100 });
}

async function repair(cluster: Cluster, scenario: Scenario): Promise<void> {
  const { recovered } = scenario;
  await scenario.fix?.(cluster);
  if (recovered)
    await until(`${scenario.id} recovers`, () => recovered.call(scenario, cluster), { seconds: LIMITS.recover });
  else await cluster.available(LIMITS.recover);
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the promfix executable as a child, killed after a minute. */
export function promfix(args: readonly string[], kubeconfig: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const child = spawn(process.execPath, ['src/main.js', ...args], {
      cwd: PROJECT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { clusterPort } from '../../../src/evidence/cluster-port.ts';
import type { Evidence, Target } from '../../../src/evidence/types.ts';
import { loadKubeClient } from '../../../src/kubernetes/load.ts';
import { readingRules } from '../../../src/remediations/parts/rules.ts';
import { type Stage, withScenario } from '../../cluster/harness.ts';
import { loadScenarios, select } from '../../cluster/scenarios/load.ts';
import { sleep } from '../../cluster/wait.ts';
import { changedBetween, type Dump, dump } from './dump.ts';
import { type Exercise, exercises } from './exercises.ts';
import { type RawClient, rawClient } from './raw.ts';

/** Everything that one scenario left, unreduced. */
export interface Recording {
  readonly id: string;
  readonly cause: string;
  readonly title: string;
  readonly subject: string;
  readonly operator: string;
  readonly before: Moment;
  /** The server's clock when the scenario's own repair began, and the moment when it had worked. */
  readonly repair?: { readonly from: string; readonly after: Moment };
}

interface Moment {
  readonly dump: Dump;
  /** Read by cluster-admin, and with the bot's own rights. */
  readonly evidence: { readonly admin: Evidence; readonly bot: Evidence };
  readonly verdict: string;
  readonly cause: string | null;
}

const TRIES = 6;

export async function record(folder: string, ids: readonly string[], say: (line: string) => void): Promise<void> {
  const scenarios = select(await loadScenarios(null), ids.join(','));
  for (const scenario of scenarios) {
    const file = join(folder, `${scenario.id}.json`);
    if (existsSync(file)) continue;
    try {
      await withScenario(scenario, async (stage) => {
        say(`${scenario.id} shows`);
        const recording = await recordStage(stage, say);
        writeFileSync(file, JSON.stringify(recording));
        say(`${scenario.id} saved`);
        if (scenario.id === 'F00')
          writeFileSync(join(folder, 'exercises.json'), JSON.stringify(await practise(stage), undefined, 1));
      });
    } catch (error) {
      say(`${scenario.id} failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
}

async function recordStage(stage: Stage, say: (line: string) => void): Promise<Recording> {
  const { scenario, subject, cluster } = stage;
  const client = rawClient(cluster.server, cluster.pki);
  try {
    const bot = await cluster.serviceAccount('bot', { cluster: readingRules() });
    const before = await moment(stage, client, bot, say);
    say(`${scenario.id} before: ${before.verdict} ${before.cause}`);
    const common = {
      id: scenario.id,
      cause: scenario.cause,
      title: scenario.title,
      subject,
      operator: cluster.operator,
    };
    if (scenario.cause === 'healthy') return { ...common, before };
    const from = new Date().toISOString();
    try {
      await stage.repair();
      await sleep(3000); // the Alertmanager, endpoints and events of the same moment
      const after = await moment(stage, client, bot, say);
      say(`${scenario.id} after: ${after.verdict} ${after.cause}`);
      return { ...common, before, repair: { from, after } };
    } catch (error) {
      say(`${scenario.id} was not repaired: ${String(error)}`);
      return { ...common, before };
    }
  } finally {
    client.destroy();
  }
}

/** Dump and evidence of the same moment: read in turn until nothing changed in between. */
async function moment(stage: Stage, client: RawClient, bot: string, say: (line: string) => void): Promise<Moment> {
  for (let tries = 1; ; tries += 1) {
    const first = await dump(client);
    const admin = await evidence(stage.kubeconfig, stage.subject);
    const limited = await evidence(bot, stage.subject);
    const second = await dump(client);
    const changed = changedBetween(first, second);
    if (changed.length > 0 && tries < TRIES) continue;
    if (changed.length > 0) say(`${stage.scenario.id}: changed while the evidence was read: ${changed.join(', ')}`);
    const { verdict, rootCause } = diagnose(admin);
    return { dump: first, evidence: { admin, bot: limited }, verdict, cause: rootCause?.cause ?? null };
  }
}

async function evidence(kubeconfig: string, subject: string): Promise<Evidence> {
  const client = loadKubeClient({ kubeconfig });
  try {
    const now = () => new Date();
    const port = clusterPort({ client, clusterName: 'demo', now, deadlineMs: 60_000, readMetrics: true });
    return await port.collect(targetOf(subject));
  } finally {
    await client.close();
  }
}

function targetOf(subject: string): Target {
  const [namespace = '', name = ''] = subject.split('/');
  return { cluster: 'demo', kind: 'Prometheus', namespace, name };
}

/** Single requests and what the real server says to them: food for the tests of the protocol. */
async function practise({ cluster }: Stage): Promise<readonly Exercise[]> {
  const limited = await cluster.serviceAccount('limited', {
    namespaced: { monitoring: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] }] },
  });
  const token = /"token":"([^"]+)"/.exec(readFileSync(limited, 'utf8'))?.[1] ?? '';
  const client = rawClient(cluster.server, cluster.pki);
  try {
    return await exercises(client, token);
  } finally {
    client.destroy();
  }
}

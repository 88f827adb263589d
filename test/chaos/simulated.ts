import { at, object } from '../../src/evidence/json.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { NS } from '../remediations/world.ts';
import type { Upstream } from './cluster.ts';
import { WRITING_RULES } from './rights.ts';

const DEPLOYMENTS = '/apis/apps/v1/deployments';
/** Beside what happens on the line: what an API server and its other clients do. */
const RATES = { churn: 0.06, conflict: 0.02, 'too-many': 0.01, unavailable: 0.02, slow: 0.03 } as const;

/** The API server of the demo, in this process, with many small Deployments. */
export async function startSimulated(count: number, seed: number): Promise<Upstream> {
  const simulator = await startSimulator({ snapshot: 'F00', pace: 0 });
  simulator.seedDeployments(count, { namespace: NS, prefix: 'operator-' });
  const rules = { namespaced: { [NS]: WRITING_RULES } };
  const account = (name: string): string => field(simulator.serviceAccount(name, rules), 'users', 'user', 'token');
  const kind = simulator.state.kindAt(DEPLOYMENTS);
  if (!kind) throw new Error('the snapshot serves no Deployments');
  return {
    url: simulator.url,
    ca: Buffer.from(
      field(simulator.kubeconfig, 'clusters', 'cluster', 'certificate-authority-data'),
      'base64',
    ).toString(),
    tokens: { bot: account('bot'), worker: account('worker') },
    generation: async (name) => Number(at(simulator.state.get(DEPLOYMENTS, NS, name) ?? {}, 'metadata', 'generation')),
    async touch(name) {
      const stored = simulator.state.get(DEPLOYMENTS, NS, name);
      if (!stored) return;
      const meta = object(stored, 'metadata');
      const generation = Number(meta['generation']) + 1;
      simulator.state.put(kind, {
        ...stored,
        metadata: { ...meta, generation },
        spec: { ...object(stored, 'spec'), minReadySeconds: generation },
        status: { ...object(stored, 'status'), observedGeneration: generation },
      });
    },
    logged() {
      const counts = new Map<string, number>();
      for (const { method, path } of simulator.writes) {
        const name = /\/deployments\/([^/?]+)/.exec(path)?.[1];
        if (method === 'PATCH' && name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },
    disturb: (on) => simulator.chaos.set(on ? { rates: RATES, seed, slowMs: 1500 } : {}),
    faults: () =>
      Object.fromEntries(Object.entries(simulator.chaos.counts).map(([name, times]) => [`API server: ${name}`, times])),
    close: () => simulator.stop(),
  };
}

/** A value of the first entry of one of a kubeconfig's lists. */
function field(config: Readonly<Record<string, unknown>>, list: string, ...path: readonly string[]): string {
  const entries = config[list];
  const value = at(Array.isArray(entries) ? entries[0] : undefined, ...path);
  if (typeof value !== 'string') throw new Error(`the kubeconfig has no ${[list, ...path].join('.')}`);
  return value;
}

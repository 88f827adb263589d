import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import type { Evidence, Target } from '../../src/evidence/types.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';
import type { ClusterPort } from '../../src/ports.ts';
import {
  type Kubeconfig,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/simulator.ts';

/** A simulator and clients for it, all of which end with the test. */
export interface Lab {
  readonly simulator: Simulator;
  /** A file with a kubeconfig; cluster-admin's unless another is given. */
  file(kubeconfig?: Kubeconfig): string;
  client(kubeconfig?: Kubeconfig): KubeClient;
  port(kubeconfig?: Kubeconfig): ClusterPort;
  readonly target: Target;
}

export async function lab(options: SimulatorOptions): Promise<Lab> {
  const simulator = await startSimulator({ pace: 0, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'promfix-simulator-'));
  const clients: KubeClient[] = [];
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  let files = 0;
  const file = (kubeconfig?: Kubeconfig): string =>
    simulator.writeKubeconfig(join(folder, `${++files}.json`), kubeconfig);
  const client = (kubeconfig?: Kubeconfig): KubeClient => {
    const made = loadKubeClient({ kubeconfig: file(kubeconfig) });
    clients.push(made);
    return made;
  };
  const now = options.now ?? (() => new Date());
  const [namespace = '', name = ''] = simulator.snapshot.subject.split('/');
  return {
    simulator,
    file,
    client,
    port: (kubeconfig) =>
      clusterPort({ client: client(kubeconfig), clusterName: 'demo', now, deadlineMs: 20_000, readMetrics: true }),
    target: { cluster: 'demo', kind: 'Prometheus', namespace, name },
  };
}

/** What promfix read of the real control plane when the snapshot was saved. */
interface Golden {
  readonly verdict: string;
  readonly cause: string | null;
  readonly admin: Evidence;
  readonly bot: Evidence;
}

export function golden(id: string): Golden {
  const file = fileURLToPath(new URL(`../../src/simulator/snapshots/${id}.evidence.json.gz`, import.meta.url));
  // Written by the recorder in this shape.
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden;
}

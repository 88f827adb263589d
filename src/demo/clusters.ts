import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startSimulator } from '../simulator/simulator.ts';
import { serveCluster } from './control-plane.ts';
import { DEMO_RIGHTS } from './rights.ts';

export const CLUSTER_KINDS = ['simulator', 'suite', 'real'] as const;
export type ClusterKind = (typeof CLUSTER_KINDS)[number];

/** A cluster, as bot and worker reach it. */
interface DemoCluster {
  readonly botKubeconfig: string;
  readonly workerKubeconfig: string;
  stop(): Promise<void>;
}

/** `pace`: how long the simulator's reactions take; 1 as on the real control plane, 0 at once. */
export function openCluster(kind: ClusterKind, fault: string, dir: string, pace = 1): Promise<DemoCluster> {
  switch (kind) {
    case 'simulator':
      return simulated(fault, dir, pace);
    case 'suite':
      return suite(fault);
    case 'real':
      return real();
  }
}

async function simulated(fault: string, dir: string, pace: number): Promise<DemoCluster> {
  const simulator = await startSimulator({ snapshot: fault, pace });
  const account = (name: 'bot' | 'worker'): string =>
    simulator.writeKubeconfig(join(dir, `${name}.kubeconfig`), simulator.serviceAccount(name, DEMO_RIGHTS[name]));
  return {
    botKubeconfig: account('bot'),
    workerKubeconfig: account('worker'),
    stop: () => simulator.stop(),
  };
}

/** The control plane of the tests: a real API server and a real operator. */
async function suite(fault: string): Promise<DemoCluster> {
  const { kubeconfig, stop } = await serveCluster(fault);
  return { botKubeconfig: kubeconfig, workerKubeconfig: kubeconfig, stop };
}

/** The person's own: whatever kubectl would use. */
async function real(): Promise<DemoCluster> {
  const kubeconfig = process.env['KUBECONFIG'] ?? join(homedir(), '.kube', 'config');
  for (const file of kubeconfig.split(delimiter).filter((one) => one !== '')) await access(file);
  return { botKubeconfig: kubeconfig, workerKubeconfig: kubeconfig, stop: async () => {} };
}

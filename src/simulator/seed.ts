import { object } from './json.ts';
import type { State } from './state.ts';
import { seconds } from './times.ts';

export interface SeedOptions {
  /** `lab` unless said; made where it is missing. */
  readonly namespace?: string;
  /** Names are this and a number with four digits. */
  readonly prefix?: string;
  readonly image?: string;
}

/** A seeded Deployment, with what a plan refers to it by. */
export interface Seeded {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Many small Deployments without pods, each of which rolls out by its status alone: objects for repairs that run side by side. */
export function seedDeployments(state: State, count: number, options: SeedOptions = {}): readonly Seeded[] {
  const { namespace = 'lab', prefix = 'operator-', image = 'example.org/lab/operator:v1.0.0' } = options;
  const at = seconds(state.now());
  const namespaces = state.kindAt('/api/v1/namespaces');
  const deployments = state.kindAt('/apis/apps/v1/deployments');
  if (namespaces === undefined || deployments === undefined) throw new Error('the snapshot serves no Deployments');
  if (state.get('/api/v1/namespaces', undefined, namespace) === undefined)
    state.put(namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, uid: state.newUid(), creationTimestamp: at },
      status: { phase: 'Active' },
    });
  return Array.from({ length: count }, (_, index) => {
    const name = `${prefix}${String(index + 1).padStart(4, '0')}`;
    const labels = { app: name };
    const stored = state.put(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, uid: state.newUid(), generation: 1, creationTimestamp: at, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'operator', image }] } },
      },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
    });
    return { namespace, name, uid: String(object(stored, 'metadata')['uid']) };
  });
}

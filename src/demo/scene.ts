import { type ClusterKind, openCluster } from './clusters.ts';
import { type Stack, startStack } from './stack.ts';
import type { Scene } from './stage.ts';

export interface SceneOptions {
  readonly kind: ClusterKind;
  readonly fault: string;
  /** Where everything is kept. */
  readonly dir: string;
  /** Merged over the demo's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A cluster with a fault, and all of promfix on it. */
export async function openScene({
  kind,
  fault,
  dir,
  config,
}: SceneOptions): Promise<Scene & { readonly stack: Stack }> {
  const cluster = await openCluster(kind, fault, dir);
  try {
    const { botKubeconfig, workerKubeconfig } = cluster;
    const stack = await startStack({ botKubeconfig, workerKubeconfig, dir, ...(config && { config }) });
    return {
      stack,
      workspace: stack.workspace,
      async stop() {
        await stack.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

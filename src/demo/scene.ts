import { type ClusterKind, openCluster } from './clusters.ts';
import { type Stack, startStack } from './stack.ts';
import type { Scene } from './stage.ts';

interface SceneOptions {
  readonly kind: ClusterKind;
  readonly fault: string;
  /** How long the simulator's reactions take: 1, the default, as on the real control plane. */
  readonly pace?: number;
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
  pace,
}: SceneOptions): Promise<Scene & { readonly stack: Stack }> {
  const cluster = await openCluster(kind, fault, dir, pace);
  try {
    const { botKubeconfig, workerKubeconfig } = cluster;
    const stack = await startStack({
      botKubeconfig,
      workerKubeconfig,
      dir,
      // On somebody's own cluster these are for an installation to switch on.
      switchedOn: kind !== 'real',
      ...(config && { config }),
    });
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

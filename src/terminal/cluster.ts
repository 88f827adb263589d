import type { KubeClient } from '../kubernetes/types.ts';
import type { ClusterPort } from '../ports.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

interface TerminalCluster {
  readonly client: KubeClient;
  readonly port: ClusterPort;
}

/**
 * The cluster of a kubeconfig, for commands in the terminal. Modules that talk to it are loaded here and not before: a command that needs no
 * cluster does not wait for them.
 */
export async function connectCluster(io: TerminalIo, context: string | undefined): Promise<TerminalCluster> {
  const [{ KubeConfigError, loadKubeClient }, { clusterPort }] = await Promise.all([
    import('../kubernetes/load.ts'),
    import('../evidence/cluster-port.ts'),
  ]);
  const { KUBECONFIG: kubeconfig, HOME: home } = io.variables;
  try {
    const client = loadKubeClient({ kubeconfig, home, context });
    const port = clusterPort({
      client,
      clusterName: context ?? client.server,
      now: () => io.now(),
      deadlineMs: 10_000,
      readMetrics: true,
    });
    return { client, port };
  } catch (error) {
    if (error instanceof KubeConfigError) throw new TerminalError(EXIT.config, error.message, error);
    throw error;
  }
}

/** What went wrong between here and the API server, as a sentence and an exit code. */
export async function explainClusterError(error: unknown, server: string): Promise<TerminalError | undefined> {
  const { KubeError } = await import('../kubernetes/types.ts');
  if (!(error instanceof KubeError)) return undefined;
  const denied = error.kind === 'unauthorized' || error.kind === 'forbidden';
  return new TerminalError(
    denied ? EXIT.noPermission : EXIT.unavailable,
    terminalText.clusterError(error.kind, server, error.message),
    error,
  );
}

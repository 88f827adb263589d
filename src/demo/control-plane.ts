import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVE = join(fileURLToPath(new URL('../../test/cluster/serve.ts', import.meta.url)));

interface ServedCluster {
  readonly kubeconfig: string;
  /** `namespace/name` of the Prometheus with the fault. */
  readonly subject: string;
  stop(): Promise<void>;
}

/** Starts the control plane of the tests as a process of its own, with a fault in it. */
export async function serveCluster(scenario: string): Promise<ServedCluster> {
  const child = spawn(process.execPath, [SERVE, '--scenario', scenario], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { kubeconfig, subject } = await readiness(child);
  return {
    kubeconfig,
    subject,
    async stop() {
      child.stdin?.end();
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function readiness(child: ChildProcess): Promise<{ kubeconfig: string; subject: string }> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the control plane ended with exit code ${code}`)));
    // stdio above makes stdout a pipe.
    createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const said: unknown = JSON.parse(line);
      if (typeof said !== 'object' || said === null || !('kubeconfig' in said) || !('subject' in said)) return;
      resolve({ kubeconfig: String(said.kubeconfig), subject: String(said.subject) });
    });
  });
}

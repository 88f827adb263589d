import { execFile } from 'node:child_process';

/** The last argument of `k` may carry what kubectl reads from stdin. */
export interface KubectlInput {
  readonly input: string;
}

/**
 * Runs kubectl and resolves with what it prints; rejects with its complaint. Asynchronous, because the node's kubelet lives in this
 * process and must go on meanwhile.
 */
export function kubectl(
  program: string,
  kubeconfig: string,
  args: readonly (string | KubectlInput)[],
): Promise<string> {
  const words = args.filter((arg) => typeof arg === 'string');
  const input = args.find((arg) => typeof arg !== 'string')?.input ?? '';
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const child = execFile(program, words, { env, encoding: 'utf8', maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`kubectl ${words.join(' ')}: ${stderr || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {}); // it may end before it has read everything; its exit says why
    child.stdin?.end(input);
  });
}

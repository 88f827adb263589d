import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/control-plane/cluster.ts';

export interface Typed {
  readonly code: number | null;
  readonly output: string;
}

/** Where the operator's project serves its CRDs; nothing of the internet is reached from here. */
const CRD_URL =
  /https:\/\/raw\.githubusercontent\.com\/prometheus-operator\/prometheus-operator\/v([\d.]+)\/example\/prometheus-operator-crd\/(monitoring\.coreos\.com_[a-z]+\.yaml)/g;

/** A person at a shell: the real kubectl as cluster-admin, jq and openssl as they are installed, an editor that is left without a change. */
export class Person {
  readonly #cluster: Cluster;
  readonly #home: string;
  readonly #crds: string;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#home = mkdtempSync(join(cluster.run, 'person-'));
    this.#crds = join(this.#home, 'crds');
    mkdirSync(this.#crds);
    mkdirSync(join(this.#home, 'bin'));
    symlinkSync(cluster.bin('kubectl'), join(this.#home, 'bin', 'kubectl'));
    for (const document of readFileSync(join(cluster.manifests, 'crds.yaml'), 'utf8').split(/^---$/m)) {
      const plural = /^ {2}name: ([a-z]+)\.monitoring\.coreos\.com$/m.exec(document)?.[1];
      if (plural !== undefined) writeFileSync(join(this.#crds, `monitoring.coreos.com_${plural}.yaml`), document);
    }
  }

  /** Pastes these lines, one after the other; the first that fails ends it. Asynchronous: the node lives in this process. */
  types(lines: readonly string[]): Promise<Typed> {
    const script = lines.join('\n').replaceAll(CRD_URL, (_, __, file: string) => join(this.#crds, file));
    const folder = mkdtempSync(join(this.#home, 'in-'));
    const env = {
      ...process.env,
      KUBECONFIG: this.#cluster.kubeconfig,
      KUBE_EDITOR: 'true',
      PATH: `${join(this.#home, 'bin')}:${process.env['PATH']}`,
    };
    return new Promise((resolve, reject) => {
      const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env, timeout: 300_000 });
      const said: Buffer[] = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output: Buffer.concat(said).toString() }));
    });
  }

  leave(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

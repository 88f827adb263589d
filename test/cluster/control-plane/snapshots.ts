import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** etcd's data of a stopped cluster, kept under a name and shared by all runs. It is never written to again. */
export class Snapshots {
  readonly #folder: string;

  /** The key says what a snapshot depends on besides its name: programs, manifests and the CA. */
  constructor(home: string, key: string) {
    this.#folder = join(home, 'snapshots', key);
  }

  has(name: string): boolean {
    return existsSync(join(this.#folder, name));
  }

  save(name: string, data: string): void {
    if (this.has(name)) return;
    mkdirSync(this.#folder, { recursive: true });
    const work = mkdtempSync(join(this.#folder, '.saving-'));
    cpSync(data, work, { recursive: true });
    try {
      renameSync(work, join(this.#folder, name));
    } catch (error) {
      rmSync(work, { recursive: true, force: true });
      if (!this.has(name)) throw error; // else another run saved it meanwhile
    }
  }

  restore(name: string, data: string): void {
    cpSync(join(this.#folder, name), data, { recursive: true });
  }
}

/** A short hash of versions, of every file in a folder and of further files. */
export function snapshotKey(words: readonly string[], folder: string, files: readonly string[]): string {
  const hash = createHash('sha256').update(words.join('\n'));
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterHome } from './paths.ts';

/** Names the process that a run folder belongs to. A folder without one is kept for a person. */
const OWNER = 'owner';

/** Process numbers mean something within one process namespace only. */
const processNamespace = (): string => readlinkSync('/proc/self/ns/pid');

/** A new run folder: what one control plane writes. Removes those whose owner was killed. */
export function newRunFolder(label: string): string {
  const runs = join(clusterHome(), 'runs');
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs))
    if (isOrphan(join(runs, name))) rmSync(join(runs, name), { recursive: true, force: true });
  const folder = mkdtempSync(join(runs, `${label}-`));
  writeFileSync(join(folder, OWNER), `${process.pid} ${processNamespace()}`);
  return folder;
}

/** Removes a run folder, or leaves it for a person. */
export function endRunFolder(folder: string, keep: boolean): void {
  rmSync(keep ? join(folder, OWNER) : folder, { recursive: true, force: true });
}

function isOrphan(folder: string): boolean {
  try {
    const [pid, namespace] = readFileSync(join(folder, OWNER), 'utf8').split(' ');
    return namespace === processNamespace() && !isAlive(Number(pid));
  } catch {
    return false; // being made at this moment, or kept
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

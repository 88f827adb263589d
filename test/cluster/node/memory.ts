import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 };

/** Bytes of a memory quantity; Infinity where none is given. */
export function bytesOf(quantity: string | undefined): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(quantity ?? '') ?? [];
  return number === undefined ? Infinity : Number(number) * (unit ? (UNITS[unit] ?? 1) : 1);
}

/** What counts against a memory limit in the end: anonymous memory. Pages of the program itself are given back first. */
function anonymousBytes(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Kills a process that goes beyond its limit, as the kernel would. */
export function watchMemory(child: ChildProcess, limit: number): { killed(): boolean; stop(): void } {
  let killed = false;
  const look = () => {
    if (child.pid === undefined || anonymousBytes(child.pid) <= limit) return;
    killed = true;
    child.kill('SIGKILL');
  };
  const timer = Number.isFinite(limit) ? setInterval(look, 10) : undefined;
  return { killed: () => killed, stop: () => clearInterval(timer) };
}

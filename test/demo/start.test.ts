import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A process and its children. */
async function family(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}

/** Its share of memory in MiB, with what it shares with others divided among them. */
async function proportionalMib(pid: number): Promise<number> {
  const [, kib] = /^Pss:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** A process that ended and was not yet collected does not run. */
async function isRunning(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(state);
}

describe('npm run demo', { timeout: 90_000 }, () => {
  let dir: string;
  const started: ChildProcess[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'promfix-test-'));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  /** Its words up to those that fit, and the process. */
  async function start(
    words: RegExp,
    ...more: string[]
  ): Promise<{ readonly child: ChildProcess; readonly said: string }> {
    const args = ['--disable-warning=ExperimentalWarning', 'src/demo/main.ts', '--no-open', ...more];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, TMPDIR: dir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (part) => {
          said += part;
          if (words.test(said)) resolve();
        });
      child.once('exit', () => (words.test(said) ? resolve() : reject(new Error(said))));
    });
    return { child, said };
  }

  it('prints one address, is found by a second start, and leaves nothing behind after Ctrl-C', async () => {
    const first = await start(/open http\S+/, '--port', '0');
    const url = /http\S+/.exec(first.said)?.[0] ?? '';
    expect((await fetch(url)).status).toBe(200);
    expect(await readdir(dir)).toHaveLength(1);

    const second = await start(/already runs/, '--port', new URL(url).port);
    expect(second.said).toContain(url);

    const gone = once(first.child, 'exit');
    first.child.kill('SIGINT');
    first.child.kill('SIGINT');
    expect(await gone).toEqual([0, null]);
    expect(await readdir(dir)).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it.runIf(process.platform === 'linux')(
    'takes less than 400 MiB in all, and leaves nothing running when it is killed',
    async () => {
      const { child } = await start(/open http\S+/, '--port', '0');
      const processes = await family(child.pid ?? 0);
      expect(processes).toHaveLength(4);
      const sizes = await Promise.all(processes.map(proportionalMib));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400);

      child.kill('SIGKILL');
      await expect
        .poll(async () => (await Promise.all(processes.map(isRunning))).filter(Boolean), { timeout: 10_000 })
        .toEqual([]);
    },
  );

  it('says what it does not understand', async () => {
    const { child, said } = await start(/usage:/, '--cluster', 'moon');
    expect(said).toContain('--cluster is one of simulator, suite, real');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(64);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

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

  it('says what it does not understand', async () => {
    const { child, said } = await start(/usage:/, '--cluster', 'moon');
    expect(said).toContain('--cluster is one of simulator, suite, real');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(64);
  });
});

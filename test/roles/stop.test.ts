import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openScene } from '../../src/demo/scene.ts';

it('bot and worker end soon after they were told to, even when Redis is gone', { timeout: 60_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'promfix-test-'));
  const { stack, stop } = await openScene({ kind: 'simulator', fault: 'F58', dir });
  try {
    process.kill(stack.redis.pid, 'SIGKILL');
    const told = performance.now();
    await Promise.all([stack.bot.stop(), stack.worker.stop()]);
    // A container runtime kills after 30 s.
    expect(performance.now() - told).toBeLessThan(20_000);
  } finally {
    for (const role of [stack.bot, stack.worker]) role.kill('SIGKILL');
    await stop();
    await rm(dir, { recursive: true, force: true });
  }
});

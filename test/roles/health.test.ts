import { expect, it } from 'vitest';
import { serveHealth } from '../../src/roles/health.ts';

it('says why a role is not ready, and stays alive meanwhile', async () => {
  let ready = { ok: false, reason: 'no connection to Redis' };
  const health = await serveHealth(0, () => ready, '127.0.0.1');
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${health.port}${path}`);
    return `${answer.status} ${await answer.text()}`;
  };

  expect(await ask('/readyz')).toBe('503 no connection to Redis\n');
  expect(await ask('/livez')).toBe('200 ok\n');
  ready = { ok: true, reason: 'ready' };
  expect(await ask('/readyz')).toBe('200 ready\n');
  expect(await ask('/metrics')).toBe('404 not found\n');
  await health.close();
});

import { describe, expect, it } from 'vitest';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { runTerminal } from '../../src/terminal/run.ts';
import { useTestRedis } from '../store/use-redis.ts';

/** The records are reached without Slack, and an export needs not even Redis. */
const redis = useTestRedis();

async function run(line: string, files: Readonly<Record<string, string>> = {}, url = redis.url) {
  let out = '';
  let err = '';
  const code = await runTerminal(
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      variables: { HOME: '/nonexistent', PROMFIX_CONFIG: '/nonexistent/promfix.yaml', REDIS_URL: url },
      userName: 'maya',
      colour: false,
      now: () => new Date(),
      readText: async (path) => files[path] ?? '',
      writeText: async () => {},
    },
    line.split(' '),
  );
  return { code, out, err };
}

describe('the kill switch', () => {
  it('is thrown and released without Slack, and both are in the audit', async () => {
    expect(await run('pause cluster upgrade')).toMatchObject({ code: 0 });

    const store = createRedisStore(redis.url);
    expect((await store.get('pause', 'self'))?.value).toMatchObject({
      paused: true,
      by: 'maya',
      reason: 'cluster upgrade',
    });
    expect((await run('resume')).code).toBe(0);
    expect((await store.get('pause', 'self'))?.value.paused).toBe(false);
    expect((await store.auditRange(1, 10)).map(({ what, actor }) => [what, actor.kind])).toEqual([
      ['paused', 'terminal'],
      ['resumed', 'terminal'],
    ]);
    await store.close();
  });
});

describe('the audit', () => {
  it('is exported as JSON lines that can be verified anywhere', async () => {
    await run('pause once more');
    const { out } = await run('audit export');

    const whole = await run('audit verify audit.jsonl', { 'audit.jsonl': out }, '');
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.out).toContain('The export is intact');
    expect((await run('audit verify')).code).toBe(0);
  });

  it('that was altered is named by line and entry, with an exit code of its own', async () => {
    const { out } = await run('audit export');
    const altered = out.replace('cluster upgrade', 'nothing at all');

    const checked = await run('audit verify -', { '-': altered }, '');

    expect(checked.code).toBe(1);
    expect(checked.out).toBe('The export is broken: entry #1 in line 1 was altered after it was written.\n');
  });

  it('exported from some time on begins in the middle', async () => {
    const { out } = await run('audit export');
    const tail = out.split('\n').slice(1).join('\n');

    const checked = await run('audit verify tail.jsonl', { 'tail.jsonl': tail }, '');

    expect(checked.code).toBe(0);
    expect(checked.out).toContain('It begins in the middle');
  });
});

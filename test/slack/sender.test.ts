import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnosis, TARGET } from '../remediations/world.ts';
import { type Lab, message, prepare, startLab } from './lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(async () => {
  await lab.stop();
});

const ROOT = 'staging: The operator started before the CRD was there';
const posts = () => lab.slack.calls.filter((one) => one.method === 'chat.postMessage');
const idle = async () => {
  await expect
    .poll(async () => (await lab.store.claim('slack', 1, 1)).length, { timeout: 15_000, interval: 100 })
    .toBe(0);
};

describe('the outbox', () => {
  it('finds a message again whose answer was lost, instead of posting it twice', async () => {
    lab.slack.faults.add({ method: 'chat.postMessage', fault: 'drop_after_commit', times: 3 });

    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'), { timeoutMs: 15_000 });
    await lab.slack.waitFor(() => message(lab, 'incidents', ROOT), { timeoutMs: 15_000 });

    // Root, diagnosis and card: one each.
    await expect.poll(() => lab.slack.messages('incidents').length).toBe(3);
    expect(posts().length).toBe(3);
    lab.slack.assertClean();
  });

  it('sends later what Slack could not take, in order', async () => {
    lab.slack.faults.add({ method: 'chat.postMessage', fault: 'http', status: 503, times: 3 });
    lab.slack.faults.add({ method: 'chat.postMessage', fault: 'ratelimited', retryAfter: 1 });

    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    const card = await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'), { timeoutMs: 20_000 });

    const [root, second] = lab.slack.messages('incidents');
    expect(root?.text).toContain('staging:');
    expect(root?.thread_ts ?? root?.ts).toBe(card.thread_ts);
    expect(second?.text).toContain('staging: The operator started');
    expect(lab.slack.messages('incidents')).toHaveLength(3);
    lab.slack.assertClean();
  });

  it('goes on where a bot that died left off, and posts nothing twice', async () => {
    lab.slack.faults.add({ method: 'chat.postMessage', fault: 'drop_after_commit', times: 1 });
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => lab.slack.messages('incidents')[0]);
    await lab.bot.stop();

    await lab.startBot();
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'), { timeoutMs: 15_000 });

    expect(
      lab.slack.messages('incidents').filter((one) => one.thread_ts === undefined || one.thread_ts === one.ts),
    ).toHaveLength(1);
  });

  it('sends simpler blocks to a workspace that lacks some', async () => {
    await lab.stop();
    lab = await startLab({ slack: { unsupportedBlocks: ['context'] } });

    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'), { timeoutMs: 15_000 });

    expect(lab.slack.messages('incidents').length).toBeGreaterThanOrEqual(3);
  });

  it('says the whole diff as text where Slack takes no blocks for it', async () => {
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
    await idle();
    lab.slack.faults.add({ method: 'chat.postMessage', fault: 'error', error: 'msg_blocks_too_long', times: 2 });
    const diff = Array.from({ length: 20 }, (_, index) => ({
      object: 'ClusterRole operator',
      path: `rules[${index}]`,
      before: null,
      after: 'x'.repeat(400),
    }));
    await prepare(lab, 'inc-1.p1', { plan: { diff } });

    await lab.slack.waitFor(() => message(lab, 'incidents', 'Please decide'));
    const told = message(lab, 'incidents', 'All that will change')?.text ?? '';
    expect(diff.filter(({ path }) => !told.includes(`+ ${path}: xxx`))).toEqual([]);
  });

  it('keeps within Slack’s limits of posting', async () => {
    await lab.stop();
    lab = await startLab({ slack: { rateLimits: true } });
    const five = Array.from({ length: 5 }, (_, index) => ({ ...TARGET, name: `prom-${index}` }));
    lab.seen.targets = five;

    for (const { name } of five.slice(0, 2))
      await lab.slack.command('ada', 'incidents', '/promfix', `diagnose ${name}`);
    await lab.slack.waitFor(
      () => lab.slack.messages('incidents').filter((one) => one.text.includes('checking…')).length === 2,
      { timeoutMs: 20_000 },
    );

    await idle();
    expect(lab.slack.messages('incidents')).toHaveLength(6);
  });

  it('lets nothing of the cluster become a mention or a link', async () => {
    const evil = '<!channel> <https://evil.example|click> `x` *y* <@U0ADA> &amp;';
    lab.seen.judge = () => {
      const made = diagnosis('crd-race-at-start');
      if (!made.rootCause) throw new Error('no cause');
      const because = [{ source: 'operators' as const, path: 'log head', quote: evil }];
      const finding = {
        kind: 'cause' as const,
        cause: 'crd-race-at-start' as const,
        code: evil,
        certainty: 'proven' as const,
        values: { message: evil },
        because,
        runbook: 'operator-logs' as const,
      };
      return {
        ...made,
        rootCause: { ...made.rootCause, because },
        byRunbook: [{ runbook: 'operator-logs', findings: [finding] }],
      };
    };

    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
    const section = await lab.slack.waitFor(() => message(lab, 'incidents', 'Operator log'));

    expect(lab.slack.text(section)).toContain('<!channel> <https://evil.example|click>');
    for (const one of lab.slack.messages('incidents'))
      expect(JSON.stringify([one.text, one.blocks])).not.toMatch(/<!channel|<https:\/\/evil|<@U0ADA>/);
    lab.slack.assertClean();
  });
});

describe('duplicate deliveries', () => {
  it.each(['slash_commands', 'interactive', 'events_api'] as const)('of %s do their work once', async (envelope) => {
    const { slack } = lab;
    if (envelope === 'events_api') {
      slack.faults.add({ envelope, fault: 'duplicate' });
      await slack.mention('ada', 'incidents', 'status');
      await slack.waitFor(() => message(lab, 'incidents', 'no open incident'));
    } else {
      if (envelope === 'slash_commands') slack.faults.add({ envelope, fault: 'duplicate' });
      await slack.command('ada', 'incidents', '/promfix', 'diagnose');
      await slack.waitFor(() => message(lab, 'incidents', 'checking…'));
      await prepare(lab, 'inc-1.p1');
      const card = await slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'));
      if (envelope === 'interactive') slack.faults.add({ envelope, fault: 'duplicate' });
      await slack.click('ben', { channel: 'incidents', ts: card.ts, text: 'Approve' }, { confirm: true });
      await slack.waitFor(() =>
        slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– approved')),
      );
    }
    await idle();

    expect(await lab.store.list('incident', 'all', 10)).toHaveLength(envelope === 'events_api' ? 0 : 1);
    expect(slack.messages('incidents').filter((one) => one.text.includes('no open incident'))).toHaveLength(
      envelope === 'events_api' ? 1 : 0,
    );
    expect(slack.ephemerals('ben')).toEqual([]);
    const entries = await lab.store.auditRange(1, 100);
    expect(entries.filter((one) => one.what === 'click-refused')).toEqual([]);
  });
});

describe('the sockets', () => {
  it('are two, and a refresh of one loses no command', async () => {
    const { slack } = lab;
    await expect.poll(() => slack.sockets).toBe(2);

    slack.disconnect('refresh_requested');
    const acted = await slack.command('ada', 'incidents', '/promfix', 'status');

    expect(acted.acked).toBe(true);
    await expect.poll(() => slack.sockets, { timeout: 2_000 }).toBe(2);
    expect(lab.bot.ready()).toEqual({ ok: true, reason: 'ok' });
  });

  it('come back after a dropped connection, and a throttling notice harms nothing', async () => {
    const { slack } = lab;
    await expect.poll(() => slack.sockets).toBe(2);

    await slack.rateLimitEvents();
    slack.disconnect('dropped', { all: true });
    await expect.poll(() => slack.sockets, { timeout: 5_000 }).toBe(2);
    const acted = await slack.command('ada', 'incidents', '/promfix', 'help');

    expect(acted.acked).toBe(true);
  });

  it('are closed when the bot stops, and ready says so', async () => {
    await expect.poll(() => lab.slack.sockets).toBe(2);

    await lab.bot.stop();

    expect(lab.slack.sockets).toBe(0);
    expect(lab.bot.ready().ok).toBe(false);
  });

  it('put no secret into the log', () => {
    expect(lab.logged.join('\n')).not.toMatch(/xox|xapp|wss?:\/\//);
  });
});

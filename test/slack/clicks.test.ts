import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobQueue } from '../../src/queue/queue.ts';
import { startSweeps } from '../../src/queue/sweeps.ts';
import { apply, ended, type Lab, message, prepare, startLab } from './lab.ts';

const hasButtons = (blocks: unknown) => JSON.stringify(blocks).includes('"actions"');

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => ended(lab));

type Card = { readonly channel: string; readonly ts: string };

async function proposed(options: { readonly asker?: string; readonly expiresInSeconds?: number } = {}): Promise<Card> {
  const { slack } = lab;
  await slack.command(options.asker ?? 'ada', 'incidents', '/promfix', 'diagnose');
  await slack.waitFor(() => message(lab, 'incidents', 'checking…'), { what: 'the card' });
  await prepare(lab, 'inc-1.p1', options);
  const card = await slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'), {
    what: 'a card to decide on',
  });
  return { channel: 'incidents', ts: card.ts };
}
const approve = (who: string, card: Card) => lab.slack.click(who, { ...card, text: 'Approve' }, { confirm: true });
const deny = async (who: string, card: Card, reason = '') => {
  await lab.slack.click(who, { ...card, text: 'Deny' });
  await lab.slack.waitFor(() => lab.slack.modal(who), { what: 'the form' });
  await lab.slack.submit(who, { reason });
};
const proposal = async () => (await lab.store.get('proposal', 'inc-1.p1'))?.value;

/** The card as it was when it still had its buttons: somebody's client may show it a little longer. */
async function withOldCard(card: Card, then: () => Promise<void>): Promise<void> {
  const before = lab.slack.snapshot();
  await then();
  await lab.slack.waitFor(() =>
    lab.slack
      .messages('incidents')
      .find((one) => one.ts === card.ts && !JSON.stringify(one.blocks).includes('"actions"')),
  );
  lab.slack.restore(before);
}

describe('a click', () => {
  it('of two people at once decides once; the other is told privately who was first', async () => {
    const card = await proposed();

    const acted = await Promise.all([approve('ben', card), approve('dora', card), approve('cleo', card)]);
    await lab.slack.waitFor(
      () =>
        lab.slack.ephemerals('ben').length +
          lab.slack.ephemerals('dora').length +
          lab.slack.ephemerals('cleo').length ===
        2,
    );

    expect(acted.every((one) => one.acked)).toBe(true);
    expect((await proposal())?.approvals).toHaveLength(1);
    const entries = await lab.store.auditRange(1, 100);
    expect(entries.filter((one) => one.what === 'approved')).toHaveLength(1);
    expect(entries.filter((one) => one.what === 'click-refused')).toHaveLength(2);
  });

  it('that comes late is explained: who decided, and that nothing was changed', async () => {
    const card = await proposed();
    await withOldCard(card, async () => {
      await deny('ben', card, 'the chart is being upgraded');
    });

    await approve('dora', card);

    await lab.told('dora', 'This is decided already: denied by @ben');
    expect(await proposal()).toMatchObject({ state: 'denied', reason: 'the chart is being upgraded' });
  });

  it('that denies needs no reason', async () => {
    const card = await proposed();

    await deny('ben', card);

    await lab.slack.waitFor(() =>
      lab.slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– denied')),
    );
    expect((await proposal())?.reason).toBeUndefined();
  });

  it('works when the bot was restarted between proposal and click', async () => {
    const card = await proposed();
    await lab.bot.stop();
    await lab.startBot();

    await approve('ben', card);

    await lab.slack.waitFor(() =>
      lab.slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– approved')),
    );
    expect((await proposal())?.approvals[0]?.by.user).toBe(lab.slack.user('ben'));
  });

  it('of the requester needs a reason, which a form asks for', async () => {
    const card = await proposed({ asker: 'ben' });

    await approve('ben', card);
    await lab.slack.waitFor(() => lab.slack.modal('ben'), { what: 'the form' });
    expect((await proposal())?.state).toBe('proposed');
    await lab.slack.submit('ben', { reason: 'it is 3 a.m. and nobody else is awake' });

    await lab.slack.waitFor(() =>
      lab.slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– approved')),
    );
    expect((await proposal())?.approvals[0]?.reason).toBe('it is 3 a.m. and nobody else is awake');
  });

  it('of a member of an approving user group counts, and no longer after they left it', async () => {
    const card = await proposed();
    lab.slack.setGroup('sre', []);
    await approve('cleo', card);
    await lab.told('cleo', 'You are not an approver');

    lab.slack.setGroup('sre', ['cleo']);
    await approve('cleo', card);

    await lab.slack.waitFor(() =>
      lab.slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– approved')),
    );
  });

  it.each([
    ['ben', 'users.info'],
    ['ben', 'conversations.info'],
    ['cleo', 'usergroups.users.list'],
  ])('decides nothing when Slack cannot say who it is, and holds it against nobody: %s, %s', async (who, method) => {
    const card = await proposed();
    lab.slack.faults.add({ method, fault: 'error', error: 'internal_error' });

    await approve(who, card);

    await lab.told(who, 'Slack did not say in time who you are. Nothing was recorded; click again.');
    expect(await proposal()).toMatchObject({ state: 'proposed', approvals: [] });
    expect((await lab.store.get('incident', 'inc-1'))?.value.refusedClicks).toBe(0);

    await approve(who, card);
    await expect.poll(async () => (await proposal())?.state).toBe('approved');
  });

  it('after the expiry is refused, even when the card still has its buttons', async () => {
    const card = await proposed({ expiresInSeconds: 1 });
    const until = (await proposal())?.expiresAt ?? '';
    await expect.poll(async () => (await lab.store.now()) > until, { timeout: 5_000 }).toBe(true);

    await approve('ben', card);

    await lab.told('ben', 'This proposal expired');
    expect((await proposal())?.approvals).toEqual([]);
  });

  it('on a copy of the card in another place is refused', async () => {
    const card = await proposed();
    const original = lab.slack.messages('incidents').find((one) => one.ts === card.ts);
    const copy = lab.slack.appPosts('ops', { app: 'promfix', text: 'copy', blocks: [...(original?.blocks ?? [])] });

    await lab.slack.click('ben', { channel: 'ops', ts: copy.ts, text: 'Approve' }, { confirm: true });

    await lab.told('ben', 'This card is not the current one');
    expect((await proposal())?.state).toBe('proposed');
  });

  it('that could not be written is acknowledged and asks to click again', async () => {
    const card = await proposed();
    await lab.redis.stop();

    const acted = await approve('ben', card);

    expect(acted.acked).toBe(true);
    expect(acted.ackMs).toBeLessThan(3_000);
    await lab.told('ben', 'Your click may not have been recorded');
  });
});

describe('a card whose outcome nobody knows', () => {
  it('is settled by an approver with a reason; others are refused', async () => {
    const { slack } = lab;
    const card = await proposed();
    await approve('ben', card);
    await slack.waitFor(() =>
      slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– approved')),
    );
    const at = await lab.store.now();
    const fence = { job: 1, attempt: 1 };
    await apply(lab, 'inc-1.p1', { on: 'start', at, fence });
    await apply(lab, 'inc-1.p1', { on: 'step-intent', at, fence, step: 0 });
    await apply(lab, 'inc-1.p1', { on: 'lost', at, fence, code: 'cannot-read-back', values: {} });
    await slack.waitFor(() =>
      slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('outcome unknown')),
    );

    await slack.click('ada', { ...card, text: 'It did not' });
    await slack.waitFor(() => slack.modal('ada'));
    await slack.submit('ada', { reason: 'I think so' });
    await lab.told('ada', 'You are not an approver');
    await slack.click('dora', { ...card, text: 'It did not' });
    await slack.waitFor(() => slack.modal('dora'));
    await slack.submit('dora', { reason: 'the pods are five days old' });

    await slack.waitFor(() =>
      slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– failed')),
    );
    expect((await proposal())?.reason).toBe('the pods are five days old');
    expect(await lab.store.lockOwner((await proposal())?.plan?.steps[0]?.object.uid ?? '')).toBeUndefined();
  });
});

describe('the kill switch', () => {
  it('is for anybody in the incident channel; approvers end it; both are seen by all', async () => {
    const { slack } = lab;

    await slack.command('ada', 'incidents', '/promfix', 'pause cluster upgrade');
    await slack.waitFor(() => message(lab, 'incidents', 'All repairs are paused'));
    await slack.command('ada', 'incidents', '/promfix', 'resume');
    await lab.told('ada', 'is for approvers');
    await slack.command('cleo', 'incidents', '/promfix', 'resume');
    await slack.waitFor(() => message(lab, 'incidents', 'Repairs are allowed again'));

    const entries = await lab.store.auditRange(1, 100);
    expect(entries.map((one) => [one.what, one.values['reason']])).toEqual([
      ['paused', 'cluster upgrade'],
      ['resumed', undefined],
    ]);
  });

  it('is not to be found elsewhere', async () => {
    await lab.slack.command('ada', 'ops', '/promfix', 'pause');

    await lab.told('ada', 'works in #incidents only');
    expect(await lab.store.get('pause', 'self')).toBeUndefined();
  });
});

describe('other commands', () => {
  it('status, take, close and audit verify do what they say', async () => {
    const { slack } = lab;
    await proposed();

    await slack.command('ben', 'incidents', '/promfix', 'status');
    await lab.told('ben', '1 open.');
    await slack.command('ben', 'incidents', '/promfix', 'take');
    await lab.told('ben', 'is yours now');
    await slack.command('ben', 'incidents', '/promfix', 'close fixed by hand');
    await lab.told('ben', 'is closed: “fixed by hand”');
    await slack.command('ben', 'incidents', '/promfix', 'audit verify');
    await lab.told('ben', 'The audit is intact');

    const incident = (await lab.store.get('incident', 'inc-1'))?.value;
    expect([incident?.status, incident?.closeReason]).toEqual(['closed', 'fixed by hand']);
    expect(incident?.owner).toMatchObject({ user: slack.user('ben') });
    await slack.waitFor(() => message(lab, 'incidents', 'replaced by a newer one'));
  });

  it('help and explain answer anywhere, the rest points to the channels', async () => {
    const { slack } = lab;

    await slack.command('ada', 'elsewhere', '/promfix', 'help');
    await lab.told('ada', 'finds out why a Prometheus does not run');
    await slack.command('ada', 'elsewhere', '/promfix', 'explain crd-race-at-start');
    await lab.told('ada', 'The operator started before the CRD was there');
    await slack.command('ada', 'elsewhere', '/promfix', 'status');
    await lab.told('ada', 'Please ask in #incidents or #ops');
  });

  it('doctor names what is missing and the line that fixes it', async () => {
    lab.slack.setMembers('ops', { bot: false });

    await lab.slack.command('ada', 'incidents', '/promfix', 'doctor');

    await lab.told('ada', '/invite @promfix');
  });
});

describe('an expired proposal', () => {
  it('loses its buttons also when its time was up while no bot ran', async () => {
    const card = await proposed({ expiresInSeconds: 1 });
    await lab.bot.stop();
    const until = Date.parse((await proposal())?.expiresAt ?? '');
    await expect.poll(() => lab.store.now().then(Date.parse), { timeout: 5000 }).toBeGreaterThan(until);
    expect((await proposal())?.state).toBe('proposed');

    const queue = createJobQueue(lab.redis.url, () => {});
    const sweeps = startSweeps({ store: lab.store, queue, log: { info() {}, warn() {}, error() {} } });
    await lab.startBot();

    await lab.slack.waitFor(() =>
      lab.slack
        .messages('incidents')
        .find((one) => one.ts === card.ts && one.text.includes('– expired') && !hasButtons(one.blocks)),
    );
    await sweeps.stop();
    await queue.close();
  });

  it('loses its buttons', async () => {
    const card = await proposed({ expiresInSeconds: 1 });
    const until = (await proposal())?.expiresAt ?? '';
    await apply(lab, 'inc-1.p1', { on: 'expire', at: until });

    await lab.slack.waitFor(() =>
      lab.slack.messages('incidents').find((one) => one.ts === card.ts && one.text.includes('– expired')),
    );
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident, Proposal } from '../../src/incidents/types.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { keys } from '../../src/store/keys.ts';
import type { Message } from '../../src/workspace/index.ts';
import { evidence, TARGET } from '../remediations/world.ts';
import { apply, ended, type Lab, message, prepare, startLab } from '../slack/lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => ended(lab));

const proposal = async (id = 'inc-1.p1') => (await lab.store.get('proposal', id))?.value;
const audit = async () => (await lab.store.auditRange(1, 1000)).map(({ what }) => what);

async function proposed(): Promise<Message> {
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
  await prepare(lab, 'inc-1.p1');
  return lab.slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'));
}

/** The card with other words in its buttons' value. */
function altered(card: Message, change: (value: string) => string): Message {
  return JSON.parse(
    JSON.stringify(card, (key, value: unknown) =>
      key === 'value' && typeof value === 'string' ? change(value) : value,
    ),
  );
}
/** What somebody does who can write to Redis. */
async function rewrite<T = Proposal>(
  id: string,
  change: (record: T) => T,
  kind: 'proposal' | 'incident' = 'proposal',
): Promise<void> {
  const client = connectRedis(lab.redis.url, 'patient');
  const key = keys.record(kind, id);
  // Only promfix writes there.
  const record = JSON.parse((await client.hget(key, 'j')) ?? '') as T;
  await client.hset(key, 'j', JSON.stringify(change(record)));
  client.disconnect();
}
const clickAs = (who: string, card: Message, seen: Message) =>
  lab.slack.click(who, { channel: 'incidents', ts: card.ts, text: 'Approve' }, { confirm: true, seen });

describe('a button with an altered value', () => {
  it.each([
    ['another proposal that does not exist', (value: string) => value.replace('inc-1.p1', 'inc-9.p1')],
    ['a version that was never shown', (value: string) => value.replace(/@\d+/, '@99999')],
    ['another plan', (value: string) => value.replace(/#.*/, `#${'ab'.repeat(32)}`)],
    ['no plan', (value: string) => value.replace(/#.*/, '')],
    ['no value that promfix writes', () => '{"proposal":"inc-1.p1","approved":true}'],
    ['the key of another record', () => '{promfix}:proposal:inc-1.p1@1'],
    ['something endless', () => `inc-1.p1@${'1'.repeat(1900)}`],
  ])('%s: decides nothing', async (_what, change) => {
    const card = await proposed();

    const acted = await clickAs('ben', card, altered(card, change));

    expect(acted.acked).toBe(true);
    expect(await proposal()).toMatchObject({ state: 'proposed', approvals: [] });
    expect(await audit()).not.toContain('approved');
  });

  it('naming another incident’s proposal decides neither', async () => {
    const card = await proposed();
    lab.seen.targets = [{ ...TARGET, name: 'other' }];
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose monitoring/other');
    await expect.poll(() => proposal('inc-2.p1'), { timeout: 8_000 }).toBeDefined();
    await prepare(lab, 'inc-2.p1');

    await clickAs(
      'ben',
      card,
      altered(card, (value) => value.replace('inc-1', 'inc-2')),
    );

    await lab.told('ben', 'This card is not the current one');
    expect((await proposal())?.state).toBe('proposed');
    expect((await proposal('inc-2.p1'))?.state).toBe('proposed');
  });
});

describe('a requester who is called another person in Redis', () => {
  const somebody = () => ({ kind: 'user', team: 'T01', user: lab.slack.user('ada') }) as const;
  const askedBy = async (who: string): Promise<Message> => {
    await lab.slack.command(who, 'incidents', '/promfix', 'diagnose');
    await lab.slack.waitFor(() => message(lab, 'incidents', 'checking…'));
    await prepare(lab, 'inc-1.p1');
    return lab.slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'));
  };

  it('after the proposal was made does not approve their own request', async () => {
    const card = await askedBy('ben');
    await rewrite('inc-1.p1', (record) => ({ ...record, requestedBy: somebody() }));

    await clickAs('ben', card, card);

    await lab.told('ben', 'does not vouch for who asked');
    expect(await proposal()).toMatchObject({ state: 'proposed', approvals: [] });
  });

  it('before it is made does not either', async () => {
    lab.seen.evidence = async () => {
      // Not while the bot notes where the message is: that write would carry the true requester.
      await expect
        .poll(async () => (await lab.store.get('incident', 'inc-1'))?.value.root, { timeout: 8_000 })
        .toBeDefined();
      await rewrite<Incident>('inc-1', (record) => ({ ...record, requestedBy: somebody() }), 'incident');
      return evidence();
    };
    const card = await askedBy('ben');
    expect(await proposal()).toMatchObject({ requestedBy: somebody() });

    await clickAs('ben', card, card);

    await lab.told('ben', 'does not vouch for who asked');
    expect(await proposal()).toMatchObject({ state: 'proposed', approvals: [] });
  });
});

it('a plan put into the record after its card was posted is not approved by a click on that card', async () => {
  const card = await proposed();
  const other = '5e'.repeat(32);
  await rewrite('inc-1.p1', (record) => ({ ...record, planHash: other }));

  await clickAs('ben', card, card);

  await lab.told('ben', 'This card shows a plan that is no longer the current one');
  expect(await proposal()).toMatchObject({ state: 'proposed', approvals: [], planHash: other });
  // What is in the record now is shown before anybody can approve it.
  await lab.slack.waitFor(() =>
    lab.slack.messages('incidents').find((one) => lab.slack.text(one).includes('plan `5e5e5e5e`')),
  );
});

describe('another user’s form', () => {
  async function openForm(who: string) {
    const card = await proposed();
    await lab.slack.click(who, { channel: 'incidents', ts: card.ts, text: 'Deny' });
    return lab.slack.waitFor(() => lab.slack.modal(who), { what: 'the form' });
  }

  it('is refused when it says that somebody else opened it', async () => {
    const view = await openForm('ben');
    const state: unknown = JSON.parse(view.private_metadata);
    lab.slack.state.changeView(view, {
      ...view,
      private_metadata: JSON.stringify({ ...Object(state), user: lab.slack.user('dora') }),
    });

    await lab.slack.submit('ben', { reason: 'not mine' });

    expect((await proposal())?.state).toBe('proposed');
    expect(lab.logged.some((line) => line.includes('a form that is not this person’s was refused'))).toBe(true);
  });

  it('of somebody who may not decide stays theirs: the decision is refused to whoever sends it', async () => {
    const view = await openForm('ada');
    const state: unknown = JSON.parse(view.private_metadata);
    lab.slack.state.changeView(view, {
      ...view,
      private_metadata: JSON.stringify({ ...Object(state), decision: 'approve' }),
    });

    await lab.slack.submit('ada', { reason: 'I approve' });

    await lab.told('ada', 'You are not an approver');
    expect((await proposal())?.approvals).toEqual([]);
  });

  it.each(['', 'null', '[]', '{"decision":"__proto__"}', '{"proposal":"inc-1.p1"}', 'x'.repeat(3000)])(
    'with the memory %j decides nothing and is acknowledged',
    async (memory) => {
      const view = await openForm('ben');
      lab.slack.state.changeView(view, { ...view, private_metadata: memory });

      expect((await lab.slack.submit('ben', { reason: 'whatever' })).acked).toBe(true);

      expect((await proposal())?.state).toBe('proposed');
    },
  );
});

describe('a delivery that comes again', () => {
  it('of a click counts once, also when two bots get it', async () => {
    const card = await proposed();
    await lab.startBot();
    lab.slack.faults.add({ fault: 'duplicate', envelope: 'interactive' });

    await clickAs('ben', card, card);
    await expect.poll(async () => (await proposal())?.state, { timeout: 8_000 }).toBe('approved');

    expect((await audit()).filter((what) => what === 'approved')).toHaveLength(1);
    expect(await audit()).not.toContain('click-refused');
  });

  it('of a command opens one incident', async () => {
    await lab.startBot();
    lab.slack.faults.add({ fault: 'duplicate', envelope: 'slash_commands' });

    await proposed();

    expect(await lab.store.list('incident', 'all', 10)).toEqual(['inc-1']);
  });

  it('of an old click after the decision changes nothing', async () => {
    const card = await proposed();
    await clickAs('ben', card, card);
    await expect.poll(async () => (await proposal())?.state, { timeout: 8_000 }).toBe('approved');
    await apply(lab, 'inc-1.p1', {
      on: 'deny',
      at: await lab.store.now(),
      by: { kind: 'user', team: 'T', user: 'U0X' },
    });

    await clickAs('ben', card, card);

    await lab.told('ben', 'This is decided already');
    expect((await proposal())?.state).toBe('denied');
  });
});

describe('oversize', () => {
  it('words after a command are answered, not believed', async () => {
    const acted = await lab.slack.command('ada', 'incidents', '/promfix', `diagnose ${'x/'.repeat(20_000)}`);

    expect(acted.acked).toBe(true);
    await lab.slack.waitFor(() => lab.slack.ephemerals('ada')[0]);
    expect(await lab.store.list('incident', 'all', 10)).toEqual([]);
  });

  it('a reason is cut before it is kept', async () => {
    await lab.slack.command('ada', 'incidents', '/promfix', `pause ${'because '.repeat(3_000)}`);

    await lab.slack.waitFor(() => message(lab, 'incidents', 'All repairs are paused'));
    expect((await lab.store.get('pause', 'self'))?.value.reason?.length).toBeLessThanOrEqual(500);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { planFor } from '../../src/remediations/index.ts';
import { slackText } from '../../src/texts/en/slack.ts';
import { captured } from '../builders/captured.ts';
import { CLUSTER, diagnosis, evidence, TARGET } from '../remediations/world.ts';
import { apply, ended, type Lab, message, prepare, startLab, unreachable } from './lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => ended(lab));

const TITLE = 'The operator started before the CRD was there';

async function proposed(): Promise<{ readonly channel: string; readonly ts: string }> {
  const { slack } = lab;
  await slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await slack.waitFor(() => message(lab, 'incidents', 'checking…'), { what: 'the card' });
  await prepare(lab, 'inc-1.p1');
  const card = await slack.waitFor(() => message(lab, 'incidents', 'waiting for approval'), {
    what: 'a card to decide on',
  });
  return { channel: 'incidents', ts: card.ts };
}

describe('/promfix diagnose', () => {
  it('is acknowledged at once, opens one message with cluster, cause and action, and tells the rest in its thread', async () => {
    const { slack } = lab;

    const acted = await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    const root = await slack.waitFor(() => message(lab, 'incidents', `staging: ${TITLE}`), {
      what: 'the cause in the first line',
    });
    await slack.waitFor(() => message(lab, 'incidents', 'Restart the operator, low risk – checking…'), {
      what: 'the card',
    });

    expect(acted.ackMs).toBeLessThan(500);
    expect(
      slack.messages('incidents').filter((one) => one.thread_ts === undefined || one.thread_ts === one.ts),
    ).toHaveLength(1);
    expect(slack.thread('incidents', root.ts).map((one) => one.text)).toContainEqual(
      expect.stringContaining('staging: The operator started'),
    );
  });

  it('continues the open incident when asked again', async () => {
    const { slack } = lab;
    await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await slack.waitFor(() => message(lab, 'incidents', 'checking…'));

    await slack.command('ben', 'incidents', '/promfix', 'diagnose monitoring/main');
    const answer = await slack.waitFor(() => slack.ephemerals('ben')[0], { what: 'a private answer' });

    expect(answer.text).toContain('inc-1 is open for Prometheus monitoring/main; I am looking again.');
    expect(await lab.store.list('incident', 'all', 10)).toEqual(['inc-1']);
    expect(await lab.store.list('proposal', 'all', 10)).toEqual(['inc-1.p1']);
  });

  it('asks with buttons when several fit', async () => {
    const { slack } = lab;
    lab.seen.targets = [TARGET, { ...TARGET, name: 'other' }];

    await slack.command('ada', 'ops', '/promfix', 'diagnose');
    const question = await slack.waitFor(() => slack.ephemerals('ada')[0]);
    await slack.click('ada', { channel: 'ops', ts: question.ts, text: 'monitoring/other' });

    await slack.waitFor(() => message(lab, 'ops', `staging: ${TITLE}`));
    expect((await lab.store.get('incident', 'inc-1'))?.value.target.name).toBe('other');
  });

  it('says so when there is none, and what was not understood', async () => {
    const { slack } = lab;

    await slack.command('ada', 'incidents', '/promfix', 'diagnose —n nowhere');
    const none = await slack.waitFor(() => slack.ephemerals('ada')[0]);
    await slack.command('ada', 'incidents', '/promfix', 'diagnos');
    const typo = await slack.waitFor(() => slack.ephemerals('ada')[1]);

    expect(none.text).toContain('staging has no Prometheus in namespace nowhere');
    expect(typo.text).toContain('Did you mean');
  });

  it('given elsewhere opens in the incident channel, and the caller gets a private link', async () => {
    const { slack } = lab;

    await slack.command('ada', 'elsewhere', '/promfix', 'diagnose');
    const answer = await slack.waitFor(() => slack.ephemerals('ada')[0], { what: 'a private answer' });

    expect(slack.text(answer)).toMatch(/I opened .*inc-1.* in #incidents/);
    expect(JSON.stringify(answer.blocks)).toContain('/archives/');
    expect(slack.messages('elsewhere')).toEqual([]);
  });

  it('resolves the incident when it is healthy', async () => {
    const { slack } = lab;
    lab.seen.judge = () => diagnosis(null, { verdict: 'healthy' });

    await slack.command('ada', 'incidents', '/promfix', 'diagnose');

    await slack.waitFor(() => message(lab, 'incidents', 'it runs – resolved, nothing to do'));
    expect((await lab.store.get('incident', 'inc-1'))?.value.status).toBe('resolved');
  });

  it.each([
    ['is scaled to 0', 'N04', 'healthy', `is scaled to 0 on purpose: monitoring is off – ${slackText.actions.off}`],
    ['is paused', 'F38', 'broken', `The resource is paused – ${slackText.actions.advice}`],
    ['is not there any more', 'F64', 'broken', `No such Prometheus was asked for – ${slackText.actions.advice}`],
  ])('keeps the incident open while the Prometheus %s', async (_how, id, verdict, says) => {
    const { slack, store } = lab;
    lab.seen.evidence = async () => captured(id);
    lab.seen.judge = diagnose;
    await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await slack.waitFor(() => message(lab, 'incidents', says), { what: says });

    // Whoever asks next is told of the open one.
    await slack.command('ben', 'incidents', '/promfix', 'diagnose');
    await lab.told('ben', 'inc-1');
    const incident = (await store.get('incident', 'inc-1'))?.value;
    expect(incident).toMatchObject({ verdict });
    expect(incident).not.toHaveProperty('closedAt');
    expect(await store.list('incident', 'all', 10)).toEqual(['inc-1']);
  });

  it('opens another incident when what was healthy for a moment is broken again', async () => {
    const { slack, store } = lab;
    lab.seen.judge = () => diagnosis(null, { verdict: 'healthy' });
    await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await slack.waitFor(() => message(lab, 'incidents', 'it runs – resolved, nothing to do'));

    lab.seen.judge = () => diagnosis('crd-race-at-start');
    await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await slack.waitFor(() => message(lab, 'incidents', `staging: ${TITLE}`));

    expect((await store.get('incident', 'inc-1'))?.value.status).toBe('resolved');
    expect((await store.get('incident', 'inc-2'))?.value.cause).toBe('crd-race-at-start');
  });

  it('says that nothing could be checked when the API server is away', async () => {
    const { slack } = lab;
    lab.seen.evidence = unreachable;
    lab.seen.judge = () => diagnosis(null, { verdict: 'inconclusive' });

    await slack.command('ada', 'incidents', '/promfix', 'diagnose');

    await slack.waitFor(() => message(lab, 'incidents', 'no cause could be proven'));
  });

  it('without Redis still diagnoses, and says that nothing is recorded', async () => {
    const { slack } = lab;
    await lab.redis.stop();

    const acted = await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    const answer = await slack.waitFor(() => slack.ephemerals('ada')[0], { what: 'the diagnosis', timeoutMs: 15_000 });

    expect(acted.ackMs).toBeLessThan(500);
    expect(answer.text).toContain(TITLE);
    expect(slack.text(answer)).toContain('this diagnosis is not recorded, and no repair can be proposed');
  });
});

describe('@promfix', () => {
  it('in a thread works on that thread', async () => {
    const { slack } = lab;
    const alert = slack.appPosts('ops', { app: 'Alertmanager', text: 'PrometheusOperatorReconcileErrors' });

    await slack.mention('ada', 'ops', 'diagnose', { thread_ts: alert.ts });

    const root = await slack.waitFor(() => message(lab, 'ops', `staging: ${TITLE}`));
    expect(root.thread_ts).toBe(alert.ts);
  });

  it('elsewhere is answered in a thread under it', async () => {
    const { slack } = lab;

    const { message: asked } = await slack.mention('ada', 'ops', 'status');
    const answer = await slack.waitFor(() => slack.thread('ops', asked.ts).find((one) => one.ts !== asked.ts));

    expect(answer.text).toBe('staging has no open incident.');
  });
});

describe('the card', () => {
  it('is followed by the whole of a long diff, each part once, before anybody is called to decide', async () => {
    const { slack } = lab;
    await slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await slack.waitFor(() => message(lab, 'incidents', 'checking…'), { what: 'the card' });
    const diff = Array.from({ length: 60 }, (_, index) => ({
      object: 'ClusterRole operator',
      path: `rules[${index}]`,
      before: null,
      after: 'x'.repeat(400),
    }));
    await prepare(lab, 'inc-1.p1', { plan: { diff } });
    await slack.waitFor(() => message(lab, 'incidents', 'Please decide'));

    const told = slack.messages('incidents').map((one) => ({ text: one.text, all: JSON.stringify(one.blocks) }));
    const parts = told.filter(({ text }) => text.startsWith('All that will change'));
    expect(parts.map(({ text }) => text)).toEqual([1, 2, 3].map((part) => `All that will change (${part} of 3)`));
    for (const { path } of diff) expect(parts.filter(({ all }) => all.includes(`${path}: xxx`))).toHaveLength(1);
    expect(told.findIndex(({ text }) => text.includes('Please decide'))).toBeGreaterThan(
      told.findLastIndex(({ text }) => text.startsWith('All that will change')),
    );
  });

  it('shows the plan, names and mentions the approvers once, and gives way to the name of who approved', async () => {
    const { slack } = lab;
    const card = await proposed();
    const mention = await slack.waitFor(() => message(lab, 'incidents', 'Please decide'));

    const acted = await slack.click('ben', { ...card, text: 'Approve' }, { confirm: true });
    const decided = await slack.waitFor(() =>
      slack.messages('incidents').find((one) => one.ts === card.ts && /– (approved|queued)/.test(one.text)),
    );

    expect(acted.acked).toBe(true);
    expect(slack.text(mention)).toContain('@ben');
    expect(slack.text(decided)).toMatch(/Approved by @ben/);
    expect(JSON.stringify(decided.blocks)).not.toContain('"actions"');
    expect((await lab.store.get('proposal', 'inc-1.p1'))?.value.state).toBe('approved');
    expect(slack.ephemerals('ben')).toEqual([]);
  });

  it('stays when somebody else clicks: a private explanation, an audit entry, and a count', async () => {
    const { slack } = lab;
    const card = await proposed();

    await slack.click('ada', { ...card, text: 'Deny' });
    await slack.waitFor(() => slack.modal('ada'));
    await slack.submit('ada', { reason: 'not now' });
    await slack.click('gil', { ...card, text: 'Approve' }, { confirm: true });
    const told = await slack.waitFor(() => slack.ephemerals('gil')[0]);

    expect(told.text).toContain('Only full members of this workspace can decide');
    expect((await lab.store.get('proposal', 'inc-1.p1'))?.value.state).toBe('proposed');
    const entries = await lab.store.auditRange(1, 100);
    await slack.waitFor(() =>
      slack
        .messages('incidents')
        .some((one) => JSON.stringify(one.blocks).includes('2 clicks by people who may not decide')),
    );
    expect(entries.filter((one) => one.what === 'click-refused').map((one) => one.values['code'])).toEqual([
      'not-an-approver',
      'not-a-full-member',
    ]);
  });
});

describe('everything in the thread', () => {
  it('ends with before → after when the repair helped', async () => {
    const { slack } = lab;
    const card = await proposed();
    await slack.click('ben', { ...card, text: 'Approve' }, { confirm: true });
    const { plan } = planFor(evidence(), diagnosis('crd-race-at-start'), CLUSTER);
    const at = await lab.store.now();
    const fence = { job: 1, attempt: 1 };

    await apply(lab, 'inc-1.p1', { on: 'start', at, fence });
    for (const [step] of (plan?.steps ?? []).entries()) {
      await apply(lab, 'inc-1.p1', { on: 'step-intent', at, fence, step });
      await apply(lab, 'inc-1.p1', { on: 'step-done', at, fence, step });
    }
    await apply(lab, 'inc-1.p1', { on: 'applied', at, fence });
    await apply(lab, 'inc-1.p1', { on: 'verified', at, fence, diagnosis: 'inc-1.d1', healthy: true });

    await slack.waitFor(() => message(lab, 'incidents', 'Prometheus monitoring/main runs again'));
    await slack.waitFor(() => message(lab, 'incidents', 'resolved, nothing to do'));
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { apply, ended, KEY, type Lab, message, prepare, startLab } from './lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => ended(lab));

const WAIT = { timeout: 10_000, interval: 50 };
const FENCE = { job: 1, attempt: 1 };
const proposal = async (id: string) => (await lab.store.get('proposal', id))?.value;
const card = (part: string) => lab.slack.waitFor(() => message(lab, 'incidents', part), { what: part });

/** A repair that was approved, carried out and proven, as the worker writes it down. */
async function repaired(): Promise<void> {
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await vi.waitFor(async () => expect(await proposal('inc-1.p1')).toBeDefined(), WAIT);
  const {
    plan,
    planHash = '',
    expiresAt = '',
  } = await prepare(lab, 'inc-1.p1', {
    plan: {
      undo: {
        kind: 'steps',
        steps: [
          {
            do: 'patch',
            object: {
              apiVersion: 'monitoring.coreos.com/v1',
              kind: 'Prometheus',
              namespace: 'monitoring',
              name: 'main',
              uid: 'uid-main',
            },
            contentHash: '',
            patch: { spec: { paused: true } },
          },
        ],
      },
    },
  });
  if (!plan) throw new Error('no plan');
  const by = { team: 'T01', user: lab.slack.user('ben') };
  const mac = approvalMac(KEY, { proposal: 'inc-1.p1', by, planHash, cluster: plan.cluster, expiresAt });
  const at = await lab.store.now();
  await apply(lab, 'inc-1.p1', { on: 'approve', at, planHash, approval: { by, at, mac } });
  await apply(lab, 'inc-1.p1', { on: 'start', at, fence: FENCE });
  for (const step of plan.steps.keys()) {
    await apply(lab, 'inc-1.p1', { on: 'step-intent', at, step, fence: FENCE });
    await apply(lab, 'inc-1.p1', { on: 'step-done', at, step, fence: FENCE });
  }
  await apply(lab, 'inc-1.p1', { on: 'applied', at, fence: FENCE });
  await apply(lab, 'inc-1.p1', { on: 'verified', at, diagnosis: 'inc-1.d1', healthy: true, fence: FENCE });
}

describe('taking a repair back', () => {
  it('is a button on the card of a repair that was carried out; a new card is decided like any other', async () => {
    await repaired();
    const done = await card('Restart the operator, low risk – repaired');

    await lab.slack.click('ada', { channel: 'incidents', ts: done.ts, text: 'Undo' });
    await vi.waitFor(async () => expect(await proposal('inc-1.p2')).toBeDefined(), WAIT);

    expect(await proposal('inc-1.p2')).toMatchObject({
      state: 'preparing',
      remediation: 'undo',
      undoes: 'inc-1.p1',
      risk: 'medium',
      requestedBy: { kind: 'user', user: lab.slack.user('ada') },
    });
    const fresh = await card('Take the repair back, medium risk');
    expect(lab.slack.text(fresh)).toContain('Takes back `inc-1.p1`');
    const root = lab.slack.messages('incidents')[0];
    await vi.waitFor(() => expect(root && lab.slack.text(root)).toContain('Take the repair back'), WAIT);
  });

  it('is said privately when it is proposed already', async () => {
    await repaired();
    const done = await card('Restart the operator, low risk – repaired');
    await lab.slack.click('ada', { channel: 'incidents', ts: done.ts, text: 'Undo' });
    await card('Take the repair back, medium risk');

    await lab.slack.click('ben', { channel: 'incidents', ts: done.ts, text: 'Undo' });
    const said = await lab.slack.waitFor(() => lab.slack.ephemerals('ben')[0], { what: 'an answer' });
    expect(lab.slack.text(said)).toContain('is proposed in');
    expect(await proposal('inc-1.p3')).toBeUndefined();
  });

  it('can be typed, also when the incident is resolved', async () => {
    await repaired();
    await lab.slack.command('ada', 'incidents', '/promfix', 'fix undo');
    await vi.waitFor(async () => expect(await proposal('inc-1.p2')).toMatchObject({ undoes: 'inc-1.p1' }), WAIT);
  });

  it('is refused with the reason where there is nothing to take back', async () => {
    await lab.slack.command('ada', 'incidents', '/promfix', 'fix undo');
    const said = await lab.slack.waitFor(() => lab.slack.ephemerals('ada')[0], { what: 'an answer' });
    expect(lab.slack.text(said)).toContain('There is no repair that could be taken back');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import { recordDiagnosis } from '../../src/incidents/changes.ts';
import { diagnosis } from '../remediations/world.ts';
import { apply, ended, type Lab, message, prepare, startLab, WORKER } from './lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => ended(lab));

/** Asks for a diagnosis and waits until its cause is recorded, with a proposal where there is a repair. */
async function diagnosed(proposed = 1): Promise<void> {
  await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
  await vi.waitFor(async () => {
    expect((await lab.store.get('incident', 'inc-1'))?.value.cause).toBeDefined();
    expect(await proposals()).toHaveLength(proposed);
  }, WAIT);
}
const WAIT = { timeout: 10_000, interval: 50 };

/** The private answer to a line of `ben`. */
async function answer(line: string): Promise<string> {
  const before = lab.slack.ephemerals('ben').length;
  await lab.slack.command('ben', 'incidents', '/promfix', line);
  const said = await lab.slack.waitFor(() => lab.slack.ephemerals('ben')[before], { what: `an answer to ${line}` });
  return lab.slack.text(said);
}
const proposals = () => lab.store.list('proposal', 'all', 10);

describe('/promfix fix', () => {
  it('prepares the repair of the open diagnosis again once the first proposal was turned down', async () => {
    await diagnosed();
    const at = await lab.store.now();
    const refusal = { refused: true, remediation: 'restart-operator', code: 'quota-full', values: {} } as const;
    await apply(lab, 'inc-1.p1', { on: 'refused', at, refusal });

    expect(await answer('fix')).toContain('I am checking whether “Restart the operator” fits now');
    expect((await lab.store.get('proposal', 'inc-1.p2'))?.value).toMatchObject({
      state: 'preparing',
      remediation: 'restart-operator',
      cause: 'crd-race-at-start',
      requestedBy: { kind: 'user', user: lab.slack.user('ben') },
    });
  });

  it('leaves a card that already says the same as it is', async () => {
    await diagnosed();

    expect(await answer('fix restart-operator inc-1')).toContain('is proposed in');
    expect(await proposals()).toEqual(['inc-1.p1']);
  });

  it.each([
    [
      'a repair of another cause',
      'fix unpause',
      'does not help against crd-race-at-start. What does: restart-operator',
    ],
    ['a repair that does not exist', 'fix everything', 'There is no repair called “everything”'],
    ['what is no name', 'fix rm_-rf', 'is no name of a repair'],
    ['an incident that does not exist', 'fix inc-99', 'There is no incident'],
    ['a resource without an incident', 'fix monitoring/other', 'No incident is open'],
  ])('refuses %s with the reason', async (_what, line, words) => {
    await diagnosed();

    expect(await answer(line)).toContain(words);
  });

  it('says so where there is advice only, and where nothing is broken any more', async () => {
    lab.seen.judge = () => diagnosis('policy-denies-sts');
    await diagnosed(0);

    expect(await answer('fix')).toContain('promfix has no repair for policy-denies-sts');
    await lab.slack.command('ada', 'incidents', '/promfix', 'close inc-1');
    await vi.waitFor(async () => {
      expect((await lab.store.get('incident', 'inc-1'))?.value.status).toBe('closed');
    }, WAIT);
    expect(await answer('fix inc-1')).toContain('Nothing is broken now');
  });

  it('does not take a running repair’s place', async () => {
    await diagnosed();
    const proposal = await prepare(lab, 'inc-1.p1');
    const by = { team: 'T01', user: lab.slack.user('ben') };
    const at = await lab.store.now();
    await apply(lab, 'inc-1.p1', {
      on: 'approve',
      at,
      planHash: proposal.planHash ?? '',
      approval: { by, at, mac: 'mac' },
    });

    await answer('fix');
    expect(await proposals()).toEqual(['inc-1.p1']);
  });
});

describe('a repair that did not help', () => {
  const FENCE = { job: 1, attempt: 1 };

  /** Approved, carried out, and the same cause is found after it. */
  async function inVain(): Promise<void> {
    await diagnosed();
    const id = 'inc-1.p1';
    const { planHash = '' } = await prepare(lab, id);
    const by = { team: 'T01', user: lab.slack.user('ben') };
    const at = await lab.store.now();
    await apply(lab, id, { on: 'approve', at, planHash, approval: { by, at, mac: 'mac' } });
    await apply(lab, id, { on: 'enqueued', at });
    await apply(lab, id, { on: 'start', at, fence: FENCE });
    await apply(lab, id, { on: 'step-intent', at, fence: FENCE, step: 0 });
    await apply(lab, id, { on: 'step-done', at, fence: FENCE, step: 0 });
    await apply(lab, id, { on: 'applied', at, fence: FENCE });
    const incident = await lab.store.get('incident', 'inc-1');
    if (!incident) throw new Error('no incident');
    const after = { diagnosis: diagnosis('crd-race-at-start'), refusals: [], by: WORKER, tell: 'nothing' } as const;
    await lab.store.commit(recordDiagnosis(incident, after));
    await apply(lab, id, { on: 'verified', at, fence: FENCE, diagnosis: 'inc-1.d2', healthy: false });
  }

  async function diagnosedAgain(): Promise<void> {
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await vi.waitFor(async () => {
      expect((await lab.store.get('incident', 'inc-1'))?.value.diagnoses).toHaveLength(3);
    }, WAIT);
    // Its proposal, if there is one, follows in the next write.
    await lab.slack.waitFor(() => message(lab, 'incidents', 'nothing else is proposed'));
  }

  it('is not offered by the next diagnosis as if nothing had been: the thread says what came of it', async () => {
    await inVain();
    await diagnosedAgain();

    expect(await proposals()).toEqual(['inc-1.p1']);
    const { refusals = [] } = (await lab.store.get('diagnosis', 'inc-1.d3'))?.value ?? {};
    expect(refusals).toMatchObject([
      { remediation: 'restart-operator', code: 'tried-in-vain', values: { id: 'inc-1.p1' } },
      { remediation: 'test-chart-version' },
    ]);
  });

  it('may be asked for by its name, with the warning', async () => {
    await inVain();
    await diagnosedAgain();

    expect(await answer('fix restart-operator')).toMatch(
      /I am checking whether “Restart the operator” fits now[\s\S]*Tried before \(inc-1\.p1, .*did not help[\s\S]*the same as then/,
    );
    expect((await lab.store.get('proposal', 'inc-1.p2'))?.value).toMatchObject({ remediation: 'restart-operator' });
    expect((await lab.store.get('proposal', 'inc-1.p2'))?.value.diagnosis).toBe('inc-1.d3');
  });
});

describe('a repair that may be asked for without need', () => {
  const finding = {
    kind: 'observation',
    code: 'ca-bundle-differs',
    certainty: 'proven',
    values: { count: 3 },
    because: [],
    runbook: 'admission-tls',
  } as const;
  const mismatch = (): Diagnosis => ({
    ...diagnosis(null),
    noise: [{ finding }],
    byRunbook: [{ runbook: 'admission-tls', findings: [finding] }],
  });
  const asked = () => lab.slack.command('ben', 'incidents', '/promfix', 'fix admission-certificate');
  const incident = async () => (await lab.store.get('incident', 'inc-1'))?.value;

  it('opens an incident of its own where nothing is broken, and is proposed there', async () => {
    lab.seen.judge = mismatch;
    await asked();
    await vi.waitFor(async () => expect(await proposals()).toEqual(['inc-1.p1']), WAIT);

    expect((await lab.store.get('proposal', 'inc-1.p1'))?.value).toMatchObject({
      state: 'preparing',
      remediation: 'admission-certificate',
      cause: 'admission-not-trusted',
    });
    expect(await incident()).toMatchObject({ wish: 'admission-certificate', verdict: 'healthy' });
  });

  it('is never proposed by a diagnosis that nobody asked a repair of: that incident ends by itself', async () => {
    lab.seen.judge = mismatch;
    await lab.slack.command('ada', 'incidents', '/promfix', 'diagnose');
    await vi.waitFor(async () => expect((await incident())?.status).toBe('resolved'), WAIT);

    expect(await proposals()).toEqual([]);
  });

  it('ends with the incident where nothing of the kind is seen', async () => {
    lab.seen.judge = () => diagnosis(null);
    await asked();
    await vi.waitFor(async () => expect((await incident())?.status).toBe('resolved'), WAIT);

    expect(await proposals()).toEqual([]);
  });
});

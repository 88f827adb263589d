import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Diagnosis, Values } from '../../src/diagnosis/types.ts';
import { chosenRepair, isPlan, planFor, planOf } from '../../src/remediations/index.ts';
import { ENDINGS, type Tried } from '../../src/remediations/types.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import { argoWorld } from './argo-world.ts';
import { tried } from './tried-world.ts';
import { CLUSTER, diagnosis, evidence } from './world.ts';

const CAUSE = 'crd-race-at-start';
const RESTART = 'restart-operator';

/** A diagnosis whose root cause carries these values. */
function found(values: Values = {}, cause: CauseSlug = CAUSE): Diagnosis {
  const seen = diagnosis(cause);
  return { ...seen, rootCause: seen.rootCause && { ...seen.rootCause, values } };
}
const picture = (values: Values) => ({ picture: { cause: CAUSE, code: CAUSE, values } }) as const;
const offer = (history: readonly Tried[], now = found()) => planFor(evidence(), now, CLUSTER, { tried: history });

describe('a repair that was tried in this incident', () => {
  it.each([
    ['in-vain', 'tried-in-vain'],
    ['put-back', 'tried-put-back'],
    ['denied', 'tried-denied'],
    ['undone', 'tried-undone'],
    ['not-tested', 'tried-not-tested'],
  ] as const)('and ended %s is not offered again by itself, and the reason names the attempt', (ending, code) => {
    const { plan, refusals } = offer([tried(RESTART, CAUSE, ending)]);

    expect(plan).toBeUndefined();
    const refusal = refusals.find(({ remediation }) => remediation === RESTART);
    expect(refusal).toMatchObject({ code });
    expect(refusal && repairSentence(refusal)).toMatch(/inc-1\.p1, 03:12 UTC.*\/promfix fix restart-operator/);
  });

  it.each(['helped', 'failed', 'got-further'] as const)('and ended %s is offered with that said above it', (ending) => {
    const { plan } = offer([tried(RESTART, CAUSE, ending)]);

    expect(plan?.remediation).toBe(RESTART);
    expect(plan?.warnings?.map(({ code }) => code)).toEqual([`before-${ending}`, 'found-again']);
  });

  it('is offered again once something else is found, and says so', () => {
    const before = tried(RESTART, CAUSE, 'in-vain', picture({ plural: 'prometheuses' }));
    const { plan } = offer([before], found({ plural: 'thanosrulers' }));

    expect(plan?.warnings?.map(repairSentence)).toEqual([
      'Tried before (inc-1.p1, 03:12 UTC): it was carried out and did not help.',
      'What is found now is not the same as then.',
    ]);
  });

  it('is not taken for untried because the process started at another time, or the message reads otherwise', () => {
    const then = { plural: 'prometheuses', started: '2026-11-25T03:00:00Z', seconds: 4, message: 'rv 17' };
    const now = { plural: 'prometheuses', started: '2026-11-25T03:10:00Z', seconds: 0, message: 'rv 18' };

    expect(offer([tried(RESTART, CAUSE, 'in-vain', picture(then))], found(now)).plan).toBeUndefined();
  });

  it('says nothing about another cause, which may need the same repair', () => {
    const { plan } = offer([tried(RESTART, 'worker-blocked', 'in-vain')]);

    expect(plan?.warnings?.map(({ code }) => code)).toEqual(['before-in-vain', 'found-otherwise']);
  });

  it('may be asked for by its name, and the plan then begins with what came of it', () => {
    const answer = planOf(RESTART, evidence(), found(), CLUSTER, { tried: [tried(RESTART, CAUSE, 'in-vain')] });

    expect(isPlan(answer) && answer.warnings?.map(({ code }) => code)).toEqual(['before-in-vain', 'found-again']);
  });

  it('counts by its newest attempt', () => {
    const { plan } = offer([tried(RESTART, CAUSE, 'in-vain'), tried(RESTART, CAUSE, 'helped')]);

    expect(plan?.warnings?.[0]?.code).toBe('before-helped');
  });

  it('that nobody knows the outcome of stands before every other repair', () => {
    const history = [tried(RESTART, 'worker-blocked', 'unknown')];

    expect(planFor(argoWorld(), found(), CLUSTER, { tried: history })).toMatchObject({
      refusals: [{ remediation: RESTART, code: 'tried-unknown' }],
    });
  });

  it('with one version may be offered with another', () => {
    const restart = tried(RESTART, CAUSE, 'in-vain');
    const test = (version: string) => tried('test-chart-version', CAUSE, 'in-vain', { version });
    const offered = (...history: readonly Tried[]) =>
      planFor(argoWorld(), found(), CLUSTER, { tried: [restart, ...history] });

    expect(offered(test('78.4.0')).plan?.steps[0]).toMatchObject({ from: '79.5.0', to: '79.4.0' });
    const { plan, refusals } = offered(test('79.4.0'));
    expect(plan).toBeUndefined();
    expect(refusals.map(({ code }) => code)).toEqual(['tried-in-vain', 'tried-in-vain']);
  });

  it('has a sentence above the plan for whatever it came to', () => {
    for (const ending of ENDINGS)
      expect(
        repairSentence({ code: `before-${ending}`, values: { id: 'inc-1.p1', at: '2026-11-25T03:12:45Z' } }),
      ).toMatch(/inc-1\.p1, 03:12 UTC/);
  });
});

describe('a repair that is asked for without a name', () => {
  it('is the first that was not in vain', () => {
    const chosen = chosenRepair(found(), undefined, [tried(RESTART, CAUSE, 'in-vain')]);

    expect(chosen).toMatchObject({ remediation: { id: 'test-chart-version' } });
  });

  it('is refused with the first one’s reason where all were', () => {
    const history = [tried(RESTART, CAUSE, 'in-vain'), tried('test-chart-version', CAUSE, 'denied')];

    expect(chosenRepair(found(), undefined, history)).toMatchObject({ remediation: RESTART, code: 'tried-in-vain' });
    expect(chosenRepair(found(), RESTART, history)).toMatchObject({ remediation: { id: RESTART } });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause, type CauseSlug } from '../../src/diagnosis/causes.ts';
import { merge, pickRoot, standAlone } from '../../src/diagnosis/choose.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { runs } from '../../src/diagnosis/health.ts';
import { rungIndex } from '../../src/diagnosis/ladder.ts';
import { ladderOf } from '../../src/diagnosis/ladder-states.ts';
import { normalise } from '../../src/diagnosis/normalise.ts';
import type { Diagnosis, Finding, Reported } from '../../src/diagnosis/types.ts';
import type { Evidence, WebhookView } from '../../src/evidence/types.ts';

type CauseFinding = Reported<Extract<Finding, { kind: 'cause' }>>;

const folder = join(import.meta.dirname, '../golden');
// Written by the suite that captures it.
const evidenceOf = (id: string) => JSON.parse(readFileSync(join(folder, id, 'evidence.json'), 'utf8')) as Evidence;

const gist = ({ verdict, rootCause, next }: Diagnosis) => ({
  verdict,
  cause: rootCause?.cause ?? null,
  next: next.map((one) => one.cause),
});

/** What single faults of a real control plane look like. */
const SINGLE = readdirSync(folder)
  .filter((id) => !id.includes('+'))
  .map((id) => {
    const evidence = normalise(evidenceOf(id));
    const diagnosis = diagnose(evidence);
    const { rootCause, byRunbook } = diagnosis;
    const causes = byRunbook
      .flatMap(({ findings }) => findings)
      .filter((one): one is CauseFinding => one.kind === 'cause');
    return {
      id,
      evidence,
      rootCause,
      causes,
      said: gist(diagnosis),
      ladder: ladderOf(evidence),
      running: runs(evidence),
    };
  });
const FAULTS = SINGLE.flatMap((one) =>
  one.rootCause && one.rootCause.certainty !== 'possible' ? { ...one, rootCause: one.rootCause } : [],
);

const entry = (slug: CauseSlug): Cause => CAUSES[slug];

/** Two names of one fault: one is a special form of the other, or brings it about. */
function areOne(a: CauseSlug, b: CauseSlug): boolean {
  const leads = (from: CauseSlug, to: CauseSlug, seen = new Set<string>()): boolean =>
    [...entry(from).refines, ...entry(from).explains].some((word) => {
      if (word === to) return true;
      if (seen.has(word) || !(word in CAUSES)) return false;
      seen.add(word);
      return leads(word as CauseSlug, to, seen); // as asked in the line above
    });
  return a === b || leads(a, b) || leads(b, a);
}

describe('the findings of two faults together', () => {
  it('name the one on the lower rung, and the other as the next one, whichever runbook saw it', () => {
    let pairs = 0;
    const wrong = FAULTS.flatMap((lower) =>
      FAULTS.flatMap((upper) => {
        const [a, b] = [lower.rootCause, upper.rootCause];
        if (a.rung === null || areOne(a.cause, b.cause)) return [];
        if (b.rung !== null && rungIndex(b.rung) <= rungIndex(a.rung)) return [];
        pairs += 1;
        return [
          [...lower.causes, ...upper.causes],
          [...upper.causes, ...lower.causes],
        ].flatMap((found) => {
          const causes = merge(found);
          const root = pickRoot(causes, lower.ladder, { running: lower.running, textOnly: false });
          const next = root ? standAlone(causes, root).map((one) => one.cause) : [];
          const fine = root?.cause === a.cause && next.includes(b.cause);
          return fine ? [] : [`${lower.id}+${upper.id}: ${root?.cause}, then ${next.join(', ')}`];
        });
      }),
    );

    expect(pairs).toBeGreaterThan(1500);
    expect([...new Set(wrong)]).toEqual([]);
  });
});

/** Webhooks have nothing to do with anything else that was read: those of another cluster may be there as well, and instead of the same ones. */
function withWebhooksOf(id: string): (evidence: Evidence) => Evidence {
  const others = evidenceOf(id).webhooks;
  if (others.state !== 'read') throw new Error(`${id} has no webhooks`);
  const names = others.value.map(nameOf);
  return (evidence) => {
    const own = evidence.webhooks.state === 'read' ? evidence.webhooks.value : [];
    const kept = own.filter((one) => !names.includes(nameOf(one)));
    return { ...evidence, webhooks: { ...others, value: [...kept, ...others.value] } };
  };
}
const nameOf = ({ kind, meta }: WebhookView): string => `${kind}/${meta.name}`;

describe('webhooks', () => {
  it('that trust another CA and fail open change no verdict', () => {
    const change = withWebhooksOf('N01');
    const changed = SINGLE.filter(({ rootCause }) => rootCause?.cause !== 'admission-fail-closed').flatMap(
      ({ id, evidence, said }) => {
        const now = gist(diagnose(change(evidence)));
        return JSON.stringify(now) === JSON.stringify(said) ? [] : [{ id, said, now }];
      },
    );

    expect(changed).toEqual([]);
  });

  it('of a release that is gone, which fail closed, come next in every fault of the path', () => {
    const change = withWebhooksOf('F60b');
    const wrong = FAULTS.filter(({ rootCause }) => rootCause.rung !== null).flatMap(({ id, evidence, said }) => {
      const now = gist(diagnose(change(evidence)));
      const wanted = { ...said, next: [...said.next, 'admission-fail-closed'] };
      return JSON.stringify(now) === JSON.stringify(wanted) ? [] : [{ id, wanted, now }];
    });

    expect(wrong).toEqual([]);
  });
});

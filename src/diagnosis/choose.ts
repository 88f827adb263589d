import { CAUSES, type Cause, type CauseSlug } from './causes.ts';
import { RUNGS, type Rung, rungIndex } from './ladder.ts';
import type { Ladder } from './ladder-states.ts';
import type { Because, Certainty, Finding, Reported } from './types.ts';

/** A cause with everything that was reported for it, and its rung. */
export type ReportedCause = Reported<Extract<Finding, { kind: 'cause' }>> & { readonly rung: Rung | null };

const CERTAINTY: Readonly<Record<Certainty, number>> = { proven: 0, likely: 1, possible: 2 };

const entry = (slug: CauseSlug): Cause => CAUSES[slug];

/** One finding for each cause: the surest one speaks, the proof of all is kept. The order of the runbooks breaks ties. */
export function merge(found: readonly Reported<Extract<Finding, { kind: 'cause' }>>[]): readonly ReportedCause[] {
  const slugs = [...new Set(found.map((one) => one.cause))];
  return slugs.flatMap((slug): ReportedCause[] => {
    const same = found.filter((one) => one.cause === slug);
    const best = [...same].sort((a, b) => CERTAINTY[a.certainty] - CERTAINTY[b.certainty])[0];
    if (!best) return [];
    const others = same.filter((one) => one !== best).flatMap((one) => one.because);
    return [{ ...best, because: distinct([...best.because, ...others]), rung: entry(slug).rung }];
  });
}

function distinct(proof: readonly Because[]): readonly Because[] {
  return proof.filter(
    (one, index) =>
      proof.findIndex(
        (other) => other.source === one.source && other.path === one.path && other.quote === one.quote,
      ) === index,
  );
}

interface Situation {
  readonly running: boolean;
  /** Only pasted text is there: no ladder was seen. */
  readonly textOnly: boolean;
}

/** The lowest broken rung's most specific cause. Neighbours count only when the ladder is whole. */
export function pickRoot(
  causes: readonly ReportedCause[],
  ladder: Ladder,
  situation: Situation,
): ReportedCause | undefined {
  const onLadder = causes.filter((one) => one.rung !== null);
  const beside = causes.filter((one) => one.rung === null);
  const whole = situation.textOnly ? onLadder.length === 0 : situation.running && onLadder.length === 0;
  const candidates = onLadder.length > 0 ? onLadder : whole ? beside : [];
  const first = [...candidates].sort((a, b) => order(a, b, ladder, situation))[0];
  return first && mostSpecific(first, candidates);
}

function order(a: ReportedCause, b: ReportedCause, ladder: Ladder, { running, textOnly }: Situation): number {
  const possible = Number(a.certainty === 'possible') - Number(b.certainty === 'possible');
  if (possible !== 0) return possible;
  // While it does not run, a fault on a rung that was reached is not what stops it.
  const open = running || textOnly ? 0 : Number(isReached(a, ladder)) - Number(isReached(b, ladder));
  if (open !== 0) return open;
  const rung = indexOf(a) - indexOf(b);
  return rung !== 0 ? rung : CERTAINTY[a.certainty] - CERTAINTY[b.certainty];
}

const isReached = (one: ReportedCause, ladder: Ladder): boolean =>
  one.rung !== null && ladder[one.rung] === 'reached' && !LIVE.has(one.cause);
const indexOf = (one: ReportedCause): number => (one.rung === null ? RUNGS.length : rungIndex(one.rung));

/** Faults that stop a later part of the same rung although its state says reached. */
const LIVE: ReadonlySet<CauseSlug> = new Set(['cr-terminating', 'sts-stuck-terminating', 'two-operators']);

function mostSpecific(root: ReportedCause, candidates: readonly ReportedCause[]): ReportedCause {
  const finer = candidates
    .filter((one) => one.certainty !== 'possible' && entry(one.cause).refines.includes(root.cause))
    .sort((a, b) => CERTAINTY[a.certainty] - CERTAINTY[b.certainty]);
  const next = finer[0];
  return next
    ? mostSpecific(
        next,
        candidates.filter((one) => one !== root),
      )
    : root;
}

/** Causes that remain when the root is repaired: not what it refines or brings about. Lowest rung first. */
export function standAlone(causes: readonly ReportedCause[], root: ReportedCause): readonly ReportedCause[] {
  const covered = coveredBy(root.cause);
  return causes
    .filter(
      (one) =>
        one.cause !== root.cause &&
        one.certainty !== 'possible' &&
        !covered.has(one.cause) &&
        !entry(one.cause).refines.includes(root.cause),
    )
    .sort((a, b) => indexOf(a) - indexOf(b) || CERTAINTY[a.certainty] - CERTAINTY[b.certainty]);
}

/** What a cause refines, however far, and what it explains. */
function coveredBy(slug: CauseSlug, seen: Set<string> = new Set()): ReadonlySet<string> {
  for (const coarser of [...entry(slug).refines, ...entry(slug).explains]) {
    if (seen.has(coarser)) continue;
    seen.add(coarser);
    if (isSlug(coarser)) coveredBy(coarser, seen);
  }
  return seen;
}

const isSlug = (word: string): word is CauseSlug => word in CAUSES;

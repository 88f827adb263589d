import type { Evidence } from '../evidence/types.ts';
import { RUNBOOKS } from '../runbooks/index.ts';
import type { Runbook } from '../runbooks/types.ts';
import { merge, pickRoot, type ReportedCause, standAlone } from './choose.ts';
import { blindSince, isScaledToZero, runs, unreadEssential } from './health.ts';
import { RUNGS } from './ladder.ts';
import { type Ladder, ladderOf } from './ladder-states.ts';
import { normalise } from './normalise.ts';
import { place } from './place.ts';
import type { Certainty, Diagnosis, Finding, Reported, RootCause, Verdict } from './types.ts';

type Of<K extends Finding['kind']> = Reported<Extract<Finding, { kind: K }>>;

/**
 * Evidence in, verdict out. Pure: the same evidence gives the same diagnosis, whatever the order of its lists. Runbooks report what they
 * see; only here is it decided what is the root cause, what follows from it and what is noise.
 */
export function diagnose(evidence: Evidence, runbooks: readonly Runbook[] = RUNBOOKS): Diagnosis {
  const seen = normalise(evidence);
  const byRunbook = runbooks.map((one) => ({ runbook: one.id, findings: report(one, seen) }));
  const all = byRunbook.flatMap((one) => one.findings);
  const of = <K extends Finding['kind']>(kind: K): readonly Of<K>[] =>
    all.filter((one): one is Of<K> => one.kind === kind);

  const ladder = ladderOf(seen);
  const running = runs(seen);
  const causes = merge(of('cause'));
  const chosen = pickRoot(causes, ladder, { running, textOnly: seen.pasted !== undefined });
  const root = chosen && { ...chosen, certainty: cap(chosen, ladder, seen) };
  const next = root ? standAlone(causes, root) : [];
  const verdict = verdictOf(seen, root, running, ladder);
  const placed = place(of('observation'), causes, root, next);
  return {
    target: seen.target,
    at: seen.at,
    verdict,
    rootCause: root ? rootCauseOf(root) : null,
    next,
    ...placed,
    ruledOut: of('ruled-out').filter((one) => !causes.some((cause) => cause.cause === one.cause)),
    notChecked: of('not-checked'),
    ladder: drawn(ladder, root),
    byRunbook,
    ...(running ? undefined : blindSince(seen)),
    ...(verdict === 'healthy' && isScaledToZero(seen) && { scaledToZero: true }),
  };
}

/** A runbook that breaks on strange input must not take the others with it. */
function report(runbook: Runbook, evidence: Evidence): readonly Reported[] {
  try {
    return runbook.judge(evidence).map((finding) => ({ ...finding, runbook: runbook.id }));
  } catch (error) {
    const failed: Finding = {
      kind: 'not-checked',
      code: 'runbook-failed',
      values: { runbook: runbook.id, error: error instanceof Error ? error.message.slice(0, 200) : 'unknown' },
      source: runbook.reads[0] ?? 'resource',
      reason: 'malformed',
      because: [],
    };
    return [{ ...failed, runbook: runbook.id }];
  }
}

/** Below an unknown rung nothing is sure; pasted text has no ladder and speaks for itself. */
function cap(root: ReportedCause, ladder: Ladder, evidence: Evidence): Certainty {
  if (root.rung === null || evidence.pasted !== undefined || root.certainty !== 'proven') return root.certainty;
  const below = RUNGS.slice(0, RUNGS.indexOf(root.rung));
  return below.some((rung) => ladder[rung] === 'unknown') ? 'likely' : 'proven';
}

function verdictOf(evidence: Evidence, root: ReportedCause | undefined, running: boolean, ladder: Ladder): Verdict {
  if (evidence.pasted !== undefined) {
    if (!root || root.certainty === 'possible') return 'inconclusive';
    return root.rung === null ? 'degraded' : 'broken';
  }
  if (root && root.certainty !== 'possible') {
    if (!running) return root.rung === null ? 'inconclusive' : 'broken';
    return root.certainty === 'proven' ? 'degraded' : 'inconclusive';
  }
  if (root || !running || unreadEssential(evidence)) return 'inconclusive';
  return RUNGS.every((rung) => ladder[rung] === 'reached' || rung === 'status') ? 'healthy' : 'inconclusive';
}

function rootCauseOf({ cause, rung, certainty, code, values, because }: ReportedCause): RootCause {
  return { cause, rung, certainty, code, values, because };
}

function drawn(ladder: Ladder, root: ReportedCause | undefined): Diagnosis['ladder'] {
  return RUNGS.map((rung) => ({ rung, state: root?.rung === rung ? 'not-reached' : ladder[rung] }));
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askedFor } from '../cluster/asked-for.ts';
import { expectedOf, promfix, SCENARIO_TIMEOUT, subjectOf, withScenario } from '../cluster/harness.ts';
import { appendRow } from '../cluster/report/report.ts';
import { loadScenarios } from '../cluster/scenarios/load.ts';
import type { Scenario } from '../cluster/scenarios/types.ts';
import { operatorVersion } from '../cluster/versions.ts';
import { until } from '../cluster/wait.ts';
import { both, idOf, PAIRS, type Pair, SHORT } from './pairs.ts';

/** On demand: `--only pairs`, `--only all`, or single ones: `--only F14+F44`. */
const isMeant = (id: string): boolean => askedFor('pairs') || askedFor(id, id === SHORT);
const scenarios = await loadScenarios(null);
/** Neither of the two is a fault that this operator does without. */
function isForThis(pair: Pair): boolean {
  const { lower, upper } = both(pair, scenarios);
  return [lower, upper].every((one) => expectedOf(one, operatorVersion()) === one.cause);
}
const captures = process.env['PROMFIX_CAPTURES'];
const report = process.env['PROMFIX_REPORT'];

/** The fields of the published JSON that are compared. */
interface Answer {
  readonly verdict: string;
  readonly rootCause: { readonly cause: string } | null;
  readonly next: readonly { readonly cause: string }[];
  readonly ruledOut: readonly { readonly cause: string }[];
}

async function ask(kubeconfig: string, subject: string, capture: string): Promise<Answer> {
  if (captures) {
    mkdirSync(captures, { recursive: true });
    await promfix(['capture', subject, '-o', join(captures, `${capture}.json`)], kubeconfig);
  }
  return diagnosed(kubeconfig, subject);
}

async function diagnosed(kubeconfig: string, subject: string): Promise<Answer> {
  const { stdout, stderr } = await promfix(['diagnose', subject, '--output', 'json'], kubeconfig);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  return JSON.parse(stdout) as Answer; // the published schema
}

/** What is to be said when one is asked about. */
interface Expected {
  readonly id: string;
  readonly subject: string;
  readonly cause: string;
  readonly next: readonly string[];
  /** Faults that are there: none of them may be ruled out. */
  readonly present: readonly Scenario[];
}

/** Asks, keeps the answer for the report, and compares: cause, what comes next, and that no fault is denied. */
async function judge(kubeconfig: string, { id, subject, cause, next, present }: Expected): Promise<void> {
  const answer = await ask(kubeconfig, subject, id);
  const { verdict } = answer;
  const faults = present.map((one) => one.cause);
  const said = {
    healthy: verdict === 'healthy',
    cause: answer.rootCause?.cause ?? null,
    next: answer.next.map((one) => one.cause),
    denied: answer.ruledOut.map((one) => one.cause).filter((one) => faults.includes(one)),
  };
  const isHealthy = cause === 'healthy';
  const wanted = { healthy: isHealthy, cause: isHealthy ? null : cause, next, denied: [] };
  const right = JSON.stringify(said) === JSON.stringify(wanted);
  const title = present.map((one) => one.title).join('; ');
  const row = { scenario: id, title, operator: operatorVersion(), expected: cause, named: said.cause, next: said.next };
  if (report) appendRow(report, { ...row, verdict, ...(right && { right }) });
  expect(said, `${id}: ${verdict}`).toEqual(wanted);
}

async function play(pair: Pair): Promise<void> {
  const { lower, upper, before, after, shows, left } = both(pair, scenarios);
  const id = idOf(pair);
  await withScenario(before, async ({ cluster, kubeconfig }) => {
    await after.inject(cluster);
    await until(`both of ${id} show`, () => shows(cluster), { seconds: 180 });
    const [subject, other] = [subjectOf(lower), subjectOf(upper)];
    const next = pair.next === 'named' ? [upper.cause] : [];
    await judge(kubeconfig, { id, subject, cause: lower.cause, next, present: [lower, upper] });
    const rest = { subject: other, cause: upper.cause, next: [], present: [upper] };
    if (subject !== other) await judge(kubeconfig, { ...rest, id: `${id}-beside` });
    if (!lower.fix) return;
    await lower.fix(cluster);
    await until(`${upper.id} is left of ${id}`, () => left(cluster), { seconds: 180 });
    // What both show tells nothing of when the repair has worked.
    const isGone = async () => (await diagnosed(kubeconfig, other)).rootCause?.cause !== lower.cause;
    await until(`${lower.cause} is over in ${id}`, isGone, { seconds: 90, every: 2000 });
    await judge(kubeconfig, { ...rest, id: `${id}-then` });
  });
}

describe('two faults at once: the lower one is the root cause, the other comes next', () => {
  const pairs = PAIRS.filter((pair) => isMeant(idOf(pair)) && isForThis(pair));
  // A suite without a test fails.
  it.runIf(pairs.length === 0)('no pair is asked for', () => {});
  it.for(pairs.map((pair) => ({ pair, name: idOf(pair) })))('$name', { timeout: SCENARIO_TIMEOUT }, ({ pair }) =>
    play(pair),
  );
});

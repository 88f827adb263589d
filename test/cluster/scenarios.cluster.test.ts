import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectedOf, type Finished, promfix, SCENARIO_TIMEOUT, type Stage, withScenario } from './harness.ts';
import { PROJECT } from './paths.ts';
import { appendRow, type Row } from './report/report.ts';
import { DEGRADED, loadScenarios, select } from './scenarios/load.ts';
import type { Scenario } from './scenarios/types.ts';
import { operatorVersion } from './versions.ts';

/** The fields of the published JSON that a scenario says something about. */
interface Answer {
  readonly verdict: string;
  readonly rootCause: { readonly cause: string } | null;
}

const scenarios = select(await loadScenarios());
const captures = process.env['PROMFIX_CAPTURES'];
const report = process.env['PROMFIX_REPORT'];
const executable = existsSync(join(PROJECT, 'src', 'main.js'));

/** The fault did not come about, or did not go away, in time: that says nothing about promfix, and is tried once more. A wrong answer is not. */
const NOT_PLAYED = /^gave up after/;

describe('promfix diagnose, asked about a real cluster', () => {
  // A suite without a test fails.
  test.runIf(scenarios.length === 0)('no scenario is asked for', () => {});
  test.for(scenarios.map((scenario) => ({ scenario, name: `${scenario.id} ${scenario.cause}: ${scenario.title}` })))(
    '$name',
    { timeout: SCENARIO_TIMEOUT, retry: { count: 1, condition: NOT_PLAYED } },
    async ({ scenario }, { skip }) => {
      const reported = asked(scenario);
      try {
        await withScenario(scenario, async (stage) => {
          await saveCapture(stage);
          // With PROMFIX_NO_DIAGNOSIS the scenarios themselves are tried: that each of them shows, and recovers by its own repair.
          if (process.env['PROMFIX_NO_DIAGNOSIS']) await stage.repair();
          else if (!executable) skip('there is no src/main.js to ask');
          else await askAndJudge(stage, reported);
        });
      } finally {
        if (report) appendRow(report, reported);
      }
    },
  );
});

async function saveCapture({ scenario, subject, kubeconfig }: Stage): Promise<void> {
  if (!captures || !executable) return;
  mkdirSync(captures, { recursive: true });
  const { code, stderr } = await promfix(['capture', subject, '-o', join(captures, `${scenario.id}.json`)], kubeconfig);
  expect(code, stderr).toBe(0);
}

/** The row of the report before there is an answer: what stays where the scenario did not get that far. */
function asked(scenario: Scenario): Row {
  const operator = operatorVersion();
  return { scenario: scenario.id, title: scenario.title, operator, expected: expectedOf(scenario, operator) };
}

async function askAndJudge(stage: Stage, row: Row): Promise<void> {
  const from = performance.now();
  const finished = await promfix(['diagnose', stage.subject, '--output', 'json'], stage.kubeconfig);
  row.seconds = Number(((performance.now() - from) / 1000).toFixed(2));
  expect(finished.stdout, finished.stderr).toMatch(/^\s*\{/);
  const answer = JSON.parse(finished.stdout) as Answer; // the published schema; what is used of it is compared below
  row.named = answer.rootCause?.cause ?? null;
  row.verdict = answer.verdict;
  judge(stage, finished, answer);
  row.right = true;
}

function judge({ scenario, cluster }: Stage, { code, stderr }: Finished, answer: Answer): void {
  const { id } = scenario;
  const cause = expectedOf(scenario, cluster.operator);
  const found = { code, verdict: answer.verdict, cause: answer.rootCause?.cause ?? null };
  if (cause === 'healthy') expect(found, stderr).toEqual({ code: 0, verdict: 'healthy', cause: null });
  else if (DEGRADED.includes(id)) expect(found, stderr).toEqual({ code: 1, verdict: 'degraded', cause });
  else expect(found, stderr).toEqual({ code: 1, verdict: expect.stringMatching(/^(broken|degraded)$/), cause });
}

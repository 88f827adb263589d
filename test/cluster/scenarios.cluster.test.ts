import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Finished, harmlessWith, promfix, SCENARIO_TIMEOUT, type Stage, withScenario } from './harness.ts';
import { PROJECT } from './paths.ts';
import { DEGRADED, loadScenarios, select } from './scenarios/load.ts';

/** The fields of the published JSON that a scenario says something about. */
interface Answer {
  readonly verdict: string;
  readonly rootCause: { readonly cause: string } | null;
}

const scenarios = select(await loadScenarios());
const captures = process.env['PROMFIX_CAPTURES'];
const executable = existsSync(join(PROJECT, 'src', 'main.ts'));

describe('promfix diagnose, asked about a real cluster', () => {
  test.for(scenarios.map((scenario) => ({ scenario, name: `${scenario.id} ${scenario.cause}: ${scenario.title}` })))(
    '$name',
    { timeout: SCENARIO_TIMEOUT },
    async ({ scenario }, { skip }) => {
      await withScenario(scenario, async (stage) => {
        await saveCapture(stage);
        // With PROMFIX_NO_DIAGNOSIS the scenarios themselves are tried: that each of them shows, and recovers by its own repair.
        if (process.env['PROMFIX_NO_DIAGNOSIS']) await stage.repair();
        else if (!executable) skip('there is no src/main.ts to ask');
        else judge(stage, await promfix(['diagnose', stage.subject, '--output', 'json'], stage.kubeconfig));
      });
    },
  );
});

async function saveCapture({ scenario, subject, kubeconfig }: Stage): Promise<void> {
  if (!captures || !executable) return;
  mkdirSync(captures, { recursive: true });
  const { code, stderr } = await promfix(['capture', subject, '-o', join(captures, `${scenario.id}.json`)], kubeconfig);
  expect(code, stderr).toBe(0);
}

function judge({ scenario, cluster }: Stage, { code, stdout, stderr }: Finished): void {
  expect(stdout, stderr).toMatch(/^\s*\{/);
  const { id } = scenario;
  const cause = harmlessWith(scenario, cluster.operator) ? 'healthy' : scenario.cause;
  const answer = JSON.parse(stdout) as Answer; // the published schema; what is used of it is compared below
  const found = { code, verdict: answer.verdict, cause: answer.rootCause?.cause ?? null };
  if (cause === 'healthy') expect(found, stderr).toEqual({ code: 0, verdict: 'healthy', cause: null });
  else if (DEGRADED.includes(id)) expect(found, stderr).toEqual({ code: 1, verdict: 'degraded', cause });
  else expect(found, stderr).toEqual({ code: 1, verdict: expect.stringMatching(/^(broken|degraded)$/), cause });
}

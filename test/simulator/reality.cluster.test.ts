import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/demo/faults.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { promfix, SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { loadScenarios, select } from '../cluster/scenarios/load.ts';

const scenarios = await loadScenarios(null);
/** All of the demo's faults with `--only all` or by their ids; the incident itself in the short selection. */
const asked = new Set(select(scenarios).map(({ id }) => id));
const faults = FAULTS.filter(({ id }) => asked.has(id));

interface Answer {
  readonly verdict: string;
  readonly rootCause: { readonly cause: string; readonly rung: string; readonly certainty: string } | null;
  readonly consequences: readonly { readonly code: string }[];
  readonly proposals: readonly { readonly remediation: string; readonly refused?: { readonly code: string } }[];
}

/** What a diagnosis came to, without times and names of this one cluster. */
async function diagnosed(kubeconfig: string, subject: string) {
  const { code, stdout, stderr } = await promfix(['diagnose', subject, '--output', 'json'], kubeconfig);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  const answer = JSON.parse(stdout) as Answer; // the published schema
  const { verdict, rootCause } = answer;
  return {
    code,
    verdict,
    cause: rootCause && { cause: rootCause.cause, rung: rootCause.rung, certainty: rootCause.certainty },
    consequences: answer.consequences.map((one) => one.code).sort(),
    proposals: answer.proposals.map(({ remediation, refused }) => `${remediation} ${refused?.code ?? 'offered'}`),
  };
}

describe('the demo’s cluster against the real one', () => {
  it.for(faults.map(({ id, title }) => ({ id, title })))(
    '$id: the same cause, consequences and proposals ($title)',
    { timeout: SCENARIO_TIMEOUT },
    async ({ id }) => {
      const scenario = scenarios.find((one) => one.id === id);
      if (!scenario) throw new Error(`no scenario ${id}`);
      const dir = await mkdtemp(join(tmpdir(), 'promfix-reality-'));
      try {
        await withScenario(scenario, async ({ kubeconfig, subject }) => {
          const simulator = await startSimulator({ snapshot: id });
          try {
            const file = join(dir, 'kubeconfig');
            await simulator.writeKubeconfig(file);

            expect(await diagnosed(file, subject)).toEqual(await diagnosed(kubeconfig, subject));
          } finally {
            await simulator.stop();
          }
        });
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  );
});

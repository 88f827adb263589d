import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/demo/faults.ts';
import { DEMO_RIGHTS } from '../../src/demo/rights.ts';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { RepairId } from '../../src/remediations/ids.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { serviceAccount } from '../cluster/control-plane/accounts.ts';
import { promfix, SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { byId, loadScenarios, select } from '../cluster/scenarios/load.ts';
import { type TestWorker, workerWith } from '../e2e/repairs/worker.ts';
import { useTestRedis } from '../store/use-redis.ts';

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

const redis = useTestRedis();

/** What became of a repair, from its proposal to the diagnosis afterwards, without times and names of this one cluster. */
async function repaired(worker: TestWorker, { remediation, cause }: { remediation: RepairId; cause: CauseSlug }) {
  try {
    const proposed = await worker.prepared(remediation, cause);
    if (proposed.state !== 'proposed') return { state: proposed.state, code: proposed.outcome?.code };
    const { plan, state, outcome, verifiedBy } = await worker.carriedOut(proposed.id);
    const after = verifiedBy && (await worker.ports.store.get('diagnosis', verifiedBy))?.value.diagnosis;
    return {
      state,
      code: outcome?.code,
      steps: plan?.steps.map((step) => `${step.do} ${step.object.kind}/${step.object.name}`),
      diff: plan?.diff.map(({ object, path }) => `${object} ${path}`),
      after: after && { verdict: after.verdict, cause: after.rootCause?.cause },
    };
  } finally {
    await worker.close();
  }
}

describe('the demo’s cluster against the real one', () => {
  it.for(faults.map(({ id, title }) => ({ id, title })))(
    '$id: the same cause, consequences, proposals and repair ($title)',
    { timeout: SCENARIO_TIMEOUT },
    async ({ id }) => {
      const scenario = byId(scenarios, id);
      const dir = await mkdtemp(join(tmpdir(), 'promfix-reality-'));
      try {
        await withScenario(scenario, async ({ cluster, kubeconfig, subject }) => {
          const simulator = await startSimulator({ snapshot: id });
          try {
            const file = join(dir, 'kubeconfig');
            await simulator.writeKubeconfig(file);

            const real = await diagnosed(kubeconfig, subject);
            expect(await diagnosed(file, subject)).toEqual(real);

            const [first] = real.proposals.filter((one) => one.endsWith(' offered'));
            if (first === undefined || !real.cause) return;
            // The published names of a repair and of a cause that this version knows.
            const remediation = first.replace(' offered', '') as RepairId;
            const repair = { remediation, cause: real.cause.cause as CauseSlug };
            simulator.writeKubeconfig(file, simulator.serviceAccount('worker', DEMO_RIGHTS.worker));
            const onSimulated = await repaired(await workerWith(file, redis.url), repair);
            const account = await serviceAccount(cluster, 'worker', DEMO_RIGHTS.worker);
            expect(onSimulated).toEqual(await repaired(await workerWith(account, redis.url), repair));
            expect(onSimulated).toMatchObject({ state: 'succeeded' });
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

import semver from 'semver';
import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { at, object } from '../../src/evidence/json.ts';
import { hashOf, pathOf, readOf } from '../../src/queue/executor/objects.ts';
import { readingRules, writingRules } from '../../src/remediations/parts/rules.ts';
import type { Step } from '../../src/remediations/types.ts';
import { askedFor } from '../cluster/asked-for.ts';
import { serviceAccount } from '../cluster/control-plane/accounts.ts';
import { WRITES } from '../cluster/control-plane/audit.ts';
import { expectedOf, promfix, SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { NS } from '../cluster/names.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { operatorVersion } from '../cluster/versions.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { CASES, deepInBackOff, nameOf, OWN, SHORT } from './repairs/table.ts';
import { type TestWorker, testWorker } from './repairs/worker.ts';
import { reportLine } from './report-line.ts';

const scenarios = [...(await loadScenarios(null)), ...OWN];
/** As `--only` says: these scenarios, `all`, or a short selection. `fix` stands for the terminal's command. */
const isMeant = (id: string): boolean => askedFor(id, SHORT.includes(id));

const redis = useTestRedis();

/** What an undo has to bring back. The annotations of a StatefulSet are the operator's copy of the resource's, made when it can. */
const shown = (body: Readonly<Record<string, unknown>>) => ({
  spec: body['spec'],
  labels: at(body, 'metadata', 'labels'),
  ...(body['kind'] !== 'StatefulSet' && {
    annotations: Object.fromEntries(
      Object.entries(object(body, 'metadata', 'annotations')).filter(([name]) => !name.startsWith('promfix.io/')),
    ),
  }),
});

async function read({ ports }: TestWorker, { object }: Step): Promise<Readonly<Record<string, unknown>>> {
  return (await ports.client.json(readOf(object, pathOf(object) ?? ''))).body;
}

/** The objects that a plan writes, each once. */
const written = (steps: readonly Step[]): readonly Step[] => [
  ...new Map(steps.map((step) => [step.object.uid, step])).values(),
];

describe('a repair on a real control plane', () => {
  it.for(CASES.map((one) => ({ ...one, name: nameOf(one) })))(
    '$name',
    { timeout: SCENARIO_TIMEOUT },
    async (one, { skip }) => {
      skip(!isMeant(one.scenario), 'not asked for');
      skip(semver.lt(operatorVersion(), one.from ?? '0.0.0'), 'not with this operator');
      const scenario = byId(scenarios, one.scenario);
      await withScenario(scenario, async ({ cluster }) => {
        if (one.mend) await deepInBackOff(cluster);
        await one.mend?.(cluster);
        const worker = await testWorker(cluster, redis.url, one.granted);
        try {
          // A scenario names a cause of the table.
          const cause = expectedOf(scenario, cluster.operator) as CauseSlug;
          expect(await worker.rootCause()).toBe(cause);

          const proposal = await worker.prepared(one.remediation, cause);
          if (one.refused !== undefined) {
            expect(proposal).toMatchObject({ state: 'voided', outcome: { code: one.refused } });
            return;
          }
          expect(proposal.outcome).toBeUndefined();
          expect(proposal).toMatchObject({ state: 'proposed' });
          const { plan } = proposal;
          if (!plan) throw new Error('a proposal without a plan');
          // The rehearsal changed nothing.
          const before = new Map<string, Readonly<Record<string, unknown>>>();
          for (const step of written(plan.steps)) {
            const object = await read(worker, step);
            expect(hashOf(step.object, object)).toBe(step.contentHash);
            before.set(step.object.uid ?? '', shown(object));
          }

          const began = performance.now();
          const done = await worker.carriedOut(proposal.id);
          expect(done).toMatchObject({ state: 'succeeded' });
          await cluster.available(5);
          const seconds = Math.round((performance.now() - began) / 1000);

          for (const step of plan.steps.filter((one) => one.do === 'recreate')) {
            const made = await read(worker, step);
            expect(at(made, 'metadata', 'uid')).not.toBe(step.object.uid);
            expect(shown(made)).toEqual(before.get(step.object.uid ?? ''));
          }
          const undone = await worker.undone(proposal.id);
          if (plan.undo.kind === 'none') expect(undone).toMatchObject({ refusal: { code: 'undo-none' } });
          else {
            expect(undone).toMatchObject({ state: 'succeeded', undoes: proposal.id });
            for (const step of written(plan.undo.steps))
              expect(shown(await read(worker, step))).toEqual(before.get(step.object.uid ?? ''));
          }
          await reportLine(`${one.scenario} | ${cause} | ${one.remediation} | ${seconds} s | ${plan.undo.kind}`);
        } finally {
          await worker.close();
        }
      });
    },
  );
});

describe('promfix fix in the terminal', () => {
  it.runIf(isMeant('fix'))(
    'prints the plan, rehearses it on the API server, and never writes',
    { timeout: SCENARIO_TIMEOUT },
    async () => {
      const scenario = byId(scenarios, 'F39b');
      await withScenario(
        scenario,
        async ({ cluster, subject }) => {
          const kubeconfig = await serviceAccount(cluster, 'person', {
            cluster: readingRules(),
            namespaced: { [NS]: writingRules() },
          });
          const before = cluster.audit().length;
          const { code, stdout, stderr } = await promfix(['fix', 'relabel-statefulset', subject], kubeconfig);

          expect(stdout, stderr).toMatch(/Show the operator its StatefulSet again \(risk: low\)/);
          expect(stdout).toMatch(/Step 1 of 2 would be accepted[\s\S]*Step 2 of 2 would be accepted/);
          expect(code).toBe(0);
          const wrong = await promfix(['fix', 'unpause', subject], kubeconfig);
          expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('does not help against') });

          const sent = cluster
            .audit()
            .slice(before)
            .filter(
              ({ user, verb }) => user.username === 'system:serviceaccount:promfix:person' && WRITES.includes(verb),
            );
          expect(sent.length).toBeGreaterThan(0);
          expect(
            sent.filter(
              ({ requestURI, objectRef }) =>
                !requestURI.includes('dryRun=All') && !/accessreviews$/.test(objectRef?.resource ?? ''),
            ),
          ).toEqual([]);
        },
        { auditLog: true },
      );
    },
  );
});

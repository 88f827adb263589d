import { describe, expect, it } from 'vitest';
import { fix } from '../../src/commands/fix.ts';
import { investigate, openOrContinue } from '../../src/commands/investigate.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { at } from '../../src/evidence/json.ts';
import type { Incident, Proposal } from '../../src/incidents/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { nobody } from '../builders/directory.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { askedFor } from '../cluster/asked-for.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import type { ClusterRole } from '../cluster/kinds.ts';
import { OPERATOR, OPERATOR_PATH } from '../cluster/names.ts';
import { APP, APPLICATIONS, application } from '../cluster/scenarios/argo.ts';
import { applyStack, withoutRight } from '../cluster/scenarios/change.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { logHas, operatorPods } from '../cluster/scenarios/look.ts';
import { until } from '../cluster/wait.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type TestWorker, testWorker } from './repairs/worker.ts';

const PATH = `${APPLICATIONS}/${APP}`;
const scenarios = await loadScenarios(null);
const BAD_FLAG = '--repair-policy-for-statefulsets=evict';
const ROLE = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${OPERATOR}`;
const MISSING = 'missing permission on resource \\"prometheuses\\"';
const ASKER = { kind: 'user', team: 'T01', user: 'U0ASKER00' } as const;
const FIRST_FLAG = '- --kubelet-endpoints=true';

const redis = useTestRedis();

/** A worker that may change the one Application, which is off by default. */
function worker(cluster: Cluster): Promise<TestWorker> {
  const applications = { apiGroups: ['argoproj.io'], resources: ['applications'] };
  const theOne = { ...applications, verbs: ['get', 'patch'], resourceNames: [APP] };
  return testWorker(cluster, redis.url, [], { elsewhere: { argocd: [theOne] } });
}

const summary = ({ state, outcome }: Proposal): string => `${state}: ${outcome?.code ?? ''}`;

/**
 * The operator that is restarted is blind again: the right is away while its process starts, and back a moment later. What is read before the
 * restart and after it is the same.
 */
function blinding(cluster: Cluster, ports: JobPorts): JobPorts {
  let blinded: Promise<void> | undefined;
  const json: JobPorts['client']['json'] = async (request) => {
    const isRestart = request.method === 'PATCH' && request.path === OPERATOR_PATH && !request.query?.['dryRun'];
    if (!isRestart) return ports.client.json(request);
    const before = (await operatorPods(cluster)).map(({ metadata }) => metadata.name);
    const { rules } = await cluster.api.get<ClusterRole>(ROLE);
    await withoutRight('monitoring.coreos.com', 'prometheuses', ['list'])(cluster);
    const answer = await ports.client.json(request);
    blinded ??= until('the new operator is blind, too', async () => {
      const [pod, ...others] = await operatorPods(cluster);
      return pod && others.length === 0 && !before.includes(pod.metadata.name) && logHas(cluster, MISSING);
    }).then(async () => {
      await cluster.api.merge(ROLE, { rules });
    });
    await blinded;
    return answer;
  };
  return { ...ports, client: { ...ports.client, json } };
}

interface Investigated {
  readonly incident: Incident;
  readonly proposal: Proposal;
}

/** What `diagnose` does: reads, judges, and has the worker prepare what is proposed. */
async function investigated(made: TestWorker): Promise<Investigated> {
  const { store, cluster, log, approvalKey } = made.ports;
  const ports = { store, cluster, log, approvalKey, now: () => new Date(), judge: diagnose };
  const { incident } = await openOrContinue(ports, made.target, ASKER, { channel: 'C01' });
  await investigate(ports, incident.id);
  return prepared(made, incident.id);
}

/** The newest proposal of an incident, after its preparation. */
async function prepared({ ports }: TestWorker, id: string): Promise<Investigated> {
  const newest = (await ports.store.get('incident', id))?.value.proposals.at(-1) ?? '';
  await prepare(ports, newest);
  const [incident, proposal] = await Promise.all([
    ports.store.get('incident', id),
    ports.store.get('proposal', newest),
  ]);
  const seen = await ports.store.get('diagnosis', incident?.value.diagnoses.at(-1) ?? '');
  if (!incident || !proposal)
    throw new Error(
      `nothing is proposed: ${seen?.value.diagnosis.rootCause?.cause} ${JSON.stringify(seen?.value.refusals)}`,
    );
  return { incident: incident.value, proposal: proposal.value };
}

/** `/promfix fix REPAIR`, and its preparation. */
async function asked(made: TestWorker, repair: string, incident: string): Promise<Proposal> {
  const answer = await fix({ ...made.ports, directory: nobody }, { input: { repair, incident }, actor: ASKER });
  expect(answer).toMatchObject({ say: 'preparing' });
  return (await prepared(made, incident)).proposal;
}

/**
 * On a real control plane, with a stand-in for Argo CD's controller. The chart of 79.5.0 gives the operator a flag that it does not know, so
 * that its process ends again and again; what 79.4.0 gives it differs. `--only chart-version`.
 */
describe.runIf(askedFor('chart-version'))('the test of another chart version', () => {
  it.for([
    { name: 'that helps is kept', helps: true },
    { name: 'that does not help is taken back', helps: false },
  ])('$name', { timeout: SCENARIO_TIMEOUT * 2 }, async ({ helps }) => {
    await withScenario(byId(scenarios, 'F22'), async ({ cluster }) => {
      await application(cluster);
      await cluster.api.merge(PATH, { spec: { syncPolicy: { automated: { prune: false, selfHeal: false } } } });
      const bad = chart(cluster, (yaml) => yaml.replace(FIRST_FLAG, `${FIRST_FLAG}\n            - ${BAD_FLAG}`));
      const argo = new ArgoStandIn(cluster, {
        revisions: { '79.5.0': bad, '79.4.0': helps ? chart(cluster) : bad },
      }).start();
      const made = await worker(cluster);
      try {
        await until('it has compared', async () => (await argo.read()).status?.sync?.comparedTo);
        const before = (await argo.read()).spec;
        expect(await made.rootCause()).toBe('bad-flag');

        const proposal = await made.prepared('test-chart-version', 'bad-flag');
        expect(proposal).toMatchObject({ state: 'proposed' });
        expect((await argo.read()).spec).toEqual(before);
        const done = await made.carriedOut(proposal.id);

        const { spec } = await argo.read();
        if (helps) {
          expect(summary(done)).toBe('succeeded: version-helped');
          expect(at(spec, 'source', 'targetRevision')).toBe('79.4.0');
          await cluster.available(5);
          // Taken back by a proposal of its own: the version, and with it the fault.
          expect(await made.undone(proposal.id)).toMatchObject({
            state: 'succeeded',
            undoes: proposal.id,
            risk: 'high',
          });
          expect((await argo.read()).spec).toEqual(before);
        } else {
          expect(summary(done)).toBe('unhealthy: version-returned');
          expect(spec).toEqual(before);
        }
        expect(argo.errors).toEqual([]);
      } finally {
        await made.close();
        await argo.stop();
      }
    });
  });

  it('is what the next diagnosis proposes once a restart was in vain', { timeout: SCENARIO_TIMEOUT * 2 }, async () => {
    await withScenario(byId(scenarios, 'F02'), async ({ cluster }) => {
      await application(cluster);
      await cluster.api.merge(PATH, { spec: { syncPolicy: { automated: { prune: false, selfHeal: false } } } });
      await applyStack(cluster);
      const argo = new ArgoStandIn(cluster, {
        revisions: { '79.5.0': chart(cluster), '79.4.0': chart(cluster) },
      }).start();
      const made = await worker(cluster);
      try {
        await until('it has compared', async () => (await argo.read()).status?.sync?.comparedTo);
        // The right is there again; the operator looked at its start only.
        const first = await investigated(made);
        expect(first.proposal).toMatchObject({ state: 'proposed', remediation: 'restart-operator' });
        expect(first.proposal.plan?.warnings).toBeUndefined();
        await made.approved(first.proposal.id);
        const restarted = await made.attempt(first.proposal.id, 1, blinding(cluster, made.ports));
        expect(summary(restarted)).toBe('unhealthy: ');

        const second = await investigated(made);
        expect(second.incident.id).toBe(first.incident.id);
        const stored = await made.ports.store.get('diagnosis', second.incident.diagnoses.at(-1) ?? '');
        expect(stored?.value.refusals).toMatchObject([
          { remediation: 'repair-operator-rights' },
          { remediation: 'restart-operator', code: 'tried-in-vain', values: { id: first.proposal.id } },
        ]);
        const { proposal } = second;
        expect(proposal).toMatchObject({ state: 'proposed', remediation: 'test-chart-version' });
        expect(proposal.plan?.checks.map(({ code }) => code)).toContain('restart-was-in-vain');

        // A person may insist: the card then begins with what came of it.
        const insisted = await asked(made, 'restart-operator', first.incident.id);
        expect(insisted.plan?.warnings?.map(({ code }) => code)).toEqual(['before-in-vain', 'found-again']);

        const test = await asked(made, 'test-chart-version', first.incident.id);
        // Both versions render the same objects here: nothing restarts, so the version is taken back.
        expect(summary(await made.carriedOut(test.id))).toBe('unhealthy: version-returned');
        expect(argo.errors).toEqual([]);
      } finally {
        await made.close();
        await argo.stop();
      }
    });
  });
});

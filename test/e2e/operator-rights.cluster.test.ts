import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { contentHash } from '../../src/evidence/content-hash.ts';
import type { Target } from '../../src/evidence/types.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import { KubeError } from '../../src/kubernetes/types.ts';
import { admissionPolicy } from '../../src/remediations/policy/admission-policy.ts';
import { onlyHeld, switchWrites } from '../../src/remediations/policy/declared.ts';
import { EXTRA_ROLE } from '../../src/remediations/rights/operator-roles.ts';
import { heldRules } from '../../src/remediations/rights/operator-rules.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { askedFor } from '../cluster/asked-for.ts';
import { type RightsRule, serviceAccount } from '../cluster/control-plane/accounts.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import type { ClusterRole } from '../cluster/kinds.ts';
import { core, NS, OPERATOR } from '../cluster/names.ts';
import { application } from '../cluster/scenarios/argo.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { CHART } from '../cluster/versions.ts';
import { sleep, until } from '../cluster/wait.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { ALERTMANAGER, NAMESPACED_ROLE, RIGHTS, withoutList } from './repairs/rights.ts';
import { type TestWorker, workerRights, workerWith } from './repairs/worker.ts';
import { reportLine } from './report-line.ts';

const REPAIR = 'repair-operator-rights';
const EXTRA = 'promfix-for-the-operator';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLE = `${RBAC}/clusterroles/${OPERATOR}`;
const scenarios = [...(await loadScenarios(null)), ...RIGHTS];

const byName = (resource: string, names: readonly string[]): RightsRule => ({
  apiGroups: ['rbac.authorization.k8s.io'],
  resources: [resource],
  verbs: ['get', 'patch'],
  resourceNames: names,
});
/** What the chart's switch grants. */
const SWITCHED: readonly RightsRule[] = [
  byName('clusterroles', [OPERATOR, EXTRA]),
  byName('clusterrolebindings', [OPERATOR]),
  ...heldRules(),
];

interface Case {
  readonly scenario: string;
  readonly title: string;
  /** What is done to the cluster before the repair, and what goes on until its end. */
  readonly meanwhile?: (cluster: Cluster, over: AbortSignal) => Promise<void>;
  readonly granted?: readonly RightsRule[];
  /** A refusal: its code, and the right that it says is missing. */
  readonly refused?: { readonly code: string; readonly values?: Readonly<Record<string, string>> };
  /** The change was made, and taken back. */
  readonly putBack?: boolean;
  /** The role that gets the rules. */
  readonly role?: string;
  /** Another resource than the Prometheus. */
  readonly target?: Pick<Target, 'kind' | 'name'>;
}

const gives = (scenario: string, title: string): Case => ({ scenario, title });
const CASES: readonly Case[] = [
  gives('F02', 'gives the right back that the operator checks at its start, and restarts it'),
  gives('F03', 'gives the right to write the status back, and restarts it'),
  gives('F04', 'binds the account that the operator runs as, and restarts it'),
  gives('F06', 'gives the right to list back'),
  gives('F07', 'gives the right to watch back'),
  gives('F09', 'gives the rights on namespaces back, and restarts it'),
  gives('F27', 'gives the right to patch the status back'),
  gives('F28', 'gives the right to list pods back'),
  gives('F44', 'gives the right to create StatefulSets back'),
  gives('F44b', 'gives the right to delete Secrets back'),
  gives('F44c', 'gives the right to get Services back'),
  gives('F06-scope', 'gives the rights back for the whole cluster, which a Role has in one namespace'),
  gives('F06-role', 'adds the rule to the Role of an operator that has one namespace'),
  {
    scenario: 'F02-alertmanager',
    title: 'gives the right on another kind back, and restarts the operator',
    target: { kind: 'Alertmanager', name: ALERTMANAGER },
  },
  {
    scenario: 'F02',
    title: 'says which right it would have to hold itself',
    granted: SWITCHED.filter((rule) => !rule.resources?.includes('statefulsets')),
    refused: { code: 'rights-not-held', values: { verb: '*', group: 'apps', resource: 'statefulsets' } },
  },
  {
    scenario: 'F02',
    title: 'says that it may not change the role',
    granted: heldRules(),
    refused: { code: 'worker-right-missing', values: { verb: 'patch', resource: 'clusterroles', name: OPERATOR } },
  },
  { scenario: 'F02', title: 'notices that somebody puts the role back', meanwhile: putBack, putBack: true },
  {
    scenario: 'F02',
    title: 'is refused where Argo CD would put the role back',
    meanwhile: healed,
    refused: { code: 'argocd-reverts-rights' },
  },
  {
    scenario: 'F02',
    title: 'puts the rules into the second ClusterRole where Argo CD heals the first',
    async meanwhile(cluster) {
      await healed(cluster);
      await extraRole(cluster);
    },
    role: EXTRA,
  },
  {
    scenario: 'F02-git',
    title: 'outlasts Argo CD (a stand-in), which heals the first ClusterRole all the while',
    meanwhile: healing,
    role: EXTRA,
  },
];

/** Looks after the role as Git has it, without the right, and is seen to do so. */
async function healing(cluster: Cluster, over: AbortSignal): Promise<void> {
  await application(cluster);
  await extraRole(cluster);
  const argo = new ArgoStandIn(cluster, { revisions: { [CHART.version]: chart(cluster, withoutList) } }).start();
  over.addEventListener('abort', () => void argo.stop());
  const { rules } = await cluster.api.get<ClusterRole>(ROLE);
  const list = { apiGroups: ['monitoring.coreos.com'], resources: ['prometheuses'], verbs: ['list'] };
  await cluster.api.merge(ROLE, { rules: [...rules, list] });
  await until('Argo CD has put the role back', async () => {
    const [app, role] = [await argo.read(), await cluster.api.get<ClusterRole>(ROLE)];
    return !app.operation && app.status?.sync?.status === 'Synced' && role.rules.length === rules.length;
  });
}

/** Puts the role back as it is now whenever it is changed, as Argo CD's self-heal does, without being known to anybody. */
async function putBack(cluster: Cluster, over: AbortSignal): Promise<void> {
  const { rules } = await cluster.api.get<ClusterRole>(ROLE);
  void (async () => {
    while (!over.aborted) {
      await sleep(1000);
      const now = await cluster.api.get<ClusterRole>(ROLE).catch(() => undefined);
      if (now && JSON.stringify(now.rules) !== JSON.stringify(rules)) {
        await sleep(5000);
        await cluster.api.merge(ROLE, { rules }).catch(() => undefined);
      }
    }
  })();
}

/** An Application that has the role among its resources, and self-heals. */
function healed(cluster: Cluster): Promise<void> {
  return application(cluster);
}

/** As the chart makes it. */
async function extraRole(cluster: Cluster): Promise<void> {
  const metadata = {
    name: EXTRA,
    labels: { 'app.kubernetes.io/name': 'promfix', 'app.kubernetes.io/component': EXTRA_ROLE },
  };
  const group = 'rbac.authorization.k8s.io';
  await cluster.apply({ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata });
  await cluster.apply({
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: EXTRA },
    subjects: [{ kind: 'ServiceAccount', name: OPERATOR, namespace: NS }],
  });
}

const redis = useTestRedis();

describe('the operator’s rights on a real control plane', () => {
  it.for(CASES.map((one) => ({ ...one, name: `${one.scenario} ${one.title}` })))(
    '$name',
    { timeout: SCENARIO_TIMEOUT },
    async (one, { skip }) => {
      skip(!askedFor(one.scenario, one.scenario === 'F44'), 'not asked for');
      const scenario = byId(scenarios, one.scenario);
      await withScenario(scenario, async ({ cluster }) => {
        const over = new AbortController();
        const rights = workerRights();
        const account = await serviceAccount(cluster, 'worker', {
          ...rights,
          cluster: [...rights.cluster, ...(one.granted ?? SWITCHED)],
          namespaced: { [NS]: [...(rights.namespaced[NS] ?? []), byName('roles', [OPERATOR])] },
        });
        const worker = await workerWith(account, redis.url, one.target);
        try {
          await policyHolds(cluster, worker);
          await one.meanwhile?.(cluster, over.signal);
          expect(await worker.rootCause()).toBe(scenario.cause);
          const before = await objects(cluster);

          // A scenario names a cause of the table.
          const proposal = await worker.prepared(REPAIR, scenario.cause as CauseSlug);
          expect(await objects(cluster)).toEqual(before);
          if (one.refused) {
            expect(proposal).toMatchObject({ state: 'voided', outcome: one.refused });
            return;
          }
          expect(proposal).toMatchObject({ state: 'proposed', risk: 'high' });
          const { plan } = proposal;
          if (!plan) throw new Error('a proposal without a plan');
          expect(plan.steps[0]?.object.name).toBe(one.role ?? OPERATOR);

          const began = performance.now();
          let available = 0;
          const { recovered = async () => cluster.available(1) } = scenario;
          const recovery = until('it has recovered', () => recovered(cluster), { seconds: 200 }).then(() => {
            available = (performance.now() - began) / 1000;
          });
          const done = await worker.carriedOut(proposal.id);
          if (one.putBack) {
            expect(done).toMatchObject({ state: 'unhealthy', outcome: { code: 'put-back' } });
            await recovery.catch(() => undefined);
            return;
          }
          expect(done).toMatchObject({ state: 'succeeded' });
          const seconds = (performance.now() - began) / 1000;
          expect(seconds).toBeGreaterThan(30);
          await recovery;

          await undone(cluster, worker, proposal, before);
          await reportLine(
            one.scenario,
            scenario.cause,
            plan.steps.map((step) => `${step.do} ${step.object.kind}`).join(' + '),
            `available after ${available.toFixed(1)} s`,
            `settled after ${seconds.toFixed(1)} s`,
            plan.undo.kind,
          );
        } finally {
          over.abort();
          await worker.close();
        }
      });
    },
  );
});

/** The chart's policy for the switch. With it, the rights that the worker holds write nothing. */
async function policyHolds(cluster: Cluster, { ports: { client } }: TestWorker): Promise<void> {
  const value = 'operatorRights';
  for (const object of admissionPolicy(
    'promfix-worker-operator-rights',
    'system:serviceaccount:promfix:worker',
    switchWrites(value),
    onlyHeld(value),
  ))
    await cluster.apply({ ...object });
  const refusal = async (path: string, kind: string) => {
    const body = { apiVersion: 'v1', kind, metadata: { name: 'held-only' }, spec: { ports: [{ port: 80 }] } };
    try {
      await client.json({ method: 'POST', path, body, query: { dryRun: 'All' } });
      return '';
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return error.message;
    }
  };
  await until('the policy holds', async () => /only to hand them on/.test(await refusal(core('services'), 'Service')));
  if (!(await refusal(core('secrets'), 'Secret')).includes('may only delete and patch secrets'))
    throw new Error('a Secret could be made');
}

/** The roles and bindings that a repair might touch, without what moves by itself. */
async function objects(cluster: Cluster): Promise<Readonly<Record<string, string>>> {
  const read = async (path: string) => contentHash(await cluster.api.get<Record<string, unknown>>(path));
  const extra = await read(`${RBAC}/clusterroles/${EXTRA}`).catch(() => 'none');
  const namespaced = await read(NAMESPACED_ROLE).catch(() => 'none');
  return { role: await read(ROLE), namespaced, binding: await read(`${RBAC}/clusterrolebindings/${OPERATOR}`), extra };
}

/** Takes the change back by a proposal of its own, or is told why not. */
async function undone(
  cluster: Cluster,
  worker: TestWorker,
  { id, plan }: Proposal,
  before: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await worker.undone(id);
  if (plan?.undo.kind === 'none') {
    expect(answer).toMatchObject({ refusal: { code: 'undo-none', values: { because: 'only-the-operators-account' } } });
    return;
  }
  expect(answer).toMatchObject({ state: 'succeeded', undoes: id, risk: 'high' });
  expect({ ...(await objects(cluster)), extra: '' }).toEqual({ ...before, extra: '' });
}

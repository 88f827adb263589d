import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import { resourcePath } from '../../src/kubernetes/paths.ts';
import { type KubeClient, KubeError } from '../../src/kubernetes/types.ts';
import { differences, isWithin } from '../../src/queue/executor/fields.ts';
import type { RepairId } from '../../src/remediations/ids.ts';
import { ACCOMPANYING } from '../../src/remediations/parts/accompanying.ts';
import { declaredWrites } from '../../src/remediations/policy/declared.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { askedFor } from '../cluster/asked-for.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import {
  ADMISSION,
  core,
  NS,
  OPERATOR,
  OPERATOR_PATH,
  PROMETHEUS_PATH,
  STATEFULSET,
  webhookConfiguration,
} from '../cluster/names.ts';
import { APP, APPLICATIONS, application } from '../cluster/scenarios/argo.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { CHART } from '../cluster/versions.ts';
import { until } from '../cluster/wait.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { ALL_ON, applyStrictly, RELEASE, rendered, workerKubeconfig } from './chart/chart.ts';
import { mergePatch } from './chart/merge-patch.ts';
import { type Json, mutations } from './policy/mutations.ts';
import { type TestWorker, workerWith } from './repairs/worker.ts';

/**
 * promfix's own chart, rendered by Helm and applied to a real API server; the worker is its ServiceAccount, with the chart's rights and no
 * others. `--only chart` plays all of it; by default only the chart with its switches off.
 */
const isWhole = askedFor('chart');
const scenarios = await loadScenarios(null);
const POLICY = 'ValidatingAdmissionPolicy';
const NOT_HELD = /is attempting to grant RBAC permissions not currently held/;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const CLUSTER_ROLE = `${RBAC}/clusterroles/${OPERATOR}`;
const BINDING = `${RBAC}/clusterrolebindings/${OPERATOR}`;

const redis = useTestRedis();

/** Installs the chart, and resolves when its policies hold. */
async function installed(
  cluster: Cluster,
  values: readonly string[],
  namespaces: readonly string[] = [],
): Promise<TestWorker> {
  const objects = await rendered(cluster, values);
  const applied = await applyStrictly(cluster, objects);
  expect(applied.filter((line) => / serverside-applied$/.test(line))).toHaveLength(objects.length);
  const policies = objects.filter(({ kind }) => kind === POLICY);
  for (const { metadata } of policies) await typeChecked(cluster, metadata.name);
  const worker = await workerWith(await workerKubeconfig(cluster), redis.url, {}, namespaces);
  await until('the policy holds', async () =>
    (await patched(worker.ports.client, OPERATOR_PATH, { metadata: { labels: { promfix: 'x' } } }))?.includes(POLICY),
  );
  return worker;
}

/** The API server has looked at every expression and has nothing to say. */
async function typeChecked(cluster: Cluster, name: string): Promise<void> {
  interface Policy {
    readonly metadata: { readonly generation: number };
    readonly status?: {
      readonly observedGeneration?: number;
      readonly typeChecking?: { readonly expressionWarnings?: unknown };
    };
  }
  const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${name}`;
  const { status } = await until(`${name} is checked`, async () => {
    const policy = await cluster.api.get<Policy>(path);
    return policy.status?.observedGeneration === policy.metadata.generation ? policy : undefined;
  });
  expect(status?.typeChecking?.expressionWarnings, name).toBeUndefined();
}

/** A merge patch as a dry run: undefined when it would be stored, or what the API server says. */
async function patched(client: KubeClient, path: string, body: Json): Promise<string | undefined> {
  try {
    const contentType = 'application/merge-patch+json';
    await client.json({ method: 'PATCH', path, body, contentType, query: { dryRun: 'All' } });
    return undefined;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return error.message;
  }
}

async function carriedOut(worker: TestWorker, remediation: RepairId, cause: CauseSlug): Promise<void> {
  expect(await worker.rootCause()).toBe(cause);
  const proposal = await worker.prepared(remediation, cause);
  expect(proposal.outcome).toBeUndefined();
  expect(await worker.carriedOut(proposal.id)).toMatchObject({ state: 'succeeded' });
}

describe('the chart with its switches off', { timeout: SCENARIO_TIMEOUT }, () => {
  it.runIf(askedFor('chart', true))(
    'is accepted as it is, lets the worker repair what is no one else’s, and nothing that hands out rights',
    () =>
      withScenario(byId(scenarios, 'F38'), async ({ cluster }) => {
        const worker = await installed(cluster, []);
        try {
          const { client } = worker.ports;
          expect(await patched(client, OPERATOR_PATH, { spec: { replicas: 0 } })).toBeUndefined();
          expect(await patched(client, OPERATOR_PATH, { spec: { paused: true } })).toContain(POLICY);
          for (const [path, body] of [
            [CLUSTER_ROLE, { rules: [] }],
            [BINDING, { subjects: [] }],
            [webhookConfiguration('validating'), { webhooks: [] }],
            [core('secrets', ADMISSION), { data: {} }],
            [`${APPLICATIONS}/${APP}`, { operation: {} }],
          ] as const)
            expect(await patched(client, path, body), path).toMatch(
              /is forbidden: User "system:serviceaccount:promfix:promfix-worker" cannot patch/,
            );

          await carriedOut(worker, 'unpause', 'paused');
          await cluster.available(60);
        } finally {
          await worker.close();
        }
      }),
  );
});

describe.runIf(isWhole)('the chart limited to a namespace', { timeout: SCENARIO_TIMEOUT }, () => {
  it('diagnoses and repairs there, and does not claim to know what else the operator manages', () =>
    withScenario(byId(scenarios, 'F38'), async ({ cluster }) => {
      const worker = await installed(cluster, [`read.namespaces={${NS}}`], [NS]);
      try {
        await carriedOut(worker, 'unpause', 'paused');
        await cluster.available(60);
        expect(await worker.rootCause()).toBeUndefined();
        const { resources, operators, rights } = await seen(worker);
        expect({ resources, operators, rights }).toEqual({ resources: 'unread', operators: 'read', rights: 'read' });
        const limited = ['read.resourcesEverywhere=true', `read.namespaces={${NS}}`];
        await applyStrictly(cluster, await rendered(cluster, limited));
        await until('the right holds', async () => (await seen(worker)).resources === 'read');
      } finally {
        await worker.close();
      }
    }));
});

/** How far the worker's account may look. */
async function seen({ ports, target }: TestWorker) {
  const { resources, operators } = await ports.cluster.collect(target);
  const rights = operators.state === 'read' ? operators.value[0]?.rights.state : undefined;
  return { resources: resources.state, operators: operators.state, rights };
}

describe.runIf(isWhole)('the chart with every switch on', { timeout: SCENARIO_TIMEOUT * 2 }, () => {
  it('lets the worker change the declared fields of the named objects only', () =>
    withScenario(byId(scenarios, 'N01'), async ({ cluster }) => {
      await application(cluster);
      const worker = await installed(cluster, ALL_ON);
      try {
        const { client } = worker.ports;
        for (const [resource, path] of [
          ['deployments', OPERATOR_PATH],
          ['prometheuses', PROMETHEUS_PATH],
          ['clusterroles', CLUSTER_ROLE],
          ['clusterrolebindings', BINDING],
          ['mutatingwebhookconfigurations', webhookConfiguration('mutating')],
          ['validatingwebhookconfigurations', webhookConfiguration('validating')],
          ['applications', `${APPLICATIONS}/${APP}`],
        ] as const)
          await onlyDeclared(cluster, client, resource, path);

        // What a Secret holds can't be changed in any odd way: it is base64.
        const secret = core('secrets', ADMISSION);
        expect(await patched(client, secret, { data: { cert: 'AA==' } })).toBeUndefined();
        for (const body of [{ data: { other: 'AA==' } }, { metadata: { labels: { a: 'b' } } }, { immutable: true }])
          expect(await patched(client, secret, body), JSON.stringify(body)).toContain(POLICY);

        // Nothing that is not named, and nothing of its own rights.
        const others = [
          resourcePath('clusterroles', { name: 'view' }),
          resourcePath('clusterroles', { name: `${RELEASE}-operator-rights-held` }),
          resourcePath('clusterroles', { name: `${RELEASE}-operator-rights` }),
          resourcePath('clusterrolebindings', { name: `${RELEASE}-read` }),
          core('secrets', STATEFULSET),
        ];
        for (const path of others)
          expect(await patched(client, path, { metadata: { labels: { a: 'b' } } })).toMatch(/forbidden/);
        expect(
          await patched(client, resourcePath('clusterroles', { name: `${RELEASE}-for-the-operator` }), {
            rules: [{ apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['list'] }],
          }),
        ).toBeUndefined();
      } finally {
        await worker.close();
      }
    }));

  it('lets it carry out a repair of each switch', () =>
    withScenario(byId(scenarios, 'F02'), async ({ cluster }) => {
      const worker = await installed(cluster, ALL_ON);
      const argo = new ArgoStandIn(cluster, { revisions: { [CHART.version]: chart(cluster) } });
      try {
        await carriedOut(worker, 'repair-operator-rights', 'rbac-gate-prometheuses');
        await cluster.available(60);

        await happens(cluster, 'F16');
        await carriedOut(worker, 'admission-certificate', 'admission-secret-bad-content');
        await cluster.available(60);

        await happens(cluster, 'F59');
        const before = (await argo.read()).status?.operationState?.startedAt;
        argo.start();
        // It did not apply the objects itself: it heals them first.
        await until('Argo CD has nothing left to do', async () => {
          const { operation, status } = await argo.read();
          const { phase, startedAt } = status?.operationState ?? {};
          return !operation && status?.sync?.status === 'Synced' && phase === 'Succeeded' && startedAt !== before;
        });
        await carriedOut(worker, 'sync-application', 'selfheal-skips-hooks');
        await cluster.available(60);
        expect(argo.errors).toEqual([]);
      } finally {
        await argo.stop();
        await worker.close();
      }
    }));
});

/** A further fault in the same cluster. */
async function happens(cluster: Cluster, id: string): Promise<void> {
  const scenario = byId(scenarios, id);
  await scenario.inject(cluster);
  await until(`${id} shows`, () => scenario.settled(cluster), { seconds: 180 });
}

/** Changes each field of an object in turn: what anybody with all rights may do, the worker may only where it is declared. */
async function onlyDeclared(cluster: Cluster, worker: KubeClient, resource: string, path: string): Promise<void> {
  const declared = [
    ...declaredWrites()
      .filter((one) => one.resource === resource && one.verb === 'patch')
      .flatMap(({ fields }) => fields),
    ...ACCOMPANYING,
  ];
  const object = await cluster.api.get<Json>(path);
  const person = loadKubeClient({ kubeconfig: cluster.kubeconfig });
  let refused = 0;
  const wrong: string[] = [];
  try {
    for (const mutation of mutations(object)) {
      const body = mergePatch(object, mutation.object);
      const stored = await stores(person, path, body);
      // What nobody may write says nothing.
      if (stored === undefined) continue;
      const isAllowed = differences(object, stored).every((field) => declared.some((one) => isWithin(field, one)));
      const answer = await patched(worker, path, body);
      if (answer === undefined && !isAllowed) wrong.push(`${mutation.path} (${mutation.what}) was accepted`);
      if (answer === undefined) continue;
      refused += 1;
      // A right that the worker lacks itself is refused by RBAC, before any policy.
      if (!answer.includes(POLICY) && !NOT_HELD.test(answer)) wrong.push(`${mutation.path}: ${answer}`);
    }
  } finally {
    await person.close();
  }
  expect(wrong, resource).toEqual([]);
  expect(refused, resource).toBeGreaterThan(4);
}

async function stores(client: KubeClient, path: string, body: Json): Promise<Json | undefined> {
  try {
    const contentType = 'application/merge-patch+json';
    return (await client.json({ method: 'PATCH', path, body, contentType, query: { dryRun: 'All' } })).body;
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '../../src/evidence/content-hash.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import { resourcePath } from '../../src/kubernetes/paths.ts';
import { type KubeClient, KubeError, type KubeRequest } from '../../src/kubernetes/types.ts';
import { differences, isWithin } from '../../src/queue/executor/fields.ts';
import { rehearseStep } from '../../src/queue/executor/rehearse.ts';
import { remediationById } from '../../src/remediations/index.ts';
import { ACCOMPANYING } from '../../src/remediations/parts/accompanying.ts';
import { admissionPolicy } from '../../src/remediations/policy/admission-policy.ts';
import { declaredWrites } from '../../src/remediations/policy/declared.ts';
import type { DeclaredWrite } from '../../src/remediations/types.ts';
import { serviceAccount } from '../cluster/control-plane/accounts.ts';
import { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, startHealthy } from '../cluster/harness.ts';
import {
  ADMISSION,
  core,
  NS,
  OPERATOR,
  OPERATOR_PATH,
  PROMETHEUS_PATH,
  STATEFULSET,
  STATEFULSET_PATH,
  webhookConfiguration,
} from '../cluster/names.ts';
import { APP, APPLICATIONS, application } from '../cluster/scenarios/argo.ts';
import { until } from '../cluster/wait.ts';
import { type Json, mutations } from './policy/mutations.ts';
import { SAMPLES } from './policy/samples.ts';

/** The declared writes, and samples of the shapes that they do not have. */
const WRITES: readonly DeclaredWrite[] = [...declaredWrites(), ...SAMPLES];
const USER = 'system:serviceaccount:promfix:worker';
const ALL = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];

interface Answer {
  readonly stored?: Json;
  readonly refused?: string;
}

const read = async (client: KubeClient, path: string): Promise<Json> =>
  (await client.json({ method: 'GET', path })).body;

/** A dry run: the object as it would be stored, or what the API server says. */
async function dryRun(client: KubeClient, request: Omit<KubeRequest, 'query'>): Promise<Answer> {
  try {
    return { stored: (await client.json({ ...request, query: { dryRun: 'All' } })).body };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { refused: error.message };
  }
}

const put = (client: KubeClient, path: string, body: Json) => dryRun(client, { method: 'PUT', path, body });
const merge = (client: KubeClient, path: string, body: Json) =>
  dryRun(client, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });

const APPLICATION = `${APPLICATIONS}/${APP}`;
const CLUSTER_ROLE = resourcePath('clusterroles', { name: OPERATOR });
const BINDING = resourcePath('clusterrolebindings', { name: OPERATOR });
/** By a rule that was judged, not by an expression that failed. */
const DENIED = "ValidatingAdmissionPolicy 'promfix-worker' with binding 'promfix-worker' denied request: the worker of";
const REFUSED = { refused: expect.stringContaining(DENIED) };
const ACCEPTED = { stored: expect.anything() };

describe('the admission policy on a real API server', { timeout: SCENARIO_TIMEOUT }, () => {
  const cluster = new Cluster();
  /** May do everything, as cluster-admin does; but is the worker. */
  let worker: KubeClient;
  let person: KubeClient;
  beforeAll(async () => {
    await startHealthy(cluster);
    await application(cluster);
    worker = loadKubeClient({ kubeconfig: await serviceAccount(cluster, 'worker', { cluster: ALL }) });
    person = loadKubeClient({ kubeconfig: await serviceAccount(cluster, 'person', { cluster: ALL }) });
    await hold(WRITES);
  }, SCENARIO_TIMEOUT);
  afterAll(async () => {
    await worker.close();
    await person.close();
    await cluster.stop();
  }, 30_000);

  /** Puts a policy in force. The API server learns of it by watching. */
  async function hold(writes: readonly DeclaredWrite[]): Promise<void> {
    const [policy, binding] = admissionPolicy('promfix-worker', USER, writes);
    await cluster.apply({ ...policy, metadata: { ...policy.metadata, labels: { promfix: 'test' } } });
    await cluster.apply({ ...binding });
    await until('the policy holds', async () => {
      const seen = await merge(worker, OPERATOR_PATH, { metadata: { labels: { promfix: 'x' } } });
      return seen.refused?.includes('ValidatingAdmissionPolicy') === true;
    });
  }

  it.for([
    ['deployments', OPERATOR_PATH],
    ['statefulsets', STATEFULSET_PATH],
    ['prometheuses', PROMETHEUS_PATH],
    ['clusterroles', CLUSTER_ROLE],
    ['clusterrolebindings', BINDING],
    ['mutatingwebhookconfigurations', webhookConfiguration('mutating')],
    ['validatingwebhookconfigurations', webhookConfiguration('validating')],
    ['applications', APPLICATION],
  ] as const)('lets the worker change of %s the declared fields only', async ([resource, path]) => {
    const declared = [
      ...WRITES.filter((one) => one.resource === resource && one.verb === 'patch').flatMap(({ fields }) => fields),
      ...ACCOMPANYING,
    ];
    const object = await read(person, path);
    let refused = 0;
    const wrong: string[] = [];
    for (const mutation of mutations(object)) {
      const { stored } = await put(person, path, mutation.object);
      // What nobody may write says nothing.
      if (stored === undefined) continue;
      const allowed = differences(object, stored).every((field) => declared.some((one) => isWithin(field, one)));
      const answer = await put(worker, path, mutation.object);
      if (answer.stored !== undefined && !allowed) wrong.push(`${mutation.path} (${mutation.what}) was accepted`);
      if (answer.refused === undefined) continue;
      refused += 1;
      // A list that was taken away altogether is null, of which no rule can be judged.
      if (!answer.refused.includes(DENIED) && !answer.refused.includes("got 'types.Null'"))
        wrong.push(`${mutation.path}: ${answer.refused}`);
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(8);
  });

  it('lets it make each change that a repair declares', async () => {
    const changes: readonly (readonly [path: string, patch: Json])[] = [
      [OPERATOR_PATH, { spec: { replicas: 0 } }],
      [
        OPERATOR_PATH,
        { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } },
      ],
      [STATEFULSET_PATH, { metadata: { labels: { 'managed-by': 'x' } } }],
      [PROMETHEUS_PATH, { spec: { paused: true, version: 'v3.0.0' } }],
      [PROMETHEUS_PATH, { metadata: { annotations: { 'promfix.io/nudge': 'now', 'promfix.io/job': 'inc-1.p1' } } }],
      [APPLICATION, { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'hard' } } }],
      [APPLICATION, { operation: { sync: { revision: '79.5.0' }, initiatedBy: { username: 'promfix' } } }],
    ];
    for (const [path, patch] of changes) expect(await merge(worker, path, patch), path).toEqual(ACCEPTED);
    const webhooks = (await read(person, webhookConfiguration('validating')))['webhooks'] as readonly Json[];
    const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64');
    const refilled = webhooks.map((one) => ({ ...one, clientConfig: { ...(one['clientConfig'] as Json), caBundle } }));
    // The API server refuses what is no certificate, after the policy let it pass; the policy speaks last and says nothing.
    const answer = await merge(worker, webhookConfiguration('validating'), { webhooks: refilled });
    expect(answer.refused ?? '').not.toContain('ValidatingAdmissionPolicy');
  });

  it('refuses an operation of Argo CD that brings its own manifests or source', async () => {
    expect(await merge(worker, APPLICATION, { operation: { sync: { manifests: ['x'] } } })).toEqual(REFUSED);
    expect(await merge(worker, APPLICATION, { operation: { sync: { sources: [{ repoURL: 'x' }] } } })).toEqual(REFUSED);
    expect(await merge(worker, APPLICATION, { operation: { sync: { source: { repoURL: 'x' } } } })).toEqual(REFUSED);
    expect(await merge(worker, APPLICATION, { spec: { project: 'other' } })).toEqual(REFUSED);
    expect(await merge(person, APPLICATION, { operation: { sync: { manifests: ['x'] } } })).toEqual(ACCEPTED);
  });

  it('lets it end an operation and take its state away, and write nothing else into the status', async () => {
    const state = (operationState: unknown) => merge(worker, APPLICATION, { status: { operationState } });

    expect(await state(null)).toEqual(ACCEPTED);
    expect(await state({ phase: 'Terminating' })).toEqual(ACCEPTED);
    expect(await state({ phase: 'Succeeded' })).toEqual(ACCEPTED); // as it was
    for (const forged of [
      { phase: 'Failed' },
      { message: 'x' },
      { startedAt: '2026-01-01T00:00:00Z' },
      { message: null },
    ])
      expect(await state(forged), JSON.stringify(forged)).toEqual(REFUSED);
    expect(await merge(worker, APPLICATION, { status: { health: { status: 'Healthy', message: 'x' } } })).toEqual(
      REFUSED,
    );
  });

  it('lets it switch server-side apply on and off, and no other option', async () => {
    const options = (...syncOptions: readonly string[]) =>
      merge(worker, APPLICATION, { spec: { syncPolicy: { syncOptions } } });

    expect(await options('CreateNamespace=true')).toEqual(ACCEPTED);
    expect(await options('CreateNamespace=true', 'ServerSideApply=true', 'ServerSideApply=false')).toEqual(ACCEPTED);
    expect(await options('CreateNamespace=true', 'ServerSideApply=true', 'Replace=true')).toEqual(REFUSED);
    expect(await options('ServerSideApply=true')).toEqual(REFUSED);
    expect(
      await merge(worker, APPLICATION, { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'x' } } }),
    ).toEqual(REFUSED);
  });

  it('refuses a rule beyond the table, one that is taken away, and wildcards', async () => {
    const rules = (await read(person, CLUSTER_ROLE))['rules'] as readonly Json[];
    const first = { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] };
    const withRule = (rule: Json) => merge(worker, CLUSTER_ROLE, { rules: [...rules, { ...first, ...rule }] });

    expect(await withRule({})).toEqual(ACCEPTED);
    for (const verb of ['*', 'escalate', 'bind', 'impersonate'])
      expect(await withRule({ verbs: [verb] }), verb).toEqual(REFUSED);
    for (const list of ['apiGroups', 'resources', 'verbs']) expect(await withRule({ [list]: ['*'] })).toEqual(REFUSED);
    expect(await withRule({ resources: ['secrets'] })).toEqual(REFUSED);
    expect(await merge(worker, CLUSTER_ROLE, { rules: rules.slice(1) })).toEqual(REFUSED);
    expect(
      await merge(worker, CLUSTER_ROLE, { rules: [...rules, { nonResourceURLs: ['/metrics'], verbs: ['get'] }] }),
    ).toEqual(REFUSED);
  });

  it('refuses a subject that is a person, or promfix itself', async () => {
    const bound = (subject: Json) => merge(worker, BINDING, { subjects: [subject] });

    expect(await bound({ kind: 'ServiceAccount', namespace: NS, name: 'other' })).toEqual(ACCEPTED);
    expect(await bound({ kind: 'ServiceAccount', namespace: 'promfix', name: 'worker' })).toEqual(REFUSED);
    expect(await bound({ kind: 'ServiceAccount', namespace: 'promfix', name: 'bot' })).toEqual(REFUSED);
    for (const kind of ['User', 'Group'])
      expect(await bound({ kind, apiGroup: 'rbac.authorization.k8s.io', name: 'x' }), kind).toEqual(REFUSED);
    expect(await merge(worker, BINDING, { roleRef: { name: 'cluster-admin' } })).not.toEqual(ACCEPTED);
  });

  it('refuses what no repair does: making, deleting and scaling; and a delete of what the operator does not own', async () => {
    const deleted = (client: KubeClient, path: string) =>
      dryRun(client, { method: 'DELETE', path, body: { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] } });

    expect(await deleted(worker, OPERATOR_PATH)).toEqual(REFUSED);
    expect(await deleted(person, OPERATOR_PATH)).toEqual(ACCEPTED);
    expect(await deleted(worker, STATEFULSET_PATH)).toEqual(ACCEPTED);
    expect(await deleted(worker, core('configmaps', `${STATEFULSET}-rulefiles-0`))).toEqual(ACCEPTED);
    expect(await deleted(worker, core('configmaps', 'kube-root-ca.crt'))).toEqual(REFUSED);
    expect(await deleted(worker, core('secrets', ADMISSION))).toEqual(REFUSED);
    expect(await merge(worker, `${OPERATOR_PATH}/scale`, { spec: { replicas: 5 } })).toEqual(REFUSED);
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } };
    expect(await dryRun(worker, { method: 'POST', path: core('configmaps'), body: configMap })).toEqual(REFUSED);
    expect(await dryRun(person, { method: 'POST', path: core('configmaps'), body: configMap })).toEqual(ACCEPTED);
  });

  it('makes a repair fail closed, and say why, when a field of it is not in the policy', async () => {
    const scale = remediationById('scale-operator-up');
    if (!scale) throw new Error('no such repair');
    const object = await read(worker, OPERATOR_PATH);
    const rehearsed = () =>
      rehearseStep(
        {
          do: 'scale',
          object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NS, name: OPERATOR, uid: uidOf(object) },
          contentHash: contentHash(object),
          from: 1,
          to: 2,
        },
        { client: worker, writes: scale.writes, mark: { job: 'inc-1.p1', run: 'test' }, time: '' },
      );
    expect(await rehearsed()).toBeUndefined();

    await hold(WRITES.filter(({ fields }) => !fields.includes('/spec/replicas')));

    await until('the narrower policy holds', async () => (await rehearsed()) !== undefined);
    expect(await rehearsed()).toMatchObject({
      code: 'write-refused',
      values: { message: expect.stringMatching(/may change under \/spec only: template; deployments of apps/) },
    });
  });
});

const uidOf = (object: Json): string => String((object['metadata'] as Json)['uid']);

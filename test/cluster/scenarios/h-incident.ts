import type { Cluster } from '../control-plane/cluster.ts';
import { applyCrds } from '../control-plane/crds.ts';
import type { KubeObject } from '../kinds.ts';
import { NS } from '../names.ts';
import { CHART } from '../versions.ts';
import { until } from '../wait.ts';
import {
  APP,
  type ApplicationOptions,
  ago,
  application,
  documents,
  is,
  MANAGER,
  manifest,
  operationSays,
  PRE_SYNC,
  tracked,
  WAITING_FOR_PROMETHEUS,
} from './argo.ts';
import { restartOperator, webhooksTakeEffect } from './change.ts';
import { noCaBundle, runPatchHook } from './hooks.ts';
import { controllerAbsent, isTrue, logHas, nothingMade, operatorPods, owned, prometheus } from './look.ts';
import type { Scenario } from './types.ts';

/** The incident: a first install by Argo CD in which the prometheuses CRD came after the operator had started. */

const GATE = 'msg="resource \\"prometheuses\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"';

const apply = (cluster: Cluster, yaml: string) =>
  cluster.k('apply', '--server-side', '--force-conflicts', `--field-manager=${MANAGER}`, '-f', '-', { input: yaml });
const crdName = (document: string) => /^ {2}name: (\w+)\.monitoring\.coreos\.com$/m.exec(document)?.[1] ?? '';
const join = (parts: readonly string[]) => parts.join('---\n');

/** Seconds since the namespace was made: the sync is a little older than what it made. */
async function sinceInstall(cluster: Cluster): Promise<number> {
  const { metadata } = await cluster.api.get<KubeObject>(`/api/v1/namespaces/${NS}`);
  return (Date.now() - Date.parse(metadata.creationTimestamp)) / 1000 + 2;
}

/** The Application while its sync waits for the health of a Prometheus that has no status: Progressing forever. */
export const waitForEver = (cluster: Cluster, more: ApplicationOptions = {}): Promise<void> =>
  application(cluster, {
    sync: 'OutOfSync',
    health: 'Progressing',
    operation: { phase: 'Running', message: WAITING_FOR_PROMETHEUS, ago: 1500 },
    outOfSync: is('Prometheus'),
    waits: is('Prometheus'),
    hooks: [PRE_SYNC],
    ...more,
  });

/**
 * Installs the operator without the CRDs in `late`, starts it, then applies CRDs (YAML documents) and all that needs those. Only the
 * operator's own start is waited for.
 */
async function installWithLateCrds(cluster: Cluster, late: readonly string[], crds: readonly string[]): Promise<void> {
  const stack = documents(tracked(manifest(cluster, 'stack.yaml')));
  const pick = (pattern: RegExp) => stack.filter((document) => pattern.test(document));
  const needsLate = new RegExp(
    `^kind: (PrometheusRule|${late.includes('alertmanagers') ? 'Alertmanager|' : ''}Prometheus)$`,
    'm',
  );
  await cluster.install({ crds: false, stack: false, webhooks: false });
  await apply(cluster, join(stack.filter((document) => !needsLate.test(document))));
  await until('the operator has started', () => logHas(cluster, 'starting secure server'));
  await applyCrds(cluster.api, crds, MANAGER);
  await cluster.established();
  await apply(cluster, join(pick(/^kind: (Prometheus|Alertmanager)$/m)));
  await apply(cluster, tracked(manifest(cluster, 'webhooks.yaml')));
  await webhooksTakeEffect();
  await apply(cluster, join(pick(/^kind: PrometheusRule$/m))); // the API server calls the webhook and does not trust its certificate
}

async function crdCameLate(cluster: Cluster): Promise<void> {
  const crds = documents(manifest(cluster, 'crds.yaml'));
  const late = crds.filter((document) => crdName(document) === 'prometheuses');
  await cluster.applyFile('argocd.yaml');
  const others = crds.filter((document) => !late.includes(document));
  await applyCrds(cluster.api, others, MANAGER);
  await cluster.established();
  await installWithLateCrds(cluster, ['prometheuses'], late);
  await waitForEver(cluster, {
    operation: { phase: 'Running', message: WAITING_FOR_PROMETHEUS, ago: await sinceInstall(cluster) },
  });
}

/** Names of the CRDs that a client-side apply refused because of their length. */
function tooLong(complaint: string): string[] {
  return [
    ...complaint.matchAll(/"(\w+)\.monitoring\.coreos\.com" is invalid: metadata\.annotations: Too long/g),
  ].flatMap(([, plural]) => plural ?? []);
}

/**
 * The first sync was a client-side apply, which the long CRDs are too long for. The operator of that sync started without them; then
 * server-side apply was switched on and brought them. What is left of the first sync are the creation times, the annotation
 * last-applied-configuration on the CRDs that were short enough, and an event: Argo CD's history has whole, successful syncs only.
 */
async function clientSideApplyFailedFirst(cluster: Cluster): Promise<void> {
  await cluster.applyFile('argocd.yaml');
  const complaint = await cluster.k('apply', `--field-manager=${MANAGER}`, '-f', `${cluster.manifests}/crds.yaml`).then(
    () => '',
    (error: unknown) => String(error),
  );
  const late = tooLong(complaint);
  if (late.length !== 6)
    throw new Error(`client-side apply refused ${late.length} CRDs as too long, not 6: ${complaint}`);
  const failure = complaint.split('\n').find((line) => line.includes('Too long')) ?? '';
  await cluster.established();
  const failedAt = ago(0);
  await installWithLateCrds(cluster, late, documents(manifest(cluster, 'crds.yaml')));
  await waitForEver(cluster, {
    operation: { phase: 'Running', message: WAITING_FOR_PROMETHEUS, ago: await sinceInstall(cluster) },
  });
  await operationEvent(
    cluster,
    failedAt,
    `Sync operation to ${CHART.version} failed: one or more objects failed to apply, reason: ${failure} (retried 5 times).`,
  );
}

/** What Argo CD leaves of an operation that is over: an event on the Application. */
async function operationEvent(cluster: Cluster, at: string, message: string): Promise<void> {
  await cluster.api.post('/api/v1/namespaces/argocd/events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${APP}.`, namespace: 'argocd' },
    involvedObject: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd', name: APP },
    type: 'Warning',
    reason: 'OperationCompleted',
    message,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    source: { component: 'argocd-application-controller' },
  });
}

/** All of the incident at once. */
const incident = async (cluster: Cluster): Promise<boolean> =>
  (await nothingMade(cluster)) &&
  (await owned(cluster)).length === 0 &&
  (await logHas(cluster, GATE)) &&
  (await logHas(cluster, 'remote error: tls: bad certificate')) &&
  (await noCaBundle(cluster)) &&
  ((await operatorPods(cluster))[0]?.status?.containerStatuses?.[0]?.ready ?? false) &&
  (await operationSays(cluster, WAITING_FOR_PROMETHEUS)) &&
  controllerAbsent(cluster);

const repair = {
  async fix(cluster: Cluster) {
    await restartOperator(cluster);
    await cluster.available();
    await runPatchHook(cluster); // the sync goes on by itself and gets to its PostSync hook
    await application(cluster);
  },
  recovered: async (cluster: Cluster) => isTrue(await prometheus(cluster), 'Available') && !(await noCaBundle(cluster)),
};

export default [
  {
    id: 'F58',
    cause: 'crd-race-at-start',
    title:
      'the incident: a first install whose prometheuses CRD came late; OutOfSync and Progressing, no caBundle, TLS errors in the log',
    from: 'empty',
    inject: crdCameLate,
    settled: incident,
    ...repair,
  },
  {
    id: 'F58b',
    cause: 'crd-race-at-start',
    title:
      'the incident, and why the CRDs came late: client-side apply had failed on the six long ones before server-side apply was switched on',
    from: 'empty',
    inject: clientSideApplyFailedFirst,
    settled: async (cluster) =>
      (await incident(cluster)) &&
      logHas(cluster, '\\"alertmanagers\\" (group: \\"monitoring.coreos.com/v1\\") not installed'),
    ...repair,
  },
] satisfies readonly Scenario[];

import type { Cluster } from '../control-plane/cluster.ts';
import { ADMISSION, NS, OPERATOR, PROMETHEUS } from '../names.ts';
import { CHART } from '../versions.ts';
import { until } from '../wait.ts';
import { application, findApplication, is, operationSays, PRE_SYNC, type Row, SERVER_SIDE } from './argo.ts';
import {
  applyStack,
  chartPrometheus,
  removePrometheus,
  restartOperator,
  scaleOperator,
  webhooksTakeEffect,
  whileDown,
} from './change.ts';
import { waitForEver } from './h-incident.ts';
import { deleteCrds, fullSync, hasCrd, readWebhooks, ruleRefusal, runPatchHook, startCreateHook } from './hooks.ts';
import { hasEvent, isTrue, logHas, nothingMade, prometheus, statefulSet } from './look.ts';
import type { Scenario } from './types.ts';

const NO_CRDS = ['stack.yaml', 'webhooks.yaml'] as const;
const NOT_INSTALLED = 'not installed in the cluster';
const secretGone = (cluster: Cluster) => hasEvent(cluster, 'FailedMount', `secret "${ADMISSION}" not found`);
const deleteSecret = (cluster: Cluster) => cluster.k('-n', NS, 'delete', 'secret', ADMISSION);
const runs = async (cluster: Cluster) => isTrue(await prometheus(cluster), 'Available');
const syncError = (message: string) => [
  { type: 'SyncError', message: `Failed last sync attempt to [${CHART.version}]: ${message}` },
];

async function crdsFromAnotherApplication(cluster: Cluster): Promise<void> {
  await scaleOperator(cluster, 0);
  await deleteCrds(cluster);
  await scaleOperator(cluster, 1);
  await until('the operator misses the CRDs', () => logHas(cluster, NOT_INSTALLED));
  await cluster.crds();
  await applyStack(cluster);
  await application(cluster, {
    name: 'prometheus-operator-crds',
    files: ['crds.yaml'],
    source: { chart: 'prometheus-operator-crds', targetRevision: '24.0.1' },
    operation: { ago: 60 },
  });
  await waitForEver(cluster, {
    helm: { skipCrds: true },
    files: NO_CRDS,
    syncOptions: [...SERVER_SIDE, 'SkipDryRunOnMissingResource=true'],
  });
}

/** Errors of CRDs that a client-side apply refused, by the name that an Application gives the object. */
function refused(complaint: string): Record<string, string> {
  const errors = [...complaint.matchAll(/CustomResourceDefinition[.\w]* "([\w.]+)" is invalid: (.*)/g)];
  return Object.fromEntries(
    errors.map(([, name, why]) => [
      `CustomResourceDefinition/${name}`,
      `CustomResourceDefinition.apiextensions.k8s.io "${name}" is invalid: ${why}`,
    ]),
  );
}

async function clientSideApply(cluster: Cluster): Promise<void> {
  await scaleOperator(cluster, 0);
  await deleteCrds(cluster);
  const complaint = await cluster.k('apply', '-f', `${cluster.manifests}/crds.yaml`).then(
    () => '',
    (error: unknown) => String(error),
  );
  await scaleOperator(cluster, 1);
  await applyStack(cluster).catch(() => {}); // the kinds that came are applied, the others are not there
  const errors = refused(complaint);
  const message = `one or more objects failed to apply, reason: ${Object.values(errors)[0]} (retried 5 times).`;
  await application(cluster, {
    syncOptions: ['CreateNamespace=true'],
    sync: 'OutOfSync',
    health: 'Missing',
    operation: { phase: 'Failed', message, retryCount: 5, ago: 300 },
    errors,
    outOfSync: (row) =>
      `CustomResourceDefinition/${row.name}` in errors || is('Prometheus')(row) || is('Alertmanager')(row),
    hooks: [PRE_SYNC],
    conditions: syncError(message),
  });
}

async function hookWithoutImage(cluster: Cluster): Promise<void> {
  await whileDown(cluster, async () => {
    await deleteSecret(cluster);
    await startCreateHook(cluster, 'registry.invalid/ingress-nginx/kube-webhook-certgen:v1.6.4');
  });
  await application(cluster, {
    sync: 'OutOfSync',
    health: 'Progressing',
    operation: {
      phase: 'Running',
      message: `waiting for completion of hook batch/Job/${ADMISSION}-create`,
      ago: 1500,
      partial: () => false,
    },
    outOfSync: is('Deployment', OPERATOR),
    hooks: [{ ...PRE_SYNC, hookPhase: 'Running', message: `job.batch/${PRE_SYNC.name} created` }],
  });
}

async function selfHealWithoutHooks(cluster: Cluster): Promise<void> {
  await whileDown(cluster, deleteSecret);
  const operation = {
    phase: 'Succeeded',
    message: 'successfully synced (no more tasks)',
    ago: 120,
    partial: is('Prometheus'),
  } as const;
  await application(cluster, { health: 'Progressing', operation, waits: is('Deployment', OPERATOR) });
}

async function failClosedWithoutCa(cluster: Cluster): Promise<void> {
  for (const kind of ['mutating', 'validating'] as const) {
    const configuration = await readWebhooks(cluster, kind);
    for (const webhook of configuration.webhooks) {
      webhook.failurePolicy = 'Fail';
      delete webhook.clientConfig.caBundle;
    }
    await cluster.api.put(
      `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/${ADMISSION}`,
      configuration,
    );
  }
  await webhooksTakeEffect();
  const error = await ruleRefusal(cluster);
  const message = `one or more objects failed to apply, reason: ${error}`;
  const errors = { 'PrometheusRule/prometheus-kube-prometheus-general.rules': error };
  await application(cluster, {
    sync: 'OutOfSync',
    operation: { phase: 'Failed', message, ago: 300 },
    outOfSync: is('PrometheusRule'),
    hooks: [PRE_SYNC],
    errors,
    conditions: syncError(message),
  });
}

const OLD = 'kps-old-kube-prometheus-st';
async function orphanedWebhooks(cluster: Cluster): Promise<void> {
  for (const kind of ['mutating', 'validating'] as const) {
    const { apiVersion, kind: kindName, webhooks } = await readWebhooks(cluster, kind);
    for (const webhook of webhooks) {
      webhook.failurePolicy = 'Fail';
      webhook.clientConfig.service = {
        ...webhook.clientConfig.service,
        name: `${OLD}-operator`,
        namespace: 'prometheus-old',
      };
    }
    await cluster.apply({
      apiVersion,
      kind: kindName,
      metadata: { name: `${OLD}-admission`, labels: { release: 'kps-old' } },
      webhooks,
    });
  }
  await webhooksTakeEffect();
}

const MONITORING_KINDS = (row: Row): boolean => row.group === 'monitoring.coreos.com';
async function crdsPruned(cluster: Cluster): Promise<void> {
  await removePrometheus(cluster); // first, or the garbage collector may no longer know what owned the StatefulSet
  await deleteCrds(cluster);
  const message = `one or more synchronization tasks are not valid: The Kubernetes API could not find monitoring.coreos.com/Prometheus for requested resource ${NS}/${PROMETHEUS}. Make sure the "Prometheus" CRD is installed on the destination cluster.`;
  await application(cluster, {
    helm: { skipCrds: true },
    files: NO_CRDS,
    sync: 'OutOfSync',
    health: 'Missing',
    operation: { phase: 'Failed', message, ago: 120 },
    outOfSync: MONITORING_KINDS,
  });
}

async function agentInstead(cluster: Cluster): Promise<void> {
  const { metadata, spec } = await chartPrometheus(cluster);
  await removePrometheus(cluster);
  const { name, namespace, labels } = metadata;
  const kept = Object.fromEntries(
    ['image', 'version', 'serviceAccountName', 'serviceMonitorSelector'].map((key) => [key, spec[key]]),
  );
  await cluster.apply({
    apiVersion: 'monitoring.coreos.com/v1alpha1',
    kind: 'PrometheusAgent',
    metadata: { name, namespace, labels },
    spec: { ...kept, replicas: 1 },
  });
  await application(cluster, { helm: { valuesObject: { prometheus: { agentMode: true } } } });
}

const noPrometheus = async (cluster: Cluster): Promise<boolean> =>
  !(await prometheus(cluster)) && !(await statefulSet(cluster));

/** What the Application, its hooks and the webhooks add to the picture. */
export default [
  {
    id: 'F55',
    cause: 'skipcrds-then-crds',
    title: 'the Application skips the CRDs; another one brought them after the operator had started',
    inject: crdsFromAnotherApplication,
    settled: async (cluster: Cluster) =>
      (await nothingMade(cluster)) &&
      (await logHas(
        cluster,
        '"resource \\"prometheuses\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"',
      )) &&
      (await logHas(cluster, '"resource \\"alertmanagers\\"')) &&
      (await findApplication(cluster))?.spec.source.helm['skipCrds'] === true,
    fix: restartOperator,
  },
  {
    id: 'F56',
    cause: 'csa-crd-too-long',
    title: 'client-side apply: six of the ten CRDs are too long for its annotation',
    inject: clientSideApply,
    settled: async (cluster) =>
      !(await hasCrd(cluster, 'prometheuses')) &&
      (await hasCrd(cluster, 'servicemonitors')) &&
      (await operationSays(cluster, 'metadata.annotations: Too long: may not be more than 262144 bytes')) &&
      logHas(cluster, NOT_INSTALLED),
    async fix(cluster) {
      await cluster.crds();
      await applyStack(cluster);
      await restartOperator(cluster);
      await application(cluster); // with server-side apply the sync goes through
    },
  },
  {
    id: 'F57',
    cause: 'presync-hook-stuck',
    title: "the PreSync Job's image can't be pulled, so the admission Secret is never made",
    inject: hookWithoutImage,
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await secretGone(cluster)) &&
      (await hasEvent(cluster, 'Failed', 'kube-webhook-certgen:v1.6.4')) &&
      operationSays(cluster, 'waiting for completion of hook'),
    fix: fullSync,
  },
  {
    id: 'F59',
    cause: 'selfheal-skips-hooks',
    title: 'the admission Secret is lost, and self-heal, which skips hooks, does not bring it back',
    inject: selfHealWithoutHooks,
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await secretGone(cluster)) &&
      ((await findApplication(cluster))?.status.operationState?.operation.sync.autoHealAttemptsCount ?? 0) > 0,
    fix: fullSync,
  },
  {
    id: 'F60',
    cause: 'admission-fail-closed',
    title:
      'the rule webhooks fail closed and have no caBundle: no PrometheusRule can be written, so the sync fails before the hook that would fill it in',
    inject: failClosedWithoutCa,
    settled: async (cluster) =>
      (await ruleRefusal(cluster)).includes('failed calling webhook "prometheusrulemutate.monitoring.coreos.com"') &&
      (await operationSays(cluster, 'x509: certificate signed by unknown authority')) &&
      runs(cluster),
    async fix(cluster) {
      await runPatchHook(cluster);
      await webhooksTakeEffect();
    },
    recovered: async (cluster) => !(await ruleRefusal(cluster)),
  },
  {
    id: 'F60b',
    cause: 'admission-fail-closed',
    title: 'webhooks of an uninstalled release point at a Service that is gone, and fail closed',
    inject: orphanedWebhooks,
    settled: async (cluster) =>
      (await ruleRefusal(cluster)).includes(`service "${OLD}-operator" not found`) && runs(cluster),
    fix: (cluster) =>
      cluster.k('delete', 'mutatingwebhookconfiguration,validatingwebhookconfiguration', `${OLD}-admission`),
    recovered: async (cluster) => !(await ruleRefusal(cluster)),
  },
  {
    id: 'F63',
    cause: 'crds-pruned',
    title: 'the CRDs were pruned: every monitoring object is gone, and the StatefulSets with them',
    inject: crdsPruned,
    settled: async (cluster) =>
      !(await hasCrd(cluster, 'prometheuses')) &&
      !(await statefulSet(cluster)) &&
      // That of its own kind: the operator notices one kind after the other.
      logHas(cluster, 'the server could not find the requested resource (get prometheuses.'),
    async fix(cluster) {
      await cluster.crds();
      await applyStack(cluster); // no restart: an operator that once had its controllers lists again
    },
  },
  {
    id: 'F64',
    cause: 'wrong-kind-or-none',
    title: 'agentMode: there is a PrometheusAgent and no Prometheus',
    inject: agentInstead,
    settled: async (cluster) =>
      (await noPrometheus(cluster)) &&
      (await cluster.api.maybe(`/apis/apps/v1/namespaces/${NS}/statefulsets/prom-agent-${PROMETHEUS}`)) !== undefined,
    fix: applyStack,
  },
  {
    id: 'F64b',
    cause: 'wrong-kind-or-none',
    title: 'prometheus.enabled=false: there is no Prometheus at all',
    async inject(cluster) {
      await removePrometheus(cluster);
      await application(cluster, { helm: { valuesObject: { prometheus: { enabled: false } } } });
    },
    settled: noPrometheus,
    fix: applyStack,
  },
] satisfies readonly Scenario[];

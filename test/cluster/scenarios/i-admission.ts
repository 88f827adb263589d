import { createServer, type Server } from 'node:net';
import type { Cluster } from '../control-plane/cluster.ts';
import { sleep } from '../wait.ts';
import { applyStackAndNudge, chartPrometheus, removePrometheus, whileDown, withoutRight } from './change.ts';
import { condition, logHas, messageOf, metrics, prometheus, statefulSet } from './look.ts';
import type { Scenario } from './types.ts';

let deaf: Server | undefined;

/** A server that accepts connections and never says a word, behind a webhook that may be ignored, but only after its 30 s. */
async function deafWebhook(cluster: Cluster): Promise<void> {
  if (!deaf) {
    const server = createServer(() => {});
    deaf = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(9443, '10.42.0.1', resolve));
    server.unref();
  }
  const webhook = {
    name: 'scan.deaf.example.com',
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 30,
    rules: [
      {
        apiGroups: ['', 'apps'],
        apiVersions: ['v1'],
        resources: ['configmaps', 'secrets', 'statefulsets'],
        operations: ['CREATE', 'UPDATE'],
      },
    ],
    clientConfig: { url: 'https://10.42.0.1:9443/scan' },
  };
  await cluster.apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'deaf' },
    webhooks: [webhook],
  });
  await sleep(1500);
}

const UNFINISHED =
  /^prometheus_operator_workqueue_unfinished_work_seconds\{controller="prometheus",name="prometheus"\} (.*)/;

/** Whether the operator's worker has been at one piece of work for more than ten seconds. */
const busy = async (cluster: Cluster): Promise<boolean> =>
  (await metrics(cluster)).some((line) => Number(UNFINISHED.exec(line)?.[1] ?? 0) > 10);

/** What the API server's own admission does to the operator's writes. */
export default [
  {
    id: 'F65',
    cause: 'owner-refs-enforcement',
    title: 'OwnerReferencesPermissionEnforcement is on, and the operator may not touch prometheuses/finalizers',
    start: { apiServerArgs: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'] },
    inject: (cluster: Cluster) => whileDown(cluster, withoutRight('monitoring.coreos.com', 'prometheuses/finalizers')),
    settled: async (cluster) =>
      messageOf(await prometheus(cluster), 'Reconciled').includes(
        "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on",
      ) && !(await statefulSet(cluster)),
    fix: applyStackAndNudge,
  },
  {
    id: 'F66',
    cause: 'worker-blocked',
    title:
      'a webhook on what the operator writes accepts the connection and never answers: every write of the first sync takes 30 s',
    inject: (cluster) =>
      whileDown(cluster, async () => {
        cluster.savedCr = await chartPrometheus(cluster);
        await removePrometheus(cluster);
        await deafWebhook(cluster);
      }),
    settled: async (cluster) =>
      condition(await prometheus(cluster), 'Reconciled')?.reason === 'NotFound' &&
      !(await statefulSet(cluster)) &&
      (await logHas(cluster, 'msg="sync prometheus"')) &&
      busy(cluster),
    fix: (cluster) => cluster.k('delete', 'validatingwebhookconfiguration', 'deaf'),
  },
] satisfies readonly Scenario[];

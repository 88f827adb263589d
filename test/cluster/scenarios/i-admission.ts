import { createServer, type Server } from 'node:net';
import { servingCertificate } from '../../../src/certificates/serving.ts';
import { base64 } from '../control-plane/certificates.ts';
import type { Cluster } from '../control-plane/cluster.ts';
import { ADMISSION, core, NS, OPERATOR, webhookConfiguration } from '../names.ts';
import { sleep } from '../wait.ts';
import {
  applyStackAndNudge,
  chartPrometheus,
  removePrometheus,
  webhooksTakeEffect,
  whileDown,
  withoutRight,
} from './change.ts';
import { readWebhooks, ruleRefusal } from './hooks.ts';
import { condition, isTrue, logHas, messageOf, metrics, prometheus, statefulSet } from './look.ts';
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

/** The Secret, its CA and the caBundle as they were made 31 days ago, for 30 days. */
async function expiredCertificate(cluster: Cluster): Promise<void> {
  const monthAgo = new Date(Date.now() - 31 * 86_400_000);
  const made = await servingCertificate({ sans: [OPERATOR, `${OPERATOR}.${NS}.svc`], days: 30, now: monthAgo });
  const data = { ca: base64(made.ca), cert: base64(made.cert), key: base64(made.key) };
  await cluster.api.merge(core('secrets', ADMISSION), { data });
  await cluster.patchCaBundle(data.ca);
  for (const kind of ['mutating', 'validating'] as const) {
    const configuration = await readWebhooks(cluster, kind);
    for (const webhook of configuration.webhooks) webhook.failurePolicy = 'Fail';
    await cluster.api.put(webhookConfiguration(kind), configuration);
  }
  await webhooksTakeEffect();
}

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
  {
    id: 'F60c',
    cause: 'admission-fail-closed',
    title: 'the certificate of webhooks that fail closed has expired, and so has its CA',
    inject: expiredCertificate,
    settled: async (cluster) =>
      (await ruleRefusal(cluster)).includes('certificate has expired') &&
      isTrue(await prometheus(cluster), 'Available'),
    async fix(cluster) {
      await cluster.k('-n', NS, 'delete', 'secret', ADMISSION);
      await cluster.install({ crds: false, stack: false });
      await webhooksTakeEffect();
    },
    recovered: async (cluster) => !(await ruleRefusal(cluster)),
  },
] satisfies readonly Scenario[];

import type { Cluster } from '../control-plane/cluster.ts';
import type { WebhookConfiguration } from '../kinds.ts';
import { ADMISSION, crdPath, NS, OPERATOR, OPERATOR_KINDS, webhookConfiguration } from '../names.ts';
import { application } from './argo.ts';

/** The chart's hook Jobs and webhooks, as Argo CD scenarios use them. */

const CERTGEN = 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.4';

function hookJob(verb: 'create' | 'patch', image: string, args: readonly string[]) {
  const name = `${ADMISSION}-${verb}`;
  const annotations = { 'argocd.argoproj.io/hook': verb === 'create' ? 'PreSync' : 'PostSync' };
  const labels = { app: `kube-prometheus-stack-admission-${verb}`, release: 'prometheus' };
  const spec = {
    template: {
      metadata: { name },
      spec: { restartPolicy: 'OnFailure', containers: [{ name: verb, image, args: [verb, ...args] }] },
    },
  };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: NS, labels, annotations }, spec };
}

const secretFlags = [`--namespace=${NS}`, `--secret-name=${ADMISSION}`];
const createJob = (image: string) =>
  hookJob('create', image, [`--host=${OPERATOR},${OPERATOR}.${NS}.svc`, ...secretFlags]);
const patchJob = () =>
  hookJob('patch', CERTGEN, [
    `--webhook-name=${ADMISSION}`,
    ...secretFlags,
    '--patch-mutating=true',
    '--patch-validating=true',
  ]);
export const startCreateHook = (cluster: Cluster, image = CERTGEN): Promise<string> => cluster.apply(createJob(image));

/** The two Jobs, with the phase of a sync in which Argo CD runs each. */
export const chartHooks = () =>
  [
    { phase: 'PreSync', object: createJob(CERTGEN) },
    { phase: 'PostSync', object: patchJob() },
  ] as const;

async function complete(cluster: Cluster, verb: 'create' | 'patch'): Promise<void> {
  await cluster.k('-n', NS, 'wait', '--for=condition=complete', `job/${ADMISSION}-${verb}`, '--timeout=120s');
}

/** The PostSync Job, to its end: the caBundle is filled in. */
export async function runPatchHook(cluster: Cluster): Promise<void> {
  await cluster.apply(patchJob());
  await complete(cluster, 'patch');
}

/** A whole sync: hooks run, and the Application ends Synced and Healthy. */
export async function fullSync(cluster: Cluster): Promise<void> {
  await cluster.k('-n', NS, 'delete', 'job', `${ADMISSION}-create`, `${ADMISSION}-patch`, '--ignore-not-found');
  await startCreateHook(cluster);
  await complete(cluster, 'create');
  await cluster.available();
  await runPatchHook(cluster);
  await application(cluster);
}

export const readWebhooks = (cluster: Cluster, kind: 'mutating' | 'validating'): Promise<WebhookConfiguration> =>
  cluster.api.get<WebhookConfiguration>(webhookConfiguration(kind));

export async function noCaBundle(cluster: Cluster): Promise<boolean> {
  const both = await Promise.all([readWebhooks(cluster, 'mutating'), readWebhooks(cluster, 'validating')]);
  return both.every(({ webhooks }) => webhooks.every(({ clientConfig }) => !clientConfig.caBundle));
}

export const deleteCrds = (cluster: Cluster): Promise<string> =>
  cluster.k('delete', 'crd', '--wait=true', ...OPERATOR_KINDS.map((plural) => `${plural}.monitoring.coreos.com`));
export const hasCrd = async (cluster: Cluster, plural: string): Promise<boolean> =>
  (await cluster.api.maybe(crdPath(plural))) !== undefined;

/** What the API server says to a PrometheusRule; empty when it takes it. */
export async function ruleRefusal(cluster: Cluster): Promise<string> {
  const spec = { groups: [{ name: 'probe', rules: [{ record: 'up:sum', expr: 'sum(up)' }] }] };
  const rule = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'probe' }, spec };
  try {
    await cluster.k('-n', NS, 'create', '--dry-run=server', '-f', '-', { input: JSON.stringify(rule) });
    return '';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return (message.split(/from server \(InternalError\): |error when creating "STDIN": /).at(-1) ?? message).trim();
  }
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { accountKubeconfig } from '../../cluster/control-plane/accounts.ts';
import type { Cluster } from '../../cluster/control-plane/cluster.ts';
import { ADMISSION, OPERATOR } from '../../cluster/names.ts';
import { PROJECT } from '../../cluster/paths.ts';
import { APP } from '../../cluster/scenarios/argo.ts';
import { KUBERNETES } from '../../cluster/versions.ts';

const run = promisify(execFile);

/** Release and namespace of promfix. */
export const RELEASE = 'promfix';
const WORKER = `${RELEASE}-worker`;
const NEEDED = ['existingSecret=promfix', 'config.cluster=test', 'config.slack.incidentChannel=C012AB3CD'];

/** Every switch of the chart, each with the objects of the suite's cluster. */
export const ALL_ON: readonly string[] = [
  'readMetrics.enabled=true',
  `readMetrics.service=https:${OPERATOR}:https`,
  'admissionSecret.enabled=true',
  `admissionSecret.name=${ADMISSION}`,
  'worker.repairs.operatorRights.enabled=true',
  `worker.repairs.operatorRights.clusterRoles={${OPERATOR}}`,
  `worker.repairs.operatorRights.clusterRoleBindings={${OPERATOR}}`,
  `worker.repairs.operatorRights.roles={${OPERATOR}}`,
  `worker.repairs.operatorRights.operatorServiceAccount=${OPERATOR}`,
  'worker.repairs.admissionCertificate.enabled=true',
  `worker.repairs.admissionCertificate.secrets={${ADMISSION}}`,
  `worker.repairs.admissionCertificate.mutatingWebhookConfigurations={${ADMISSION}}`,
  `worker.repairs.admissionCertificate.validatingWebhookConfigurations={${ADMISSION}}`,
  'worker.repairs.applications.enabled=true',
  `worker.repairs.applications.names={${APP}}`,
];

interface ChartObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
const NAMESPACED = ['ServiceAccount', 'Deployment', 'StatefulSet', 'Service', 'ConfigMap', 'NetworkPolicy'];

/** The chart as Helm renders it for the suite's Kubernetes, each object with the namespace that Helm would put it into. */
export async function rendered(cluster: Cluster, values: readonly string[]): Promise<readonly ChartObject[]> {
  const sets = [...NEEDED, ...values].flatMap((value) => ['--set', value]);
  const chart = join(PROJECT, 'helm', 'promfix');
  const where = ['--namespace', RELEASE, '--kube-version', KUBERNETES];
  const { stdout } = await run(cluster.bin('helm'), ['template', RELEASE, chart, ...where, ...sets], {
    maxBuffer: 1 << 26,
  });
  return parseAllDocuments(stdout).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`the chart is no YAML: ${document.errors.join('; ')}`);
    const object: unknown = document.toJS();
    return isChartObject(object) ? [placed(object)] : [];
  });
}

function isChartObject(value: unknown): value is ChartObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}

function placed(object: ChartObject): ChartObject {
  if (!NAMESPACED.includes(object.kind)) return object;
  return { ...object, metadata: { namespace: RELEASE, ...object.metadata } };
}

/** Applies the objects; the API server refuses what it does not know of any of them. Resolves with one line for each. */
export async function applyStrictly(cluster: Cluster, objects: readonly ChartObject[]): Promise<readonly string[]> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: RELEASE } });
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  const flags = ['--server-side', '--force-conflicts', '--validate=strict'];
  return (await cluster.k('apply', ...flags, '-f', '-', { input })).trim().split('\n');
}

/** A kubeconfig with a token of the worker's own ServiceAccount, whose rights are the chart's alone. */
export const workerKubeconfig = (cluster: Cluster): Promise<string> => accountKubeconfig(cluster, WORKER, RELEASE);

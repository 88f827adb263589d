import { contentHash } from '../content-hash.ts';
import { boolean, defined, isObject, type Json, number, object, objects, string } from '../json.ts';
import { projectConditions, projectMeta } from '../meta.ts';
import { getObject, project, type Reading } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import type { Read, ResourceView, Target } from '../types.ts';

/** Fields of the spec that a runbook judges; values as stored, scrubbed. Anything else stays in the cluster. */
const SPEC_FIELDS = [
  'replicas',
  'shards',
  'version',
  'image',
  'baseImage',
  'tag',
  'sha',
  'paused',
  'mode',
  'storage',
  'serviceAccountName',
  'serviceName',
  'nodeSelector',
  'tolerations',
  'resources',
  'hostNetwork',
  'listenLocal',
  'portName',
  'priorityClassName',
  'imagePullPolicy',
  'imagePullSecrets',
  'podManagementPolicy',
  'persistentVolumeClaimRetentionPolicy',
  'automountServiceAccountToken',
  'secrets',
  'configMaps',
  'additionalScrapeConfigs',
  'additionalAlertManagerConfigs',
  'additionalAlertRelabelConfigs',
  'scrapeInterval',
  'scrapeTimeout',
  'evaluationInterval',
  'ignoreNamespaceSelectors',
  'retention',
  'retentionSize',
  'serviceMonitorSelector',
  'serviceMonitorNamespaceSelector',
  'podMonitorSelector',
  'podMonitorNamespaceSelector',
  'probeSelector',
  'probeNamespaceSelector',
  'scrapeConfigSelector',
  'scrapeConfigNamespaceSelector',
  'ruleSelector',
  'ruleNamespaceSelector',
  'securityContext',
  'configSecret',
  'alertmanagerConfigSelector',
  'alertmanagerConfigNamespaceSelector',
  'alertmanagerConfiguration',
  'queryEndpoints',
  'queryConfig',
  'objectStorageConfig',
  'alertmanagersConfig',
  'alertmanagersUrl',
  'minReadySeconds',
  'enableOTLPReceiver',
  'hostUsers',
  'dnsPolicy',
  'logLevel',
  'podMetadata',
  'affinity',
  'web',
] as const;

/** Parts of which only some fields are judged. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name', 'image'],
  initContainers: ['name', 'image'],
  volumes: ['name', 'secret', 'configMap', 'persistentVolumeClaim'],
  scrapeClasses: ['name', 'default'],
  remoteWrite: ['name', 'basicAuth', 'oauth2', 'tlsConfig', 'sigv4', 'azureAd', 'authorization', 'bearerTokenFile'],
  remoteRead: ['name', 'basicAuth', 'oauth2', 'tlsConfig', 'authorization'],
  // Values of extra arguments can be anything: their names are enough to see a clash.
  additionalArgs: ['name'],
};

/** Keys of a projected value that could hold a secret in clear text instead of a reference. */
const INLINE = new Set([
  'password',
  'bearerToken',
  'credentials',
  'clientSecret',
  'accessKey',
  'secretKey',
  'token',
  'headers',
  'params',
  'endpointParams',
]);

export async function readResource(reading: Reading, target: Target): Promise<Read<ResourceView>> {
  const read = await getObject(reading, TARGETS[target.kind].plural, {
    namespace: target.namespace,
    name: target.name,
  });
  return project(read, (body) => projectResource(body, target, reading));
}

function projectResource(body: Json, target: Target, reading: Reading): ResourceView {
  const status = body['status'];
  return defined<ResourceView>({
    apiVersion: string(body, 'apiVersion') ?? '',
    kind: target.kind,
    meta: projectMeta(body, reading.redactor, { allLabels: true }),
    spec: projectSpec(object(body, 'spec'), reading),
    status: isObject(status) ? projectStatus(status, reading) : undefined,
    contentHash: contentHash(body),
  });
}

function projectStatus(status: Json, reading: Reading): NonNullable<ResourceView['status']> {
  return defined<NonNullable<ResourceView['status']>>({
    conditions: projectConditions(status['conditions'], reading.redactor),
    replicas: number(status, 'replicas'),
    availableReplicas: number(status, 'availableReplicas'),
    updatedReplicas: number(status, 'updatedReplicas'),
    paused: boolean(status, 'paused'),
    selector: string(status, 'selector'),
  });
}

function projectSpec(spec: Json, reading: Reading): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const field of SPEC_FIELDS) {
    if (spec[field] !== undefined && spec[field] !== null)
      kept[field] = reading.redactor.deep(withoutInline(spec[field]));
  }
  for (const [field, keys] of Object.entries(PARTS)) {
    if (!Array.isArray(spec[field])) continue;
    kept[field] = objects(spec[field], 50).map((entry) =>
      Object.fromEntries(
        keys
          .filter((key) => entry[key] !== undefined)
          .map((key) => [key, reading.redactor.deep(withoutInline(entry[key]))]),
      ),
    );
  }
  const thanos = object(spec, 'thanos');
  if (Object.keys(thanos).length > 0) {
    kept['thanos'] = defined<Record<string, unknown>>({
      version: string(thanos, 'version'),
      image: string(thanos, 'image'),
      objectStorageConfig: withoutInline(thanos['objectStorageConfig']),
    });
  }
  return kept;
}

/** Drops values that could hold a secret itself; references (`{ name, key }`) stay. */
function withoutInline(value: unknown, depth = 0): unknown {
  if (depth > 20) return undefined;
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => withoutInline(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !INLINE.has(key) || (isObject(item) && typeof item['key'] === 'string'))
      .map(([key, item]) => [key, withoutInline(item, depth + 1)]),
  );
}

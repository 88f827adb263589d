import semver from 'semver';
import type { Cluster } from '../control-plane/cluster.ts';
import { core, NS, PROMETHEUS } from '../names.ts';
import {
  applyStack,
  type Change,
  claim,
  patchPrometheus,
  recreatePrometheus,
  scaleOperator,
  storageClass,
  volume,
  whileDown,
  withSpec,
} from './change.ts';
import { condition, controllerReady, isTrue, logHas, owned, prometheus, statusEmpty } from './look.ts';
import { syncFailed } from './sync-failed.ts';
import type { Scenario } from './types.ts';

const JOBS = '- job_name: extra\n  static_configs: [{targets: ["db:9187"]}]\n';
const extraConfigs = { additionalScrapeConfigs: { name: 'extra-scrape', key: 'scrape.yaml' } };

const from = (fields: Record<string, unknown>, change?: Change) => (cluster: Cluster) =>
  whileDown(cluster, change, withSpec(fields));
const set = (fields: Record<string, unknown>) => (cluster: Cluster) => patchPrometheus(cluster, fields);
const extraSecret = (stringData: Record<string, string>) => (cluster: Cluster) =>
  cluster.api.post(core('secrets'), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'extra-scrape' },
    stringData,
  });
const correctExtraSecret = (cluster: Cluster) =>
  cluster.api.merge(core('secrets', 'extra-scrape'), { stringData: { 'scrape.yaml': JOBS } });

const selector = (name: string, key: string) => ({ name, key });
const twoWaysToLogIn = {
  url: 'https://mimir.example/api/v1/push',
  basicAuth: { username: selector('rw', 'u'), password: selector('rw', 'p') },
  oauth2: {
    clientId: { secret: selector('rw', 'id') },
    clientSecret: selector('rw', 's'),
    tokenUrl: 'https://sso.example/token',
  },
};

async function heldByFinalizer(cluster: Cluster): Promise<void> {
  await scaleOperator(cluster, 0);
  await recreatePrometheus(cluster, ({ metadata }) => {
    metadata.finalizers = ['example.com/hold'];
  });
  await cluster.k('-n', NS, 'delete', 'prometheus', PROMETHEUS, '--wait=false');
  await scaleOperator(cluster, 1);
}

async function isPaused(cluster: Cluster): Promise<boolean> {
  const object = await prometheus(cluster);
  const shown =
    object?.status?.paused === true &&
    isTrue(object, 'Reconciled') &&
    condition(object, 'Available')?.reason === 'StatefulSetNotFound';
  return shown && (await owned(cluster)).length === 0 && logHas(cluster, 'the resource is paused');
}

/** Operators from 0.90 on log it before they look at anything. */
const stopsBeforeSync = async (cluster: Cluster): Promise<boolean> =>
  semver.gte(cluster.operator, '0.90.0') || !(await logHas(cluster, 'msg="sync prometheus"'));

/** The Prometheus itself is what no sync can be made of: Reconciled=False, and its message is the cause. */
export default [
  {
    id: 'F30',
    cause: 'version-not-semver',
    title: 'the image tag "latest" became the version',
    inject: from({ image: 'quay.io/prometheus/prometheus:latest', version: 'latest' }),
    // 0.85 fails at the rules, later releases when they select monitors.
    settled: syncFailed('version: Invalid character(s) found in major number "0latest"', 0),
    fix: set({ version: 'v3.7.3' }),
  },
  {
    id: 'F30b',
    cause: 'version-not-semver',
    title: 'the image tag with its digest became the version',
    inject: from({ version: 'v3.7.3@sha256:0f1e2d' }),
    settled: syncFailed('version: Invalid character(s) found in patch number "3@sha256:0f1e2d"', 0),
    fix: set({ version: 'v3.7.3' }),
  },
  {
    id: 'F31',
    cause: 'version-unsupported',
    title: 'Prometheus 1.8.2',
    inject: from({ version: 'v1.8.2' }),
    settled: syncFailed('unsupported Prometheus version "v1.8.2"', 0, 1),
    fix: set({ version: 'v3.7.3' }),
  },
  {
    id: 'F32',
    cause: 'storageclass-missing',
    title: 'storageClassName gp2 on a cluster that has local-path only',
    inject: from(claim('gp2'), (cluster) => storageClass(cluster, 'local-path')),
    settled: async (cluster) =>
      (await syncFailed('storage class "gp2" does not exist', 0)(cluster)) && (await stopsBeforeSync(cluster)),
    async fix(cluster) {
      await volume(cluster, 'local-path');
      await patchPrometheus(cluster, claim('local-path'));
    },
  },
  {
    id: 'F33',
    cause: 'secret-ref-missing',
    title: 'additionalScrapeConfigs names a Secret that is not there',
    inject: from(extraConfigs),
    settled: syncFailed(
      'creating config failed: loading additional scrape configs from Secret failed: secrets "extra-scrape" not found',
      1,
    ),
    fix: extraSecret({ 'scrape.yaml': JOBS }),
  },
  {
    id: 'F33b',
    cause: 'secret-ref-missing',
    title: 'additionalScrapeConfigs names a key that its Secret does not have',
    inject: from(extraConfigs, extraSecret({ 'scrape.yml': JOBS })),
    settled: syncFailed('key scrape.yaml could not be found in secret extra-scrape', 1),
    fix: correctExtraSecret,
  },
  {
    id: 'F34',
    cause: 'additional-config-invalid',
    title: 'the additional scrape configs are not YAML',
    inject: from(extraConfigs, extraSecret({ 'scrape.yaml': '- job_name: extra\n\tstatic_configs: []\n' })),
    settled: syncFailed(
      'creating config failed: generating config failed: generate additional scrape configs: unmarshalling additional scrape configs failed: yaml: ',
      1,
    ),
    fix: correctExtraSecret,
  },
  {
    id: 'F35',
    cause: 'spec-semantic',
    title: 'scrapeTimeout is longer than scrapeInterval',
    inject: from({ scrapeInterval: '30s', scrapeTimeout: '60s' }),
    settled: syncFailed(
      'creating config failed: generating config failed: scrapeTimeout "60s" greater than scrapeInterval "30s"',
      1,
    ),
    fix: set({ scrapeTimeout: '10s' }),
  },
  {
    id: 'F35b',
    cause: 'spec-semantic',
    title: 'remoteWrite has basicAuth and oauth2 at once',
    inject: from({ remoteWrite: [twoWaysToLogIn] }),
    settled: syncFailed('at most one of them must be defined', 1),
    fix: set({ remoteWrite: null }),
  },
  {
    id: 'F36',
    cause: 'build-conflict',
    title: 'additionalArgs repeats a flag that the operator sets',
    inject: from({ additionalArgs: [{ name: 'storage.tsdb.path', value: '/data' }] }),
    settled: syncFailed(
      "making statefulset failed: make StatefulSet spec: can't set arguments which are already managed by the operator: storage.tsdb.path",
      6,
    ),
    fix: set({ additionalArgs: null }),
  },
  {
    id: 'F37',
    cause: 'cr-terminating',
    title: 'the Prometheus is being deleted, and a foreign finalizer holds it',
    inject: heldByFinalizer,
    settled: async (cluster) =>
      (await prometheus(cluster))?.metadata.deletionTimestamp !== undefined &&
      (await statusEmpty(cluster)) &&
      (await owned(cluster)).length === 0 &&
      (await controllerReady(cluster)) &&
      (await stopsBeforeSync(cluster)),
    async fix(cluster) {
      await patchPrometheus(cluster, {}, { finalizers: null });
      await applyStack(cluster);
    },
  },
  {
    id: 'F38',
    cause: 'paused',
    title: 'spec.paused before the first StatefulSet',
    inject: from({ paused: true }),
    settled: isPaused,
    fix: set({ paused: false }),
  },
] satisfies readonly Scenario[];

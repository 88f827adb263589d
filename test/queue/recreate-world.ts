import { contentHash, versionHash } from '../../src/evidence/content-hash.ts';
import { at, object, string } from '../../src/evidence/json.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { absent, diagnosis, evidence, meta, NS, OWNERS, read } from '../remediations/world.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type Asked, allowingHigh, type JobWorld, jobWorld } from './job-world.ts';

const RULES = 'prometheus-main-rulefiles-0';
export const CONFIG_MAP = `/api/v1/namespaces/${NS}/configmaps/${RULES}`;
export const COLLECTION = `/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses`;
export const PROMETHEUS = `${COLLECTION}/main`;
export const STATEFUL_SET = `/apis/apps/v1/namespaces/${NS}/statefulsets/prometheus-main`;
export const MESSAGE = `failed to create ConfigMap '${RULES}': configmaps "${RULES}" already exists`;
const ASKED: Asked = { remediation: 'recreate-resource', cause: 'rules-configmap-taken', risk: 'high' };

/** The Prometheus as an API server has it, with what it adds. */
export const PROMETHEUS_OBJECT = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: {
    name: 'main',
    namespace: NS,
    uid: 'uid-main',
    generation: 3,
    creationTimestamp: '2026-11-25T02:00:00Z',
    labels: { release: 'prometheus' },
    annotations: { note: 'ours' },
    managedFields: [{ manager: 'helm' }],
  },
  spec: { replicas: 1, remoteWrite: [{ url: 'https://metrics.example/push' }] },
  status: { availableReplicas: 0 },
};

export interface RecreateWorld {
  readonly api: ApiServer;
  readonly world: JobWorld;
  readonly ports: JobPorts;
  /** What else the evidence says. */
  around: Partial<Evidence>;
  prepared(): Promise<string>;
  /** An approved proposal, queued. */
  queued(): Promise<string>;
  /** How often the Prometheus was deleted and created. */
  writes(): { readonly deletes: number; readonly creates: number };
  close(): Promise<void>;
}

/** A Prometheus whose rules' ConfigMap is in its own way, and no StatefulSet. The garbage collector works at once. */
export async function recreateWorld(redisUrl: string): Promise<RecreateWorld> {
  const api = await startApiServer({
    [CONFIG_MAP]: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: RULES, namespace: NS, uid: `uid-${RULES}`, ownerReferences: OWNERS },
    },
    [PROMETHEUS]: PROMETHEUS_OBJECT,
  });
  const world = await jobWorld(redisUrl, api);
  const collectGarbage = () => {
    if (string(api.objects.get(PROMETHEUS), 'metadata', 'uid') !== 'uid-main') api.objects.delete(CONFIG_MAP);
  };
  const seen = (): Evidence => {
    collectGarbage();
    const configMap = api.objects.get(CONFIG_MAP);
    const prometheus = api.objects.get(PROMETHEUS);
    const object = configMap ? read(meta(RULES, { owners: OWNERS })) : absent;
    return evidence({
      owned: read([
        { step: 1, kind: 'ConfigMap', name: RULES, object, ...(configMap && { hash: versionHash(configMap) }) },
      ]),
      resource: prometheus
        ? read({
            apiVersion: 'monitoring.coreos.com/v1',
            kind: 'Prometheus',
            meta: meta('main', { uid: string(prometheus, 'metadata', 'uid') ?? '' }),
            spec: {},
            contentHash: contentHash(prometheus),
          })
        : absent,
      ...self.around,
    });
  };
  const ports: JobPorts = {
    ...world.ports,
    file: allowingHigh(world.ports.file),
    cluster: { ...world.ports.cluster, collect: async () => seen() },
    // The fault lasts as long as the object is in the way; without the resource there is another.
    diagnose: () => {
      if (!api.objects.has(PROMETHEUS)) return diagnosis('wrong-kind-or-none');
      const found = diagnosis(api.objects.has(CONFIG_MAP) ? 'rules-configmap-taken' : null);
      return { ...found, rootCause: found.rootCause && { ...found.rootCause, values: { message: MESSAGE } } };
    },
  };

  const self: RecreateWorld = {
    api,
    world,
    ports,
    around: {},
    async prepared() {
      const id = await world.propose(ASKED);
      await prepare(ports, id);
      return id;
    },
    queued: () => world.queued(ASKED, ports),
    writes: () => ({
      deletes: api.stored.filter(({ path }) => path === PROMETHEUS).length,
      creates: api.stored.filter(({ path }) => path === COLLECTION).length,
    }),
    async close() {
      await world.close();
      await api.close();
    },
  };
  return self;
}

/** What a person asked for: everything but what an API server and promfix put there. */
export function asked(body: Readonly<Record<string, unknown>> | undefined) {
  const annotations = Object.fromEntries(
    Object.entries(object(body, 'metadata', 'annotations')).filter(([name]) => !name.startsWith('promfix.io/')),
  );
  return { spec: body?.['spec'], labels: at(body, 'metadata', 'labels'), annotations };
}

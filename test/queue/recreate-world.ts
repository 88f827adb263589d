import { contentHash, versionHash } from '../../src/evidence/content-hash.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import { at, record, text } from '../../src/queue/executor/json.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { prepare } from '../../src/queue/prepare.ts';
import { absent, CLUSTER, diagnosis, evidence, meta, NS, read, TARGET } from '../remediations/world.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type JobWorld, jobWorld } from './job-world.ts';

const RULES = 'prometheus-main-rulefiles-0';
export const CONFIG_MAP = `/api/v1/namespaces/${NS}/configmaps/${RULES}`;
export const COLLECTION = `/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses`;
export const PROMETHEUS = `${COLLECTION}/main`;
export const STATEFUL_SET = `/apis/apps/v1/namespaces/${NS}/statefulsets/prometheus-main`;
const OWNERS = [{ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: 'main', uid: 'uid-main' }];
const MESSAGE = `failed to create ConfigMap '${RULES}': configmaps "${RULES}" already exists`;
const ASKER = { kind: 'user', team: 'T01', user: 'U0ASKER' } as const;
const BY = { team: 'T01', user: 'U0ANN' } as const;

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
    if (text(at(api.objects.get(PROMETHEUS), 'metadata', 'uid')) !== 'uid-main') api.objects.delete(CONFIG_MAP);
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
            meta: meta('main', { uid: text(at(prometheus, 'metadata', 'uid')) ?? '' }),
            spec: {},
            contentHash: contentHash(prometheus),
          })
        : absent,
      ...self.around,
    });
  };
  const high = { users: ['U0ANN'], groups: [], approvals: 1, self: 'never' as const, expires: 900 };
  const ports: JobPorts = {
    ...world.ports,
    file: { ...world.ports.file, approvals: { ...world.ports.file.approvals, high } },
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
      const { store } = ports;
      const now = await store.now();
      await store.commit(
        openIncident({ id: 'inc-1', target: TARGET, record: undefined, by: ASKER, at: now, channel: 'C01' }),
      );
      const incident = await store.get('incident', 'inc-1');
      if (!incident) throw new Error('the incident was not opened');
      const started = startProposal({
        incident,
        target: await store.get('target', targetKey(TARGET)),
        older: undefined,
        remediation: 'recreate-resource',
        cause: 'rules-configmap-taken',
        risk: 'high',
        by: ASKER,
        at: now,
      });
      if (!started.ok) throw new Error(started.refusal.code);
      await store.commit(started.transaction);
      await prepare(ports, started.next.id);
      return started.next.id;
    },
    async queued() {
      const id = await self.prepared();
      const now = await ports.store.now();
      const { planHash = '', expiresAt = '', state, outcome } = await world.proposal(id);
      if (state !== 'proposed') throw new Error(`not proposed: ${JSON.stringify(outcome)}`);
      const mac = approvalMac(ports.approvalKey, { proposal: id, by: BY, planHash, cluster: CLUSTER, expiresAt });
      await world.apply(id, { on: 'approve', at: now, planHash, approval: { by: BY, at: now, mac } });
      await world.apply(id, { on: 'enqueued', at: now });
      return id;
    },
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
export function asked(object: Readonly<Record<string, unknown>> | undefined) {
  const annotations = Object.fromEntries(
    Object.entries(record(at(object, 'metadata', 'annotations'))).filter(([name]) => !name.startsWith('promfix.io/')),
  );
  return { spec: object?.['spec'], labels: at(object, 'metadata', 'labels'), annotations };
}

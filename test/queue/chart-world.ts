import { chartFrameHash } from '../../src/evidence/content-hash.ts';
import { object, string } from '../../src/evidence/json.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { argoWorld, chartApplication } from '../remediations/argo-world.ts';
import { diagnosis, meta } from '../remediations/world.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { allowingHigh, type JobWorld, jobWorld, RESTART } from './job-world.ts';

export const APPLICATION = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/monitoring';
const CAUSE = 'crd-race-at-start';

const rawApplication = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'monitoring', namespace: 'argocd', uid: 'uid-monitoring' },
  spec: {
    project: 'default',
    source: { repoURL: 'https://charts.example', chart: 'kube-prometheus-stack', targetRevision: '79.5.0' },
    syncPolicy: { automated: { selfHeal: true } },
  },
  status: {
    operationState: { phase: 'Succeeded', syncResult: { revision: '79.5.0' } },
    health: { status: 'Degraded' },
  },
};

export interface ChartWorld {
  readonly api: ApiServer;
  readonly world: JobWorld;
  readonly ports: JobPorts;
  /** What comes of a version once Argo CD has it. */
  outcome: 'healthy' | 'further' | 'the same';
  /** Whether Argo CD does anything. */
  syncs: boolean;
  /** Argo CD waits for health forever: the operation does not end by itself. */
  hangs: boolean;
  queued(version?: string): Promise<string>;
  /** The versions that were written, in order. */
  versions(): readonly string[];
  pause(paused: boolean): Promise<void>;
  close(): Promise<void>;
}

/** An incident in which a restart was in vain, and an Argo CD that syncs whatever is asked for as soon as somebody waits. */
export async function chartWorld(redisUrl: string): Promise<ChartWorld> {
  const api = await startApiServer({ [APPLICATION]: rawApplication });
  const world = await jobWorld(redisUrl, api);
  const raw = () => api.objects.get(APPLICATION) ?? {};
  const wanted = () => string(raw(), 'spec', 'source', 'targetRevision') ?? '';
  const synced = () => string(raw(), 'status', 'operationState', 'syncResult', 'revision') ?? '';
  const phase = () => string(raw(), 'status', 'operationState', 'phase') ?? '';

  const sync = (): void => {
    if (!self.syncs || phase() === 'Running') return;
    if (phase() === 'Terminating') {
      api.touch(APPLICATION, (one) => merge(one, { status: { operationState: { phase: 'Failed' } } }));
      return;
    }
    if (wanted() === synced()) return;
    const state = self.hangs
      ? { phase: 'Running', message: 'waiting for healthy state of monitoring.coreos.com/Prometheus/main' }
      : { phase: 'Succeeded', message: '' };
    const health = { status: self.outcome === 'healthy' ? 'Healthy' : 'Degraded' };
    const operationState = { ...state, syncResult: { revision: wanted() } };
    api.touch(APPLICATION, (one) => merge(one, { status: { operationState, health } }));
  };
  const seen = (): Evidence => ({
    ...argoWorld(
      chartApplication(
        {
          meta: meta('monitoring', { namespace: 'argocd' }),
          sources: [
            {
              chart: 'kube-prometheus-stack',
              targetRevision: wanted(),
              frameHash: chartFrameHash(raw()),
              values: {},
            },
          ],
          operation: {
            phase: phase(),
            message: string(raw(), 'status', 'operationState', 'message') ?? '',
            revision: synced(),
            partial: false,
            syncOptions: [],
            results: [],
          },
        },
        wanted(),
      ),
    ),
  });
  const ports: JobPorts = {
    ...world.ports,
    file: allowingHigh(world.ports.file),
    cluster: { ...world.ports.cluster, collect: async () => seen() },
    diagnose: () => {
      if (['', '79.5.0'].includes(synced()) || self.outcome === 'the same') return diagnosis(CAUSE);
      if (self.outcome === 'healthy') return diagnosis(null);
      return { ...diagnosis('rbac-list-informer'), ladder: [{ rung: 'controller', state: 'reached' }] };
    },
    // Half a minute is one look: what has to be watched for minutes is watched with few.
    sleep: async (_ms, signal) => {
      signal?.throwIfAborted();
      world.slept += 30_000;
      sync();
    },
  };

  const self: ChartWorld = {
    api,
    world,
    ports,
    outcome: 'healthy',
    syncs: true,
    hangs: false,
    async queued(version) {
      const { store } = ports;
      const incident = await world.open();
      const restart = await world.propose(RESTART, incident);
      const read = await store.get('proposal', restart);
      if (!read) throw new Error('the restart was not proposed');
      const at = await store.now();
      const value = { ...read.value, state: 'unhealthy' as const, startedAt: at, finishedAt: at };
      await store.commit({
        puts: [{ kind: 'proposal', id: restart, expect: read.version, value }],
        audit: [],
        outbox: [],
      });
      const id = await world.propose(
        { remediation: 'test-chart-version', cause: CAUSE, risk: 'high', version },
        incident,
      );
      await world.enqueue(id, ports);
      return id;
    },
    versions: () =>
      api.stored.map(({ body }) => string(object(body), 'spec', 'source', 'targetRevision') ?? 'something else'),
    pause: (paused) => world.pause(paused),
    async close() {
      await world.close();
      await api.close();
    },
  };
  return self;
}

import { chartFrameHash } from '../../src/evidence/content-hash.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import { at, record, text } from '../../src/queue/executor/json.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { prepare } from '../../src/queue/prepare.ts';
import { argoWorld, chartApplication } from '../remediations/argo-world.ts';
import { CLUSTER, diagnosis, meta, TARGET } from '../remediations/world.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { type JobWorld, jobWorld } from './job-world.ts';

export const APPLICATION = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/monitoring';
const ASKER = { kind: 'user', team: 'T01', user: 'U0ASKER' } as const;
const BY = { team: 'T01', user: 'U0ANN' } as const;
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
  /** Argo CD waits for health for ever: the operation does not end by itself. */
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
  const wanted = () => text(at(raw(), 'spec', 'source', 'targetRevision')) ?? '';
  const synced = () => text(at(raw(), 'status', 'operationState', 'syncResult', 'revision')) ?? '';
  const phase = () => text(at(raw(), 'status', 'operationState', 'phase')) ?? '';

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
            message: text(at(raw(), 'status', 'operationState', 'message')) ?? '',
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
  const high = { users: ['U0ANN'], groups: [], approvals: 1, self: 'never' as const, expires: 900 };
  const ports: JobPorts = {
    ...world.ports,
    file: { ...world.ports.file, approvals: { ...world.ports.file.approvals, high } },
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
      const now = await store.now();
      await store.commit(
        openIncident({ id: 'inc-1', target: TARGET, record: undefined, by: ASKER, at: now, channel: 'C01' }),
      );
      const start = async (remediation: string, risk: Proposal['risk']) => {
        const incident = await store.get('incident', 'inc-1');
        if (!incident) throw new Error('the incident was not opened');
        const target = await store.get('target', targetKey(TARGET));
        const named = version !== undefined && { version };
        const started = startProposal({
          ...{ incident, target, older: undefined, remediation, cause: CAUSE, risk, by: ASKER, at: now },
          ...named,
        });
        if (!started.ok) throw new Error(started.refusal.code);
        await store.commit(started.transaction);
        return started.next;
      };
      const restart = await start('restart-operator', 'low');
      const value = { ...restart, state: 'unhealthy' as const, startedAt: now, finishedAt: now };
      const version1 = (await store.get('proposal', restart.id))?.version ?? 0;
      await store.commit({
        puts: [{ kind: 'proposal', id: restart.id, expect: version1, value }],
        audit: [],
        outbox: [],
      });
      const { id } = await start('test-chart-version', 'high');
      await prepare(ports, id);
      const { planHash = '', expiresAt = '', state, outcome } = await world.proposal(id);
      if (state !== 'proposed') throw new Error(`not proposed: ${JSON.stringify(outcome)}`);
      const mac = approvalMac(ports.approvalKey, { proposal: id, by: BY, planHash, cluster: CLUSTER, expiresAt });
      await world.apply(id, { on: 'approve', at: now, planHash, approval: { by: BY, at: now, mac } });
      await world.apply(id, { on: 'enqueued', at: now });
      return id;
    },
    versions: () =>
      api.stored.map(({ body }) => text(at(record(body), 'spec', 'source', 'targetRevision')) ?? 'something else'),
    async pause(paused) {
      const expect = (await ports.store.get('pause', 'self'))?.version ?? 0;
      await ports.store.commit({
        puts: [{ kind: 'pause', id: 'self', expect, value: { paused, by: 'U0ANN', at: 'now' } }],
        audit: [],
        outbox: [],
      });
    },
    async close() {
      await world.close();
      await api.close();
    },
  };
  return self;
}

import { type FileConfig, parseFile } from '../../src/config.ts';
import { contentHash } from '../../src/evidence/content-hash.ts';
import { at, object, string } from '../../src/evidence/json.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import type { Fence, Proposal, ProposalEvent } from '../../src/incidents/types.ts';
import type { ClusterPort } from '../../src/ports.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import type { JobEnd, JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { applyEvent } from '../../src/store/decide.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { ASKER, KEY } from '../incidents/examples.ts';
import {
  CLUSTER,
  deployment,
  diagnosis,
  evidence,
  meta,
  OPERATOR,
  operator,
  read,
  TARGET,
} from '../remediations/world.ts';
import type { ApiServer } from './api-server.ts';
import { DEPLOYMENT, RESTARTED_AT } from './world.ts';

export const FILE = parseFile(`
cluster: staging
slack: { incidentChannel: C012AB3CD }
approvals:
  low: { users: [U0ANN, U0BEN, U0ASKER], self: with-reason }
  medium: { users: [U0ANN], self: never }
`);

/** What is proposed. */
export interface Asked extends Pick<Proposal, 'remediation' | 'cause' | 'risk'> {
  readonly version?: string | undefined;
}
export const RESTART: Asked = { remediation: 'restart-operator', cause: 'crd-race-at-start', risk: 'low' };

/** The configuration with a rule for repairs of high risk: one approval. */
export function allowingHigh(file: FileConfig, expires = 900): FileConfig {
  const high = { users: ['U0ANN'], groups: [], approvals: 1, self: 'never' as const, expires };
  return { ...file, approvals: { ...file.approvals, high } };
}

export interface JobWorld {
  readonly api: ApiServer;
  readonly store: Store;
  readonly ports: JobPorts;
  /** Milliseconds that were slept through: the store's clock is ahead by them. */
  slept: number;
  /** What the cluster says beside the Deployment. */
  around: Partial<Evidence>;
  /** Whether a restarted operator helps. */
  helps: boolean;
  /** How often the cluster was read. */
  collected: number;
  /** A new incident; its id. */
  open(): Promise<string>;
  /** A proposal in `preparing`, for a restart unless said, in an incident of its own unless said; its id. */
  propose(asked?: Asked, incident?: string): Promise<string>;
  approve(
    id: string,
    user?: string,
    more?: { readonly mac?: string; readonly reason?: string; readonly breakGlass?: true },
  ): Promise<void>;
  /** Prepares a proposal, approves it and queues it; throws when it can't be offered. */
  enqueue(id: string, ports?: JobPorts): Promise<void>;
  /** Everything up to a queued job. */
  queued(asked?: Asked, ports?: JobPorts): Promise<string>;
  proposal(id: string): Promise<Proposal>;
  run(id: string, attempt?: number, ports?: JobPorts): Promise<JobEnd>;
  apply(id: string, event: ProposalEvent): Promise<void>;
  /** Pulls the kill switch, or lets it go. */
  pause(paused?: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * A worker's surroundings: real Redis, an API server with the operator's Deployment, and evidence made of what that server holds. The cause is
 * that the operator started too early; a restart cures it. Time passes by sleeping only.
 */
export async function jobWorld(url: string, api: ApiServer): Promise<JobWorld> {
  const admin = connectRedis(url, 'patient');
  await admin.flushall();
  admin.disconnect();
  const redis = createRedisStore(url, { callMs: 10_000 });
  const store: Store = {
    ...redis,
    now: async () => new Date(Date.parse(await redis.now()) + world.slept).toISOString(),
  };

  const look = (): Evidence => {
    const raw = api.objects.get(DEPLOYMENT);
    if (!raw) return evidence({ operators: read([]), ...world.around });
    const annotations = object(raw, 'spec', 'template', 'metadata', 'annotations');
    const view = deployment({
      meta: meta(OPERATOR, {
        uid: string(raw, 'metadata', 'uid') ?? '',
        generation: Number(at(raw, 'metadata', 'generation')),
      }),
      contentHash: contentHash(raw),
      replicas: Number(at(raw, 'spec', 'replicas')),
      status: {
        replicas: Number(at(raw, 'status', 'replicas')),
        readyReplicas: 1,
        updatedReplicas: Number(at(raw, 'status', 'updatedReplicas')),
        observedGeneration: Number(at(raw, 'status', 'observedGeneration')),
      },
      templateAnnotations: Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [name, String(value)]),
      ),
    });
    return evidence({ operators: read([operator({ deployment: view })]), ...world.around });
  };
  const cluster: ClusterPort = {
    identity: async () => CLUSTER,
    find: async () => ({ found: 'one', target: TARGET }),
    collect: async () => {
      world.collected += 1;
      return look();
    },
  };
  const restarted = (seen: Evidence): boolean =>
    seen.operators.state === 'read' &&
    seen.operators.value[0]?.deployment.templateAnnotations[RESTARTED_AT] !== undefined;

  const ports: JobPorts = {
    client: api.client,
    cluster,
    store,
    diagnose: (seen) => diagnosis(world.helps && restarted(seen) ? null : 'crd-race-at-start'),
    file: FILE,
    approvalKey: KEY,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      world.slept += ms;
    },
  };

  const world: JobWorld = {
    api,
    store,
    ports,
    slept: 0,
    around: {},
    helps: true,
    collected: 0,

    async open() {
      const id = `inc-${await store.nextIncidentNumber()}`;
      const at = await store.now();
      const target = await store.get('target', targetKey(TARGET));
      must(
        await store.commit(
          openIncident({ id, target: TARGET, record: target, by: ASKER, at, channel: 'C01', approvalKey: KEY }),
        ),
      );
      return id;
    },

    async propose({ version, ...asked } = RESTART, within) {
      const incident = must(await store.get('incident', within ?? (await world.open())));
      const started = startProposal({
        ...asked,
        ...(version !== undefined && { version }),
        incident,
        target: await store.get('target', targetKey(TARGET)),
        older: undefined,
        by: ASKER,
        at: await store.now(),
        approvalKey: KEY,
      });
      if (!started.ok) throw new Error(started.refusal.code);
      must(await store.commit(started.transaction));
      return started.next.id;
    },

    async approve(id, user = 'U0ANN', more = {}) {
      const { planHash = '', plan, expiresAt = '' } = await world.proposal(id);
      const by = { team: 'T01', user };
      const said = {
        by,
        ...(more.reason !== undefined && { reason: more.reason }),
        ...(more.breakGlass && { breakGlass: true }),
      };
      const claim = { ...said, proposal: id, planHash, cluster: plan?.cluster ?? CLUSTER, expiresAt };
      const mac = more.mac ?? approvalMac(KEY, claim);
      const at = await store.now();
      await world.apply(id, {
        on: 'approve',
        at,
        planHash,
        approval: { ...said, at, mac },
      });
    },

    async enqueue(id, given = ports) {
      const end = await prepare(given, id);
      if (end.end !== 'settled' || end.state !== 'proposed')
        throw new Error(`not proposed: ${JSON.stringify(await world.proposal(id))}`);
      await world.approve(id);
      await world.apply(id, { on: 'enqueued', at: await store.now() });
    },

    async queued(asked, given) {
      const id = await world.propose(asked);
      await world.enqueue(id, given);
      return id;
    },

    proposal: async (id) => must(await store.get('proposal', id)).value,
    run: (id, attempt = 1, given = ports) => execute(given, id, fence(attempt)),

    async apply(id, event) {
      const done = await applyEvent(store, id, event, ASKER);
      if (!done?.ok) throw new Error(`${event.on} was refused: ${JSON.stringify(done)}`);
    },

    async pause(paused = true) {
      const value = { paused, by: 'U0ANN', at: await store.now() };
      const expect = (await store.get('pause', 'self'))?.version ?? 0;
      must(await store.commit({ puts: [{ kind: 'pause', id: 'self', expect, value }], audit: [], outbox: [] }));
    },

    close: () => redis.close(),
  };
  return world;
}

export function fence(attempt: number): Fence {
  return { job: 1, attempt };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it should be there');
  if (typeof value === 'object' && value !== null && 'ok' in value && value.ok === false)
    throw new Error(JSON.stringify(value));
  return value;
}

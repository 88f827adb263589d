import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFile } from '../../src/config.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import type { Proposal, ProposalEvent } from '../../src/incidents/types.ts';
import { execute } from '../../src/queue/execute.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { prepare } from '../../src/queue/prepare.ts';
import { remediationById, remediationsOf } from '../../src/remediations/index.ts';
import { admissionSecretRule, readingRules, writingRules } from '../../src/remediations/rules.ts';
import { applyEvent } from '../../src/store/decide.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { type Lab, lab } from './lab.ts';

const KEY = 'k'.repeat(32);
const ASKER = { kind: 'user', team: 'T01', user: 'U0ASKER' } as const;
const FILE = parseFile(`
cluster: demo
slack: { incidentChannel: C012AB3CD }
approvals:
  low: { users: [U0ANN], self: never }
  medium: { users: [U0ANN], self: never }
`);

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.remove());

/** The whole chain but Slack: incident, proposal, preparation, approval, execution, verification. */
async function repair(world: Lab, store: Store): Promise<Proposal> {
  const { simulator, target } = world;
  const worker = simulator.serviceAccount('worker', {
    cluster: readingRules(),
    namespaced: {
      [target.namespace]: [...writingRules(), admissionSecretRule('prometheus-kube-prometheus-admission')],
    },
  });
  const ports: JobPorts = {
    client: world.client(worker),
    cluster: world.port(worker),
    store,
    diagnose,
    file: FILE,
    approvalKey: KEY,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sleep: (ms, signal) => wait(Math.min(ms, 20), undefined, signal && { signal }),
  };
  const { rootCause } = diagnose(await ports.cluster.collect(target));
  if (!rootCause) throw new Error('nothing is broken');
  const [remediation = ''] = remediationsOf(rootCause.cause);
  const id = `inc-${await store.nextIncidentNumber()}`;
  const at = await store.now();
  const record = await store.get('target', targetKey(target));
  await store.commit(openIncident({ id, target, record, by: ASKER, at, channel: 'C01' }));
  const incident = await store.get('incident', id);
  if (!incident) throw new Error('the incident was not opened');
  const started = startProposal({
    incident,
    target: await store.get('target', targetKey(target)),
    older: undefined,
    remediation,
    cause: rootCause.cause,
    risk: remediationById(remediation)?.risk ?? 'high',
    by: ASKER,
    at,
  });
  if (!started.ok) throw new Error(started.refusal.code);
  await store.commit(started.transaction);
  const proposal = started.next.id;
  const read = async (): Promise<Proposal> => {
    const found = await store.get('proposal', proposal);
    if (!found) throw new Error('the proposal is gone');
    return found.value;
  };
  const apply = async (event: ProposalEvent): Promise<void> => {
    const done = await applyEvent(store, proposal, event, ASKER);
    if (!done?.ok) throw new Error(`${event.on}: ${JSON.stringify(done)}`);
  };
  await prepare(ports, proposal);
  const { plan, planHash = '', expiresAt = '', state, outcome } = await read();
  if (!plan) throw new Error(`${state}: ${JSON.stringify(outcome)}`);
  const by = { team: 'T01', user: 'U0ANN' };
  const mac = approvalMac(KEY, { by, proposal, planHash, cluster: plan.cluster, expiresAt });
  await apply({ on: 'approve', at: await store.now(), planHash, approval: { by, at, mac } });
  await apply({ on: 'enqueued', at: await store.now() });
  await execute(ports, proposal, { job: 1, attempt: 1 });
  return read();
}

describe.for([
  ['F58', 'restart-operator'],
  ['F14', 'scale-operator-up'],
  ['F38', 'unpause'],
] as const)('snapshot %s', ([id, remediation]) => {
  test(`is repaired by ${remediation}: prepared, carried out by one PATCH, and healthy afterwards`, async () => {
    const world = await lab({ snapshot: id });
    const store = createRedisStore(redis.url);
    try {
      const done = await repair(world, store);
      expect(done.state).toBe('succeeded');
      expect(done.plan?.remediation).toBe(remediation);
      expect(world.simulator.writes.map(({ method, user }) => [method, user])).toEqual([
        ['PATCH', 'system:serviceaccount:promfix:worker'],
      ]);
      expect(diagnose(await world.port().collect(world.target)).verdict).toBe('healthy');
    } finally {
      await store.close();
    }
  });
});

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parseFile } from '../../src/config.ts';
import { FAULTS } from '../../src/demo/faults.ts';
import { DEMO_RIGHTS } from '../../src/demo/rights.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import type { Proposal, ProposalEvent } from '../../src/incidents/types.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { remediationById, remediationsOf } from '../../src/remediations/index.ts';
import { applyEvent } from '../../src/store/decide.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { ASKER, KEY } from '../incidents/examples.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type Lab, lab } from './lab.ts';

/** Of the store's time, with every wait: a change has to last for half a minute. */
const PASSES = 10_000;
const FILE = parseFile(`
cluster: demo
slack: { incidentChannel: C012AB3CD }
approvals:
  low: { users: [U0ANN], self: never }
  medium: { users: [U0ANN], self: never }
  high: { users: [U0ANN], self: never }
`);

const redis = useTestRedis();

/** The whole chain but Slack: incident, proposal, preparation, approval, execution, verification. Who waits makes the store's time pass. */
async function repair(world: Lab, real: Store): Promise<Proposal> {
  let slept = 0;
  const store: Store = {
    ...real,
    now: async () => new Date(Date.parse(await real.now()) + slept).toISOString(),
  };
  const { simulator, target } = world;
  const worker = simulator.serviceAccount('worker', DEMO_RIGHTS.worker);
  const ports: JobPorts = {
    client: world.client(worker),
    cluster: world.port(worker),
    store,
    diagnose,
    file: FILE,
    approvalKey: KEY,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sleep: async (ms, signal) => {
      slept += Math.max(ms, PASSES);
      await wait(Math.min(ms, 20), undefined, signal && { signal });
    },
  };
  const { rootCause } = diagnose(await ports.cluster.collect(target));
  if (!rootCause) throw new Error('nothing is broken');
  const [remediation] = remediationsOf(rootCause.cause);
  if (!remediation) throw new Error('nothing repairs it');
  const id = `inc-${await store.nextIncidentNumber()}`;
  const at = await store.now();
  const record = await store.get('target', targetKey(target));
  await store.commit(openIncident({ id, target, record, by: ASKER, at, channel: 'C01', approvalKey: KEY }));
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
    approvalKey: KEY,
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

const DEPLOYMENT = 'deployments/prometheus-kube-prometheus-operator';
const PROMETHEUS = 'prometheuses/prometheus-kube-prometheus-prometheus';

const PROVEN = [
  ['F58', 'restart-operator', [DEPLOYMENT]],
  ['F14', 'scale-operator-up', [DEPLOYMENT]],
  ['F38', 'unpause', [PROMETHEUS]],
  ['F12', 'add-instance-label', [PROMETHEUS]],
  // A role, and what makes the operator look at it.
  ['F02', 'repair-operator-rights', ['clusterroles/prometheus-kube-prometheus-operator', DEPLOYMENT]],
  [
    'F60',
    'admission-certificate',
    [
      'mutatingwebhookconfigurations/prometheus-kube-prometheus-admission',
      'validatingwebhookconfigurations/prometheus-kube-prometheus-admission',
    ],
  ],
] as const;

describe.for(PROVEN)('snapshot %s', ([id, remediation, written]) => {
  test(`is repaired by ${remediation}: prepared, one PATCH for each step, and healthy afterwards`, async () => {
    const world = await lab({ snapshot: id });
    const store = createRedisStore(redis.url, { callMs: 10_000 });
    try {
      const done = await repair(world, store);
      expect(done.state).toBe('succeeded');
      expect(done.plan?.remediation).toBe(remediation);
      expect(
        world.simulator.writes.map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`),
      ).toEqual(written.map((object) => `PATCH ${object}`));
      expect(new Set(world.simulator.writes.map(({ user }) => user))).toEqual(
        new Set(['system:serviceaccount:promfix:worker']),
      );
      expect(diagnose(await world.port().collect(world.target)).verdict).toBe('healthy');
    } finally {
      await store.close();
    }
  });
});

test('the demo offers no repair but these, as far as its faults go', () => {
  // `test/remediations/golden.test.ts` holds this list to the captures of the real control plane.
  const offers = readFileSync(new URL('../remediations/offered.txt', import.meta.url), 'utf8').split('\n');
  const offered = FAULTS.map(({ id }) => offers.find((line) => line.startsWith(`${id} `))?.split(/\s+/)[2] ?? '');

  expect(offered).not.toContain('');
  expect(new Set(offered.filter((one) => /^[a-z]/.test(one)))).toEqual(new Set(PROVEN.map(([, repair]) => repair)));
});

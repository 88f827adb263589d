import { afterEach, beforeEach, expect, it } from 'vitest';
import { undo } from '../../src/commands/undo.ts';
import { at } from '../../src/evidence/json.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { nobody } from '../builders/directory.ts';
import { diagnosis } from '../remediations/world.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { type JobWorld, jobWorld, RESTART } from './job-world.ts';
import { DEPLOYMENT, rawDeployment } from './world.ts';

let api: ApiServer;
let world: JobWorld;
const redis = useTestRedis();
beforeEach(async () => {
  api = await startApiServer({ [DEPLOYMENT]: rawDeployment() });
  world = await jobWorld(redis.url, api);
});
afterEach(async () => {
  await world.close();
  await api.close();
});

const newest = async (incident: string) => (await world.store.get('incident', incident))?.value.proposals.at(-1) ?? '';

it('a restart that was in vain is refused by the diagnosis after it, and warned of when somebody asks for it again', async () => {
  world.helps = false;
  const id = await world.queued();
  await world.run(id);
  const done = await world.proposal(id);
  expect(done.state).toBe('unhealthy');

  const stored = await world.store.get('diagnosis', done.verifiedBy ?? '');
  expect(stored?.value.refusals).toMatchObject([
    { remediation: 'restart-operator', code: 'tried-in-vain', values: { id } },
    { remediation: 'test-chart-version' },
  ]);
  const again = await world.propose(RESTART, done.incident);
  await prepare(world.ports, again);
  expect((await world.proposal(again)).plan?.warnings?.map(({ code }) => code)).toEqual([
    'before-in-vain',
    'found-again',
  ]);
});

it('a proposal that replaces one that drifted keeps the version that was named', async () => {
  const id = await world.queued();
  const record = await world.store.get('proposal', id);
  if (!record) throw new Error('no proposal');
  const value = { ...record.value, version: '79.4.0' };
  await world.store.commit({ puts: [{ kind: 'proposal', id, expect: record.version, value }], audit: [], outbox: [] });
  api.touch(DEPLOYMENT, (object) => merge(object, { spec: { minReadySeconds: 5 } }));
  await world.run(id);

  expect(await world.proposal(id)).toMatchObject({ state: 'voided' });
  expect(await world.proposal(await newest(value.incident))).toMatchObject({ drifts: 1, version: '79.4.0' });
});

it('a start of the operator is taken back by a proposal of its own, and is not offered again by itself then', async () => {
  const replicas = () => Number(at(api.objects.get(DEPLOYMENT), 'spec', 'replicas'));
  const follow = () =>
    api.touch(DEPLOYMENT, (object) => ({
      ...object,
      status: {
        observedGeneration: at(object, 'metadata', 'generation'),
        replicas: replicas(),
        updatedReplicas: replicas(),
        availableReplicas: replicas(),
      },
    }));
  api.touch(DEPLOYMENT, (object) => merge(object, { spec: { replicas: 0 } }));
  follow();
  const ports: JobPorts = {
    ...world.ports,
    diagnose: () => diagnosis(replicas() === 0 ? 'operator-scaled-0' : null),
    sleep: async (ms, signal) => {
      follow();
      await world.ports.sleep(ms, signal);
    },
  };
  const id = await world.queued(
    { remediation: 'scale-operator-up', cause: 'operator-scaled-0', risk: 'medium' },
    ports,
  );
  await world.run(id, 1, ports);
  expect(await world.proposal(id)).toMatchObject({ state: 'succeeded' });
  expect(replicas()).toBe(1);

  const by = { kind: 'user', team: 'T01', user: 'U0ASKER' } as const;
  expect(await undo({ ...world.ports, directory: nobody }, { proposal: id }, by)).toMatchObject({ say: 'preparing' });
  const { incident } = await world.proposal(id);
  const back = await newest(incident);
  await world.enqueue(back, ports);
  await world.run(back, 1, ports);
  expect(await world.proposal(back)).toMatchObject({ state: 'succeeded' });
  expect(replicas()).toBe(0);

  const again = await world.propose(
    { remediation: 'scale-operator-up', cause: 'operator-scaled-0', risk: 'medium' },
    incident,
  );
  await prepare(ports, again);
  expect((await world.proposal(again)).plan?.warnings?.[0]).toMatchObject({ code: 'before-undone', values: { id } });
});

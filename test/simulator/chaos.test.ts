import { expect, test } from 'vitest';
import { seeded } from '../../src/simulator/chaos.ts';
import { at } from '../../src/simulator/json.ts';
import { lab } from './lab.ts';
import { send } from './raw.ts';

const PATH = '/apis/apps/v1/namespaces/monitoring/deployments/prometheus-kube-prometheus-operator';
const patch = (body: unknown) => ({ method: 'PATCH', path: PATH, body, contentType: 'application/merge-patch+json' });
const annotation = (value: string) => ({ metadata: { annotations: { 'promfix/job': value } } });

test('an answer that gets lost was carried out all the same', async () => {
  const { simulator } = await lab({ snapshot: 'F00' });
  simulator.chaos.once('answer-lost');
  expect(await send(simulator.kubeconfig, { path: PATH })).toMatchObject({ status: 200 });
  await expect(send(simulator.kubeconfig, patch(annotation('a')))).rejects.toThrow();
  const { json } = await send(simulator.kubeconfig, { path: PATH });
  expect(at(json, 'metadata', 'annotations', 'promfix/job')).toBe('a');
  expect(simulator.writes).toHaveLength(1);
});

test('a broken connection did nothing', async () => {
  const { simulator } = await lab({ snapshot: 'F00' });
  simulator.chaos.once('dropped', ({ method }) => method === 'PATCH');
  await expect(send(simulator.kubeconfig, patch(annotation('a')))).rejects.toThrow();
  expect(simulator.writes).toEqual([]);
});

test('somebody else was faster: a conditional write meets a conflict', async () => {
  const { simulator } = await lab({ snapshot: 'F00' });
  const { json } = await send(simulator.kubeconfig, { path: PATH });
  const conditional = {
    metadata: { resourceVersion: at(json, 'metadata', 'resourceVersion'), ...annotation('a').metadata },
  };
  simulator.chaos.once('churn');
  expect(await send(simulator.kubeconfig, patch(conditional))).toMatchObject({ status: 409 });
  expect(await send(simulator.kubeconfig, patch(annotation('b')))).toMatchObject({ status: 200 });
});

test('refusals come with what the real server sends along', async () => {
  const { simulator } = await lab({ snapshot: 'F00' });
  simulator.chaos.once('too-many');
  const many = await send(simulator.kubeconfig, { path: PATH });
  expect([many.status, many.headers['retry-after']]).toEqual([429, '1']);
  simulator.chaos.once('unavailable');
  expect(await send(simulator.kubeconfig, { path: PATH })).toMatchObject({ status: 503 });
  simulator.chaos.once('conflict');
  expect(await send(simulator.kubeconfig, patch(annotation('a')))).toMatchObject({ status: 409 });
});

test('dry runs and reviews are no writes: only faults of reads meet them', async () => {
  const { simulator } = await lab({ snapshot: 'F00', faults: { rates: { conflict: 1, 'answer-lost': 1 } } });
  const dry = { ...patch(annotation('a')), path: `${PATH}?dryRun=All` };
  expect(await send(simulator.kubeconfig, dry)).toMatchObject({ status: 200 });
  expect(simulator.writes).toEqual([]);
});

test('the same seed gives the same faults, and rates are kept', async () => {
  const statuses = async (): Promise<number[]> => {
    const { simulator } = await lab({ snapshot: 'F00', faults: { rates: { unavailable: 0.5 }, seed: 7 } });
    const all: number[] = [];
    for (let count = 0; count < 20; count += 1)
      all.push((await send(simulator.kubeconfig, { path: '/version' })).status);
    return all;
  };
  const first = await statuses();
  expect(await statuses()).toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 503]));
  const random = seeded(3);
  const mean = Array.from({ length: 10_000 }, random).reduce((sum, one) => sum + one, 0) / 10_000;
  expect(mean).toBeCloseTo(0.5, 1);
});

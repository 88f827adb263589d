import { expect, test } from 'vitest';
import { DEMO_RIGHTS } from '../../src/demo/rights.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import { isResource, KINDS } from '../../src/kubernetes/paths.ts';
import { planOf } from '../../src/remediations/index.ts';
import type { RoleRule } from '../../src/remediations/types.ts';
import { lab } from './lab.ts';

const NS = 'monitoring';
const OPERATOR = `/apis/apps/v1/namespaces/${NS}/deployments/prometheus-kube-prometheus-operator`;
const FOUR: RoleRule = {
  apiGroups: ['monitoring.coreos.com'],
  resources: ['prometheuses', 'prometheusagents', 'alertmanagers', 'thanosrulers'],
  verbs: ['list'],
};

/** As the chart grants them with `read.namespaces={monitoring}`: of the cluster only what is in no namespace. */
const { cluster, namespaced } = DEMO_RIGHTS.worker;
const ofTheCluster = cluster.filter(({ resources }) =>
  resources.every((one) => {
    const [kind = ''] = one.split('/');
    return isResource(kind) && !KINDS[kind].namespaced;
  }),
);
const inNamespace = [...cluster.filter((rule) => !ofTheCluster.includes(rule)), ...(namespaced[NS] ?? [])];

test('an account that may read one namespace is offered the restart of an operator whose whole work it sees', async () => {
  const world = await lab({ snapshot: 'F58' });
  const { simulator, target } = world;
  const answer = async (more: readonly RoleRule[] = []) => {
    const account = simulator.serviceAccount('limited', {
      cluster: [...ofTheCluster, ...more],
      namespaced: { [NS]: inNamespace },
    });
    const port = clusterPort({
      client: world.client(account),
      clusterName: 'demo',
      now: () => new Date(),
      deadlineMs: 20_000,
      readMetrics: true,
      namespaces: [NS],
    });
    return { evidence: await port.collect(target), identity: await port.identity() };
  };
  const first = await answer();
  const diagnosis = diagnose(first.evidence);
  const restart = ({ evidence, identity }: typeof first) => planOf('restart-operator', evidence, diagnosis, identity);

  expect(restart(first)).toMatchObject({ code: 'manages-everywhere', values: { read: NS } });
  const seen = await answer([FOUR]);
  const manages = [
    { kind: 'Alertmanager', count: 1 },
    { kind: 'Prometheus', count: 1 },
  ];
  expect(restart(seen)).toMatchObject({ steps: [{ do: 'restart' }], manages });

  const admin = world.client();
  const patch = (value: string) =>
    admin.json({
      method: 'PATCH',
      path: OPERATOR,
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/spec/template/spec/containers/0/args/-', value }],
    });
  await patch(`--namespaces=${NS}`);
  await simulator.idle();
  expect(restart(await answer())).toMatchObject({ steps: [{ do: 'restart' }], manages });
  await patch('--alertmanager-instance-namespaces=team');
  await simulator.idle();
  expect(restart(await answer())).toMatchObject({ code: 'manages-elsewhere', values: { unseen: 'team' } });
});

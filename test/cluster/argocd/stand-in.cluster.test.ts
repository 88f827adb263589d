import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedFor } from '../asked-for.ts';
import { Cluster } from '../control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, startHealthy } from '../harness.ts';
import { ADMISSION, core, NS, PROMETHEUS, PROMETHEUS_PATH } from '../names.ts';
import { APP, APPLICATIONS, application, SERVER_SIDE } from '../scenarios/argo.ts';
import { until } from '../wait.ts';
import type { OperationState } from './application.ts';
import { chart } from './manifest.ts';
import { ArgoStandIn } from './stand-in.ts';

const PATH = `${APPLICATIONS}/${APP}`;

/** The other tests rest on it, so it is tried once by itself: `--only argocd`. */
describe.runIf(askedFor('argocd'))('the stand-in for Argo CD’s controller', { timeout: SCENARIO_TIMEOUT }, () => {
  const cluster = new Cluster();
  let argo: ArgoStandIn;
  beforeAll(async () => {
    await startHealthy(cluster);
    await application(cluster);
    const stack = chart(cluster);
    argo = new ArgoStandIn(cluster, {
      revisions: { '79.5.0': stack, '79.6.0': chart(cluster, (yaml) => yaml.replaceAll('79.5.0', '79.6.0')) },
    }).start();
    await until('it has compared', async () => (await argo.read()).status?.sync?.status === 'Synced');
  }, SCENARIO_TIMEOUT);
  afterAll(async () => {
    await argo.stop();
    await cluster.stop();
  }, 30_000);

  /** What an operation that began after this call came to. */
  async function afterwards(act: () => Promise<unknown>): Promise<OperationState> {
    const before = (await argo.read()).status?.operationState?.startedAt;
    // Times are whole seconds: the next operation shall have another one.
    await until('the second is over', () => Date.now() - Date.parse(before ?? '') >= 1000);
    await act();
    return until('the operation ends', async () => {
      const { operation, status } = await argo.read();
      const state = status?.operationState;
      return !operation && state?.finishedAt && state.startedAt !== before ? state : undefined;
    });
  }
  const sync = (more: object = {}) => ({
    operation: { sync: { revision: '79.5.0', syncOptions: SERVER_SIDE, ...more } },
    status: { operationState: null },
  });

  it('takes the refresh annotation off', async () => {
    await cluster.api.merge(PATH, { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'hard' } } });

    await until('it is gone', async () => !(await argo.read()).metadata.annotations?.['argocd.argoproj.io/refresh']);
  });

  it('heals a deleted Prometheus, and skips the hooks as it does so', async () => {
    await cluster.k('-n', NS, 'delete', 'secret', ADMISSION);
    const { operation } = await afterwards(() => cluster.k('-n', NS, 'delete', 'prometheus', PROMETHEUS));

    expect(operation.sync).toMatchObject({
      autoHealAttemptsCount: expect.any(Number),
      resources: [{ kind: 'Prometheus', name: PROMETHEUS }],
    });
    expect(await cluster.api.maybe(PROMETHEUS_PATH)).toBeDefined();
    expect(await cluster.api.maybe(core('secrets', ADMISSION))).toBeUndefined();
  });

  it('goes on as a sync of single resources when the last operation’s state was left there', async () => {
    const { operation } = await afterwards(() => cluster.api.merge(PATH, { operation: sync().operation }));

    expect(operation.sync?.resources).toHaveLength(1);
    expect(await cluster.api.maybe(core('secrets', ADMISSION))).toBeUndefined();
  });

  it('runs the hooks in a whole sync', async () => {
    expect(await afterwards(() => cluster.api.merge(PATH, sync()))).toMatchObject({ phase: 'Succeeded' });
    expect(await cluster.api.maybe(core('secrets', ADMISSION))).toBeDefined();
  });

  it('ends an operation that is Terminating', async () => {
    const state = await afterwards(async () => {
      await cluster.api.merge(PATH, sync({ revision: '79.6.0' }));
      await until('it runs', async () => (await argo.read()).status?.operationState?.phase === 'Running');
      await cluster.api.merge(PATH, { status: { operationState: { phase: 'Terminating' } } });
    });

    expect(state).toMatchObject({ phase: 'Failed', message: 'Operation terminated' });
  });

  it('rolls out another version by itself when targetRevision is changed', async () => {
    const state = await afterwards(() => cluster.api.merge(PATH, { spec: { source: { targetRevision: '79.6.0' } } }));

    expect(state).toMatchObject({ phase: 'Succeeded', syncResult: { revision: '79.6.0' } });
    expect(argo.errors).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash, versionHash } from '../../src/evidence/content-hash.ts';
import { at } from '../../src/evidence/json.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { absent, diagnosis, evidence, meta, NS, OWNERS, read } from '../remediations/world.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { dyingAtNote } from './dying.ts';
import { type JobWorld, jobWorld } from './job-world.ts';
import { MESSAGE } from './recreate-world.ts';

const RULES = 'prometheus-main-rulefiles-0';
const CONFIG_MAP = `/api/v1/namespaces/${NS}/configmaps/${RULES}`;
const PROMETHEUS = `/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/main`;

let api: ApiServer;
let world: JobWorld;
let ports: JobPorts;
const redis = useTestRedis();
beforeEach(async () => {
  api = await startApiServer({
    [CONFIG_MAP]: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: RULES, namespace: NS, uid: `uid-${RULES}`, ownerReferences: OWNERS },
    },
    [PROMETHEUS]: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata: { name: 'main', namespace: NS, uid: 'uid-main' },
      spec: {},
    },
  });
  world = await jobWorld(redis.url, api);
  ports = {
    ...world.ports,
    cluster: { ...world.ports.cluster, collect: async () => seen() },
    // The fault lasts as long as the object is in the way.
    diagnose: () => {
      const found = diagnosis(api.objects.has(CONFIG_MAP) ? 'rules-configmap-taken' : null);
      return { ...found, rootCause: found.rootCause && { ...found.rootCause, values: { message: MESSAGE } } };
    },
  };
});
afterEach(async () => {
  await world.close();
  await api.close();
});

function seen() {
  const configMap = api.objects.get(CONFIG_MAP);
  const object = configMap ? read(meta(RULES, { owners: OWNERS })) : absent;
  return evidence({
    owned: read([
      { step: 1, kind: 'ConfigMap', name: RULES, object, ...(configMap && { hash: versionHash(configMap) }) },
    ]),
    resource: read({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      meta: meta('main'),
      spec: {},
      contentHash: contentHash(api.objects.get(PROMETHEUS) ?? {}),
    }),
  });
}

/** An approved proposal to delete the object in the way and to nudge, queued. */
const queued = () =>
  world.queued({ remediation: 'remove-owned-conflict', cause: 'rules-configmap-taken', risk: 'medium' }, ports);
const deletes = () => api.stored.filter(({ path }) => path === CONFIG_MAP).length;
const nudges = () => api.stored.filter(({ path }) => path === PROMETHEUS).length;

describe('a repair of two steps, a delete first', () => {
  it('makes both, once each', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await world.proposal(id)).toMatchObject({ state: 'succeeded' });
    expect([deletes(), nudges()]).toEqual([1, 1]);
    expect(at(api.objects.get(PROMETHEUS), 'metadata', 'annotations')).toHaveProperty('promfix.io/nudge');
  });

  it.each([
    ['before the delete', 'step-intent', 0],
    ['after the delete and before its note', 'step-done', 0],
    ['before the nudge', 'step-intent', 1],
    ['after the nudge and before its note', 'step-done', 1],
  ] as const)('goes on after a crash %s, and makes nothing twice', async (_what, event, step) => {
    const id = await queued();
    const crashed = event === 'step-intent' ? step * 2 + 1 : step * 2 + 2;
    await expect(execute(dyingAtNote(ports, crashed), id, { job: 1, attempt: 1 })).rejects.toThrow(
      'the process ended here',
    );

    await execute(ports, id, { job: 1, attempt: 2 });
    expect(await world.proposal(id)).toMatchObject({ state: 'succeeded' });
    expect([deletes(), nudges()]).toEqual([1, 1]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../src/evidence/collect.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { inWaves } from './waves.ts';
import { forbidden, type Json, list, meta, NAME, NS, startWorld, type World } from './world.ts';

const RESOURCE = `/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/${NAME}`;
const SETS = `/apis/apps/v1/namespaces/${NS}/statefulsets`;
const FIRST = `prometheus-${NAME}`;

let world: World;
beforeEach(async () => {
  world = await startWorld();
  asks({ shards: 3 });
});
afterEach(() => world.close());

function asks(spec: Json, conditions: readonly Json[] = []): void {
  world.replies.set(RESOURCE, { kind: 'Prometheus', metadata: meta(NAME), spec, status: { conditions } });
}

interface Change {
  readonly metadata?: Json;
  readonly readyReplicas?: number;
}

const set = (name: string, { metadata = {}, readyReplicas = 1 }: Change = {}): Json => ({
  metadata: meta(name, {
    labels: { 'managed-by': 'prometheus-operator' },
    ownerReferences: [{ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: NAME, uid: `uid-${NAME}` }],
    ...metadata,
  }),
  spec: { replicas: 1, selector: { matchLabels: { set: name } } },
  status: { replicas: 1, readyReplicas },
});

/** The namespace's StatefulSets; the first shard's is read by name as well. */
function there(...sets: readonly Json[]): void {
  world.replies.set(SETS, list(sets));
  for (const one of sets) {
    const { name } = one['metadata'] as Json;
    if (name === FIRST) world.replies.set(`${SETS}/${FIRST}`, { kind: 'StatefulSet', apiVersion: 'apps/v1', ...one });
  }
}

async function collected(): Promise<Evidence & { readonly waves: number; readonly paths: readonly string[] }> {
  const { client, waves } = inWaves(world.server.client());
  const target = { cluster: 'c', kind: 'Prometheus', namespace: NS, name: NAME } as const;
  const evidence = await collect(target, { client, now: () => new Date(0), deadlineMs: 15_000, readMetrics: false });
  return { ...evidence, waves: waves.length, paths: waves.flat().map(({ path }) => path) };
}

const judged = ({ shards, statefulSet }: Evidence) => ({
  shard: shards?.state === 'read' ? shards.value.judged : shards,
  set: statefulSet.state === 'read' ? statefulSet.value.meta.name : statefulSet.state,
});

describe('of a Prometheus of three shards', () => {
  test('all StatefulSets are read in one list, and their pods in the same round trip as ever', async () => {
    there(set(FIRST), set(`${FIRST}-shard-1`), set(`${FIRST}-shard-2`));
    const all = await collected();
    expect(all.waves).toBe(3);
    expect(all.paths.filter((path) => path.startsWith(SETS))).toEqual([`${SETS}/${FIRST}`, SETS]);
    expect(all.shards).toMatchObject({
      value: { judged: 0, all: [0, 1, 2].map((shard) => ({ shard, state: 'ready', ready: 1, replicas: 1 })) },
    });
    expect(judged(all)).toEqual({ shard: 0, set: FIRST });
  });

  test.each<[string, string, Change | undefined]>([
    ['is not there', 'absent', undefined],
    ['has no ready pod', 'not-ready', { readyReplicas: 0 }],
    ['is on its way out', 'deleting', { metadata: { deletionTimestamp: '2026-11-25T19:00:00Z' } }],
    ['is somebody else’s', 'foreign', { metadata: { ownerReferences: [] } }],
    ['lacks the operator’s label', 'unlabelled', { metadata: { labels: {} } }],
  ])('the second is judged when its StatefulSet %s', async (_, state, change) => {
    const second = change === undefined ? [] : [set(`${FIRST}-shard-1`, change)];
    there(set(FIRST), ...second, set(`${FIRST}-shard-2`));
    const all = await collected();
    expect(all.shards).toMatchObject({ value: { judged: 1, all: [{}, { state }, {}] } });
    expect(judged(all)).toEqual({ shard: 1, set: change === undefined ? 'absent' : `${FIRST}-shard-1` });
    const owned = all.owned.state === 'read' ? all.owned.value.at(-1) : undefined;
    expect(owned).toMatchObject({ kind: 'StatefulSet', name: `${FIRST}-shard-1` });
  });

  test('the pods are those of the shard that is judged', async () => {
    there(set(FIRST), set(`${FIRST}-shard-1`), set(`${FIRST}-shard-2`, { readyReplicas: 0 }));
    const usual = world.server.answer;
    world.server.answer = (seen, response) => {
      const asked = seen.query.get('labelSelector');
      if (asked?.startsWith('set=') !== true) return usual(seen, response);
      const name = asked.slice('set='.length);
      response.end(JSON.stringify(list([{ metadata: meta(`${name}-0`) }])));
    };
    expect((await collected()).pods).toMatchObject({ value: [{ meta: { name: `${FIRST}-shard-2-0` } }] });
  });

  test('the one that the operator’s error names is judged, where another is not right either', async () => {
    const message = `statefulsets.apps "${FIRST}-shard-2" is forbidden: exceeded quota`;
    asks({ shards: 3 }, [{ type: 'Reconciled', status: 'False', message }]);
    there(set(FIRST), set(`${FIRST}-shard-1`, { readyReplicas: 0 }));
    expect(judged(await collected())).toEqual({ shard: 2, set: 'absent' });
  });

  test('a StatefulSet beyond them is none of them: a smaller number leaves it behind', async () => {
    asks({ shards: 2 });
    there(set(FIRST), set(`${FIRST}-shard-1`), set(`${FIRST}-shard-2`, { readyReplicas: 0 }));
    const all = await collected();
    expect(all.shards).toMatchObject({ value: { judged: 0, all: [{ shard: 0 }, { shard: 1 }] } });
  });

  test('nothing is known of the others where StatefulSets may not be listed', async () => {
    there(set(FIRST));
    world.replies.set(SETS, forbidden);
    const all = await collected();
    expect(all.shards).toMatchObject({
      state: 'unread',
      because: 'forbidden',
      needs: { verb: 'list', resource: 'statefulsets', namespace: NS },
    });
    expect(judged(all)).toMatchObject({ set: FIRST });
  });

  test('a list that was cut says nothing of those that are not in it', async () => {
    there(set(FIRST));
    world.replies.set(SETS, list([set(FIRST)], { continue: 'more' }));
    expect((await collected()).shards).toMatchObject({ state: 'unread', because: 'too-large' });
  });
});

test.each([1, 0, undefined, 'two', 1e12])(
  'shards: %j asks for one StatefulSet, or for more than can be read',
  async (shards) => {
    asks(shards === undefined ? {} : { shards });
    there(set(FIRST));
    const all = await collected();
    if (shards === 1e12) expect(all.shards).toMatchObject({ because: 'too-large' });
    else expect(all).not.toHaveProperty('shards');
    expect(all.paths).not.toContain(SETS);
  },
);

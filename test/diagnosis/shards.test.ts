import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, Shards, ShardView, StatefulSetView } from '../../src/evidence/types.ts';
import {
  AVAILABLE,
  absent,
  condition,
  evidence,
  log,
  meta,
  operator,
  ownedBy,
  pod,
  prometheus,
  read,
  statefulSet,
  unread,
} from '../builders/evidence.ts';
import { deepFreeze } from '../builders/order.ts';
import { rights } from '../runbooks/rights.ts';

const FIRST = 'prometheus-main';
const SECOND = 'prometheus-main-shard-1';
const SYNCED =
  'ts=2026-03-01T12:00:02Z level=info msg="successfully synced all caches" component=prometheus-controller';
const spec = { version: 'v3.7.3', replicas: 1, shards: 2 };

const shard = (index: number, more: Partial<ShardView> = {}): ShardView => ({
  shard: index,
  name: index === 0 ? FIRST : `${FIRST}-shard-${index}`,
  state: 'ready',
  ready: 1,
  replicas: 1,
  ...more,
});
const shards = (judged: number, ...all: readonly ShardView[]) => read<Shards>({ judged, all });

/** A Prometheus of two shards whose operator is well. */
const two = (more: Partial<Evidence> = {}, conditions = AVAILABLE): Evidence =>
  evidence({
    operators: read([operator({ rights: read(rights()), log: log([SYNCED]) })]),
    resource: read(prometheus(conditions, { spec })),
    shards: shards(0, shard(0), shard(1)),
    ...more,
  });
const second = (more: Partial<StatefulSetView> = {}) =>
  statefulSet({ meta: meta(SECOND, { owners: [ownedBy], labels: { 'managed-by': 'prometheus-operator' } }), ...more });
const missing = (conditions = AVAILABLE) =>
  two(
    {
      statefulSet: absent(),
      pods: absent(),
      shards: shards(1, shard(0), { shard: 1, name: SECOND, state: 'absent', ready: 0 }),
    },
    conditions,
  );
const refused = (message: string) => [
  condition('Available', 'False', { reason: 'StatefulSetNotFound' }),
  condition('Reconciled', 'False', { reason: 'ReconciliationFailed', message }),
];
const codes = (of: Evidence) =>
  diagnose(deepFreeze(of)).byRunbook.flatMap(({ findings }) => findings.map(({ code }) => code));
const rung = (of: Evidence, name: string) => diagnose(of).ladder.find((one) => one.rung === name)?.state;

describe('a Prometheus of two shards', () => {
  it('is healthy when both have their pods', () => {
    expect(diagnose(two()).verdict).toBe('healthy');
    expect(codes(two())).toContain('shards-complete');
  });

  it('is not, when the second has no StatefulSet, whatever the first one’s looks like', () => {
    const found = diagnose(missing());
    expect(found.verdict).not.toBe('healthy');
    expect(rung(missing(), 'statefulset')).toBe('not-reached');
    expect(found.observations.find(({ code }) => code === 'shard-at-fault')?.values).toEqual({
      total: 2,
      shard: 1,
      statefulSet: SECOND,
      others: '',
    });
    // The first one watches its part.
    expect(found).not.toHaveProperty('blindSince');
  });

  it('is broken by what the operator’s error says of the second', () => {
    const message = `creating statefulset failed: statefulsets.apps "${SECOND}" is forbidden: exceeded quota: objects, requested: count/statefulsets.apps=1, used: count/statefulsets.apps=2, limited: count/statefulsets.apps=2`;
    const { verdict, rootCause } = diagnose(missing(refused(message)));
    expect({ verdict, cause: rootCause?.cause, certainty: rootCause?.certainty }).toEqual({
      verdict: 'broken',
      cause: 'quota-on-owned-objects',
      certainty: 'proven',
    });
    expect(JSON.stringify(rootCause)).toContain(SECOND);
  });

  it('has its second StatefulSet’s name taken by somebody else’s, not by one without a label', () => {
    const taken = refused(`creating statefulset failed: statefulsets.apps "${SECOND}" already exists`);
    const foreign = second({ meta: meta(SECOND) });
    const seen = two(
      { statefulSet: read(foreign), shards: shards(1, shard(0), shard(1, { state: 'foreign' })) },
      taken,
    );
    expect(diagnose(seen).rootCause).toMatchObject({ cause: 'foreign-sts', values: { statefulSet: SECOND } });
  });

  it('is not judged by a StatefulSet of another shard than the one whose name is taken', () => {
    const taken = refused(`creating statefulset failed: statefulsets.apps "${SECOND}" already exists`);
    const { rootCause } = diagnose(two({ shards: unread() }, taken));
    expect(rootCause).toMatchObject({ cause: 'sts-invisible-label', certainty: 'possible' });
  });

  it('has a pod of the second shard that fails, and says which', () => {
    const owners = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: SECOND, uid: `uid-${SECOND}` }];
    const { nodeName: _, ...pending } = pod({
      meta: meta(`${SECOND}-0`, { owners }),
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'False', { message: '0/1 nodes are available: 1 Insufficient cpu.' })],
      containers: [],
    });
    const seen = two({
      statefulSet: read(second({ status: { replicas: 1, readyReplicas: 0, observedGeneration: 1 } })),
      pods: read([pending]),
      shards: shards(1, shard(0), shard(1, { state: 'not-ready', ready: 0 })),
    });
    expect(diagnose(seen)).toMatchObject({
      verdict: 'broken',
      rootCause: { cause: 'unschedulable', values: { pod: `${SECOND}-0` } },
    });
  });

  it.each<[string, ShardView]>([
    ['is missing', { shard: 1, name: SECOND, state: 'absent', ready: 0 }],
    ['is somebody else’s', shard(1, { state: 'foreign' })],
    ['has half its pods', shard(1, { state: 'not-ready', replicas: 2 })],
  ])('is not healthy when the one that is not judged %s', (_, other) => {
    expect(diagnose(two({ shards: shards(0, shard(0), other) })).verdict).not.toBe('healthy');
  });
});

describe('shards that were not read', () => {
  it('are not healthy, and it says which right is missing', () => {
    const needs = { verb: 'list', group: 'apps', resource: 'statefulsets', namespace: 'monitoring' };
    const found = diagnose(two({ shards: unread('forbidden', needs) }));
    expect(found.verdict).toBe('inconclusive');
    expect(found.notChecked).toContainEqual(expect.objectContaining({ source: 'shards', reason: 'forbidden', needs }));
  });

  it('are not healthy in a capture from before they were read', () => {
    const { shards: _, ...before } = two();
    expect(diagnose(before).verdict).toBe('inconclusive');
    expect(diagnose(before).notChecked).toContainEqual(expect.objectContaining({ source: 'shards' }));
  });

  it('are no matter where there is only one', () => {
    const { shards: _, ...one } = two({ resource: read(prometheus()) });
    expect(diagnose(one).verdict).toBe('healthy');
    expect(codes(one).filter((code) => code.startsWith('shard'))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Evidence, Meta, OwnedObject, StatefulSetView } from '../../src/evidence/types.ts';
import { planOf } from '../../src/remediations/index.ts';
import { absent, CLUSTER, diagnosis, evidence, forbidden, meta, OWNERS, planned, read, STRANGERS } from './world.ts';

describe('a StatefulSet that the operator does not see', () => {
  const LABELS = {
    'managed-by': 'prometheus-operator',
    'operator.prometheus.io/mode': 'server',
    'operator.prometheus.io/name': 'main',
    'operator.prometheus.io/shard': '0',
  };
  const { 'managed-by': _gone, ...OTHERS } = LABELS;
  const statefulSet = (more: Partial<Meta>, view: Partial<StatefulSetView> = {}) =>
    read<StatefulSetView>({
      meta: meta('prometheus-main', { owners: OWNERS, labels: OTHERS, ...more }),
      contentHash: 'hash-of-the-statefulset',
      status: {},
      conditions: [],
      selector: '',
      claimTemplates: [],
      images: [],
      ...view,
    });
  const ask = (id: string, world: Partial<Evidence>) =>
    planOf(id, evidence(world), diagnosis('sts-invisible-label'), CLUSTER);

  it('gets only the label that is missing, and undo takes it off again', () => {
    const plan = planned(ask('relabel-statefulset', { statefulSet: statefulSet({}) }));

    expect(plan.steps).toEqual([
      {
        do: 'patch',
        object: {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          namespace: 'monitoring',
          name: 'prometheus-main',
          uid: 'uid-prometheus-main',
        },
        contentHash: 'hash-of-the-statefulset',
        patch: { metadata: { labels: { 'managed-by': 'prometheus-operator' } } },
      },
    ]);
    expect(plan.undo).toMatchObject({ steps: [{ patch: { metadata: { labels: { 'managed-by': null } } } }] });
  });

  it('gets the number of its shard, of several', () => {
    const name = 'prometheus-main-shard-1';
    const one = { name: 'prometheus-main', shard: 0, state: 'ready', ready: 1, replicas: 1 } as const;
    const plan = planned(
      ask('relabel-statefulset', {
        statefulSet: statefulSet({ name, uid: 'uid-1', labels: {} }),
        shards: read({ judged: 1, all: [one, { ...one, name, shard: 1, state: 'unlabelled' }] }),
      }),
    );

    expect(plan.steps).toMatchObject([
      {
        object: { name, uid: 'uid-1' },
        patch: { metadata: { labels: { 'operator.prometheus.io/shard': '1' } } },
      },
    ]);
  });

  it('is freed first of the label of the resource that hides it again and again', () => {
    const resource = read({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      meta: meta('main', { labels: { 'managed-by': 'argocd' } }),
      spec: {},
      contentHash: 'h',
    });
    const world = { resource, statefulSet: statefulSet({ labels: { ...OTHERS, 'managed-by': 'argocd' } }) };
    const plan = planned(ask('relabel-statefulset', world));

    expect(plan.steps).toMatchObject([
      { object: { kind: 'Prometheus' }, patch: { metadata: { labels: { 'managed-by': null } } } },
      { object: { kind: 'StatefulSet' } },
    ]);
    expect(plan.permanent.code).toBe('resource-label-at-its-source');
    expect(plan.undo).toMatchObject({
      steps: [
        { object: { kind: 'StatefulSet' }, patch: { metadata: { labels: { 'managed-by': 'argocd' } } } },
        { object: { kind: 'Prometheus' }, patch: { metadata: { labels: { 'managed-by': 'argocd' } } } },
      ],
    });
  });

  it.each([
    ['somebody else made', statefulSet({ owners: STRANGERS }), 'not-owned'],
    ['nobody owns', statefulSet({ owners: [] }), 'not-owned'],
    ['is being deleted', statefulSet({ deleting: '2026-11-25T03:00:00Z' }), 'being-deleted'],
    ['has its labels', statefulSet({ labels: LABELS }), 'label-is-right'],
    ['is gone', absent, 'object-gone'],
    ['could not be read', forbidden, 'not-checked'],
  ])('is left alone when it is one that %s', (_what, world, code) => {
    for (const id of ['relabel-statefulset', 'orphan-delete-statefulset'])
      expect(ask(id, { statefulSet: world }), id).toMatchObject({ code });
  });

  it('can be deleted without its pods; that is of high risk, and says what becomes of the data', () => {
    const claimTemplates = [{ name: 'db' }];
    const plan = planned(ask('orphan-delete-statefulset', { statefulSet: statefulSet({}, { claimTemplates }) }));

    expect(plan).toMatchObject({ risk: 'high', undo: { kind: 'none' } });
    expect(plan.steps).toMatchObject([{ do: 'delete', propagation: 'Orphan', owner: 'uid-main' }, { do: 'nudge' }]);
    expect(plan.untouched.map(({ code }) => code)).toContain('volumes-stay-behind');
  });

  it('has its data go with its pods where it has no claims', () => {
    const plan = planned(ask('relabel-statefulset', { statefulSet: statefulSet({}) }));

    expect(plan.untouched.map(({ code }) => code)).toContain('no-volumes');
  });
});

describe('an object in the way', () => {
  const RULES = 'prometheus-main-rulefiles-0';
  const MESSAGE = `failed to create ConfigMap '${RULES}': configmaps "${RULES}" already exists`;
  const owned = (more: Partial<Meta>, one: Partial<OwnedObject> = {}) =>
    read<readonly OwnedObject[]>([
      {
        step: 1,
        kind: 'ConfigMap',
        name: RULES,
        object: read(meta(RULES, { owners: OWNERS, ...more })),
        hash: 'h',
        ...one,
      },
    ]);
  const ask = (world: Partial<Evidence>, message = MESSAGE, cause: CauseSlug = 'rules-configmap-taken') => {
    const found = diagnosis(cause);
    const rootCause = found.rootCause && { ...found.rootCause, values: { message } };
    return planOf('remove-owned-conflict', evidence(world), { ...found, rootCause }, CLUSTER);
  };

  it('is deleted when this very resource owns it; then the operator is asked to try again', () => {
    const plan = planned(ask({ owned: owned({}) }));

    expect(plan.steps).toMatchObject([
      { do: 'delete', object: { kind: 'ConfigMap', name: RULES }, contentHash: 'h', owner: 'uid-main' },
      { do: 'nudge', object: { kind: 'Prometheus' } },
    ]);
    expect(plan.rights).toContainEqual({
      verb: 'delete',
      group: '',
      resource: 'configmaps',
      namespace: 'monitoring',
      name: RULES,
    });
  });

  it.each([
    ['somebody else’s', owned({ owners: STRANGERS }), 'not-owned'],
    ['nobody’s', owned({ owners: [] }), 'not-owned'],
    ['held by a finalizer', owned({ finalizers: ['x/y'] }), 'held-by-finalizer'],
    ['on its way out', owned({ deleting: '2026-11-25T03:00:00Z' }), 'being-deleted'],
    ['gone', owned({}, { object: absent }), 'object-gone'],
    ['not readable', owned({}, { object: forbidden }), 'not-checked'],
    ['of another name than the operator gives', read([]), 'not-owned'],
  ])('stays when it is %s', (_what, world, code) => {
    expect(ask({ owned: world })).toMatchObject({ code });
  });

  it('stays when the message names none', () => {
    expect(ask({ owned: owned({}) }, 'something else failed')).toMatchObject({ code: 'not-judged' });
  });

  it('is never another object than the one that the cause is about', () => {
    const message = `creating config failed: Secret "${RULES}" is invalid`;

    expect(ask({ owned: owned({}) }, message, 'owned-secret-immutable')).toMatchObject({ code: 'not-owned' });
  });
});

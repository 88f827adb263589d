import { describe, expect, it } from 'vitest';
import type { ApplicationView, Evidence, Meta } from '../../src/evidence/types.ts';
import { isPlan, planFor, planOf } from '../../src/remediations/index.ts';
import type { Plan } from '../../src/remediations/types.ts';
import {
  absent,
  applicationWith,
  CLUSTER,
  diagnosis,
  evidence,
  forbidden,
  meta,
  OWNERS,
  planned,
  read,
  STRANGERS,
} from './world.ts';

const RULES = 'prometheus-main-rulefiles-0';
const MESSAGE = `failed to create ConfigMap '${RULES}': configmaps "${RULES}" already exists`;

const configMap = (more: Partial<Meta> = {}) =>
  read([
    {
      step: 1,
      kind: 'ConfigMap' as const,
      name: RULES,
      object: read(meta(RULES, { owners: OWNERS, ...more })),
      hash: 'h',
    },
  ]);
const resource = (more: Partial<Meta> = {}, spec: Record<string, unknown> = {}) =>
  read({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    meta: meta('main', more),
    spec,
    contentHash: 'hash-of-the-resource',
  });
const statefulSet = (owners: Meta['owners']) =>
  read({
    meta: meta('prometheus-main', { owners }),
    status: {},
    conditions: [],
    selector: '',
    claimTemplates: [{ name: 'db' }],
    images: [],
  });

const found = () => {
  const taken = diagnosis('rules-configmap-taken');
  return { ...taken, rootCause: taken.rootCause && { ...taken.rootCause, values: { message: MESSAGE } } };
};
const ask = (world: Partial<Evidence> = {}) =>
  planOf('recreate-resource', evidence({ owned: configMap(), ...world }), found(), CLUSTER);
describe('to re-create the resource', () => {
  it('comes second, after removing just the object in the way', () => {
    expect(planFor(evidence({ owned: configMap() }), found(), CLUSTER).plan?.remediation).toBe('remove-owned-conflict');
  });

  it.each(['ready', 'not-ready', 'deleting', 'unlabelled'] as const)(
    'is refused while another shard’s StatefulSet is there: %s',
    (state) => {
      const shards = read({
        judged: 1,
        all: [
          { shard: 0, name: 'prometheus-main', state, ready: 1, replicas: 1 },
          { shard: 1, name: 'prometheus-main-shard-1', state: 'absent' as const, ready: 0 },
        ],
      });
      expect(ask({ shards, resource: resource({}, { shards: 2 }), statefulSet: absent })).toMatchObject({
        code: 'owns-a-workload',
        values: { object: 'StatefulSet prometheus-main' },
      });
    },
  );

  it('is refused where it asks for several shards and only the first was read', () => {
    expect(ask({ resource: resource({}, { shards: 2 }), statefulSet: absent })).toMatchObject({ code: 'not-checked' });
  });

  it('is one step of high risk without undo, which names what must not run for it', () => {
    const plan = planned(ask());

    expect(plan).toMatchObject({ risk: 'high', undo: { kind: 'none', because: { code: 'made-again-as-it-was' } } });
    expect(plan.steps).toEqual([
      {
        do: 'recreate',
        object: expect.objectContaining({ kind: 'Prometheus', name: 'main', uid: 'uid-main' }),
        contentHash: 'hash-of-the-resource',
        propagation: 'Background',
        by: 'promfix',
        without: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'monitoring', name: 'prometheus-main' }],
      },
    ]);
    expect(plan.rights).toContainEqual({
      verb: 'create',
      group: 'monitoring.coreos.com',
      resource: 'prometheuses',
      namespace: 'monitoring',
    });
  });

  it('looks at the StatefulSet of every shard', () => {
    const gone = (shard: number, name: string) => ({ shard, name, state: 'absent' as const, ready: 0 });
    const shards = read({ judged: 0, all: [gone(0, 'prometheus-main'), gone(1, 'prometheus-main-shard-1')] });
    const [step] = planned(ask({ shards, resource: resource({}, { shards: 2 }) })).steps;

    expect(step?.do === 'recreate' && step.without.map(({ name }) => name)).toEqual([
      'prometheus-main',
      'prometheus-main-shard-1',
    ]);
  });

  it('says what becomes of the data', () => {
    const codes = (plan: Plan) => plan.untouched.map(({ code }) => code);

    expect(codes(planned(ask()))).toContain('no-claims');
    expect(codes(planned(ask({ resource: resource({}, { storage: { volumeClaimTemplate: {} } }) })))).toContain(
      'claims-stay',
    );
  });

  it.each([
    ['it owns a StatefulSet', { statefulSet: statefulSet(OWNERS) }, 'owns-a-workload'],
    ['the StatefulSet could not be read', { statefulSet: forbidden }, 'not-checked'],
    ['a finalizer holds it', { resource: resource({ finalizers: ['example.com/hold'] }) }, 'held-by-finalizer'],
    ['it is being deleted', { resource: resource({ deleting: '2026-11-25T03:00:00Z' }) }, 'being-deleted'],
    ['it is gone', { resource: absent }, 'resource-absent'],
    ['the object in the way is somebody else’s', { owned: configMap({ owners: STRANGERS }) }, 'not-owned'],
    ['the object in the way would not go with it', { owned: configMap({ finalizers: ['x/y'] }) }, 'held-by-finalizer'],
    ['it may run a DaemonSet', { resource: resource({}, { mode: 'DaemonSet' }) }, 'not-judged'],
  ] as const)('is refused when %s', (_what, world, code) => {
    expect(ask(world)).toMatchObject({ code });
  });

  it('names the gentler repair when it would take pods with it', () => {
    expect(ask({ statefulSet: statefulSet(OWNERS) })).toMatchObject({ values: { instead: 'remove-owned-conflict' } });
  });

  it('goes on although somebody else has a StatefulSet of that name', () => {
    expect(isPlan(ask({ statefulSet: statefulSet(STRANGERS) }))).toBe(true);
  });

  it('is refused in the cluster’s own namespaces', () => {
    const world = evidence({ owned: configMap() });
    const answer = planOf(
      'recreate-resource',
      { ...world, target: { ...world.target, namespace: 'kube-system' } },
      found(),
      CLUSTER,
    );

    expect(answer).toMatchObject({ code: 'protected-namespace' });
  });

  it('is refused for a cause that it can’t help, and says which repair does', () => {
    const answer = planOf('recreate-resource', evidence(), diagnosis('crd-race-at-start'), CLUSTER);

    expect(answer).toMatchObject({
      code: 'wrong-cause',
      values: { instead: expect.stringMatching(/^restart-operator\b/) },
    });
  });
});

describe('who makes it again', () => {
  const HEALING: ApplicationView = {
    ...applicationWith('Prometheus', 'main', 'Synced'),
    destination: { name: 'in-cluster' },
    sync: { status: 'Synced', revision: '79.5.0' },
    operation: { phase: 'Succeeded', revision: '79.5.0', partial: false, syncOptions: [], results: [] },
    windows: [],
  };
  const skipped = meta('monitoring', { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } });
  const by = (more: Partial<ApplicationView>) => {
    const plan = planned(ask({ applications: read([{ ...HEALING, ...more }]) }));
    const [step] = plan.steps;
    return [step?.do === 'recreate' && step.by, plan.checks.at(-1)?.code];
  };

  it('is Argo CD where it would do that by itself; it is asked to refresh', () => {
    expect(by({})).toEqual(['argocd', 'made-again-by-argocd']);
    expect(planned(ask({ applications: read([HEALING]) })).steps).toMatchObject([
      { refresh: { kind: 'Application', namespace: 'argocd', name: 'monitoring' } },
    ]);
  });

  it.each([
    ['it does not heal', { automated: { selfHeal: false } }, 'argocd-heals-not'],
    ['automation is off', { automated: { selfHeal: true, enabled: false } }, 'argocd-heals-not'],
    ['its last sync failed', { operation: { ...HEALING.operation, phase: 'Failed' } }, 'argocd-sync-not-done'],
    ['its last sync was of another revision', { sync: { revision: '80.0.0' } }, 'argocd-sync-not-done'],
    ['an operation runs', { operation: { ...HEALING.operation, phase: 'Running' } }, 'argocd-is-busy'],
    ['an operation is asked for', { operationRequested: true }, 'argocd-is-busy'],
    ['its project has a sync window', { windows: [{ kind: 'deny' }] }, 'argocd-window-unclear'],
    ['it deploys to another cluster', { destination: { name: 'production' } }, 'argocd-heals-not'],
    ['it is told to skip it', { meta: skipped }, 'argocd-heals-not'],
  ])('is promfix when %s', (_what, more, code) => {
    // The spread keeps the required fields of `operation`.
    expect(by(more as Partial<ApplicationView>)).toEqual(['promfix', code]);
  });

  it('is promfix when the project’s windows were not read', () => {
    const { windows: _unknown, ...unread } = HEALING;
    const [step] = planned(ask({ applications: read([unread]) })).steps;

    expect(step).toMatchObject({ by: 'promfix' });
  });
});

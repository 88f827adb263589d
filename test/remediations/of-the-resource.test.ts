import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Evidence, ResourceView } from '../../src/evidence/types.ts';
import { planOf } from '../../src/remediations/index.ts';
import { applicationWith, CLUSTER, deployment, diagnosis, evidence, meta, operator, planned, read } from './world.ts';

const resource = (more: Partial<ResourceView>) =>
  read({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    meta: meta('main'),
    spec: {},
    contentHash: 'hash-of-the-resource',
    ...more,
  });
const withArgs = (...args: string[]) => {
  const one = deployment();
  return operator({ deployment: { ...one, container: { ...one.container, args } } });
};
const ask = (id: string, cause: CauseSlug, world: Evidence) => planOf(id, world, diagnosis(cause), CLUSTER);

describe('the controller id', () => {
  const ID = 'operator.prometheus.io/controller-id';
  const fix = (world: Evidence) => ask('fix-controller-id', 'controller-id-mismatch', world);
  const claimed = resource({ meta: meta('main', { annotations: { [ID]: 'team-a' } }) });

  it('is taken off where the operator has none, and undo puts it back', () => {
    const plan = planned(fix(evidence({ resource: claimed })));

    expect(plan.steps).toMatchObject([
      { do: 'patch', contentHash: 'hash-of-the-resource', patch: { metadata: { annotations: { [ID]: null } } } },
    ]);
    expect(plan.undo).toMatchObject({ steps: [{ patch: { metadata: { annotations: { [ID]: 'team-a' } } } }] });
    expect(plan.diff).toMatchObject([{ before: 'team-a', after: null }]);
  });

  it('becomes the operator’s own where it has one', () => {
    const world = evidence({ resource: claimed, operators: read([withArgs('--controller-id=main')]) });

    expect(planned(fix(world)).diff).toMatchObject([{ before: 'team-a', after: 'main' }]);
  });

  it('is left alone where another operator has it: the resource may be its own', () => {
    const world = evidence({ resource: claimed, operators: read([operator(), withArgs('--controller-id=team-a')]) });

    expect(fix(world)).toMatchObject({ code: 'another-operator-claims' });
  });

  it('comes back by itself where Argo CD has it from Git', () => {
    const world = evidence({
      resource: claimed,
      applications: read([applicationWith('Prometheus', 'main', 'Synced')]),
    });

    expect(planned(fix(world)).ownership).toMatchObject([{ manager: 'argocd', selfHeal: true, survives: false }]);
  });
});

describe('the label that an operator selects by', () => {
  const add = (selector: string, labels: Readonly<Record<string, string>> = {}) =>
    ask(
      'add-instance-label',
      'instance-selector-excludes',
      evidence({
        resource: resource({ meta: meta('main', { labels }) }),
        operators: read([withArgs(`--prometheus-instance-selector=${selector}`)]),
      }),
    );

  it.each([
    ['team=a', { team: 'a' }],
    ['team==a,tier in (one)', { team: 'a', tier: 'one' }],
  ])('is added for %s', (selector, labels) => {
    const plan = planned(add(selector));

    expect(plan.steps).toMatchObject([{ patch: { metadata: { labels } } }]);
    expect(plan.diff).toHaveLength(Object.keys(labels).length);
  });

  it.each([
    ['team in (a,b)', {}],
    ['team', {}],
    ['team!=a', { team: 'a' }],
    ['team=a', { team: 'b' }],
    ['!team', { team: 'a' }],
    ['???', {}],
  ])('is nobody’s to guess for %s on %j', (selector, labels) => {
    expect(add(selector, labels)).toMatchObject({ code: 'selector-unclear' });
  });

  it('stays where Argo CD does not know it', () => {
    const plan = planned(
      ask(
        'add-instance-label',
        'instance-selector-excludes',
        evidence({
          operators: read([withArgs('--prometheus-instance-selector=team=a')]),
          applications: read([applicationWith('Prometheus', 'main', 'Synced')]),
        }),
      ),
    );

    expect(plan.ownership).toMatchObject([{ manager: 'argocd', survives: true }]);
  });
});

describe('a readable version', () => {
  const set = (spec: Readonly<Record<string, unknown>>) =>
    ask('set-version', 'version-not-semver', evidence({ resource: resource({ spec }) }));

  it.each([
    [{ version: 'latest', image: 'quay.io/prometheus/prometheus:v3.7.3' }, 'v3.7.3'],
    [{ version: 'latest', image: 'registry.example:5000/prometheus:v3.7.3@sha256:0f1e' }, 'v3.7.3'],
    [{ version: 'v3.7.3@sha256:0f1e2d' }, 'v3.7.3'],
    [{ version: 'v3.7.2@sha256:0f1e2d', image: 'quay.io/prometheus/prometheus:v3.7.3' }, 'v3.7.3'],
  ])('is taken from %j', (spec, version) => {
    const plan = planned(set(spec));

    expect(plan.steps).toMatchObject([{ patch: { spec: { version } } }]);
    expect(plan.undo).toMatchObject({ steps: [{ patch: { spec: { version: spec.version } } }] });
  });

  it('says so when a digest no longer pins the image', () => {
    const codes = (spec: Readonly<Record<string, unknown>>) => planned(set(spec)).effects?.map(({ code }) => code);

    expect(codes({ version: 'v3.7.3@sha256:0f1e2d' })).toContain('digest-no-longer-pinned');
    expect(codes({ version: 'latest', image: 'quay.io/prometheus/prometheus:v3.7.3' })).not.toContain(
      'digest-no-longer-pinned',
    );
  });

  it.each([
    [{ version: 'latest' }],
    [{ version: 'latest', image: 'quay.io/prometheus/prometheus:latest' }],
    [{ version: 'latest', image: 'registry.example:5000/prometheus' }],
    [{ version: '' }],
  ])('is asked for where %j says none', (spec) => {
    expect(set(spec)).toMatchObject({ code: 'version-unknown' });
  });
});

describe('every repair of the custom resource', () => {
  it.each([
    ['fix-controller-id', 'controller-id-mismatch'],
    ['add-instance-label', 'instance-selector-excludes'],
    ['set-version', 'version-not-semver'],
    ['nudge', 'storageclass-missing'],
    ['unpause', 'paused'],
  ] as const)('%s is refused while the resource is being deleted, is gone or was not read', (id, cause) => {
    const deleting = resource({ meta: meta('main', { deleting: '2026-11-25T03:00:00Z' }) });
    const unread = { state: 'unread', because: 'forbidden', detail: '' } as const;

    expect(ask(id, cause, evidence({ resource: deleting }))).toMatchObject({ code: 'being-deleted' });
    expect(ask(id, cause, evidence({ resource: unread }))).toMatchObject({ code: 'not-checked' });
    const gone = { state: 'absent', how: 'no-such-object', at: '2026-11-25T03:00:00Z' } as const;
    expect(ask(id, cause, evidence({ resource: gone }))).toMatchObject({ refused: true });
  });
});

import { describe, expect, it } from 'vitest';
import type { Evidence, OperatorView } from '../../src/evidence/types.ts';
import { scope } from '../../src/runbooks/scope.ts';
import { evidence, meta, operator, prometheus, read, statefulSet } from '../builders/evidence.ts';

const base = operator().deployment;
const withArgs = (args: readonly string[], namespace = 'monitoring', replicas = 1): OperatorView =>
  operator({
    deployment: {
      ...base,
      meta: meta(`operator-${namespace}`, { namespace }),
      replicas,
      status: { replicas, readyReplicas: replicas, updatedReplicas: replicas },
      container: { ...base.container, args },
    },
  });
const seen = (args: readonly string[], more: Partial<Evidence> = {}) =>
  evidence({ operators: read([withArgs(args)]), ...more });
const causes = (one: Evidence) => scope.judge(one).flatMap((found) => (found.kind === 'cause' ? [found.cause] : []));
const labelled = (labels: Record<string, string>, annotations: Record<string, string> = {}) => ({
  resource: read(prometheus(undefined, { meta: meta('main', { labels, annotations }) })),
});

describe("the operator's filters", () => {
  it.each([
    [['--namespaces=a,b'], 'ns-allowlist-excludes'],
    [['--namespaces=monitoring', '--prometheus-instance-namespaces=a'], 'ns-allowlist-excludes'],
    [['--deny-namespaces=monitoring'], 'ns-denylist'],
    [['--prometheus-instance-selector=team=a'], 'instance-selector-excludes'],
    [['--controller-id=x'], 'controller-id-mismatch'],
  ])('%j leave the resource out', (args, cause) => {
    expect(causes(seen(args))).toEqual([cause]);
  });

  it.each([
    [[]],
    [['--namespaces=']],
    [['--namespaces=a,monitoring']],
    [['--namespaces=a', '--prometheus-instance-namespaces=monitoring']],
    [['--alertmanager-instance-namespaces=a', '--alertmanager-instance-selector=team=a']],
    [['--deny-namespaces=a']],
    [['--prometheus-instance-namespaces=monitoring', '--deny-namespaces=monitoring']],
  ])('%j take it in', (args) => {
    expect(causes(seen(args))).toEqual([]);
  });

  it('look at labels and the controller-id as they stand on the resource', () => {
    expect(causes(seen(['--prometheus-instance-selector=team in (a,b)'], labelled({ team: 'b' })))).toEqual([]);
    expect(causes(seen([], labelled({}, { 'operator.prometheus.io/controller-id': 'x' })))).toEqual([
      'controller-id-mismatch',
    ]);
    expect(causes(seen(['--controller-id=x'], labelled({}, { 'operator.prometheus.io/controller-id': 'x' })))).toEqual(
      [],
    );
  });

  it('are not judged by a selector that cannot be read', () => {
    expect(causes(seen(['--prometheus-instance-selector=((']))).toEqual([]);
  });
});

describe("the resource's own state", () => {
  it('may be on its way out, held by a finalizer', () => {
    const deleting = read(
      prometheus([], { meta: meta('main', { deleting: '2026-03-01T12:00:00Z', finalizers: ['example.com/hold'] }) }),
    );

    expect(causes(seen([], { resource: deleting }))).toEqual(['cr-terminating']);
  });

  it('may be paused', () => {
    expect(causes(seen([], { resource: read(prometheus(undefined, { spec: { paused: true } })) }))).toEqual(['paused']);
    expect(causes(seen([], { resource: read(prometheus(undefined, { spec: { paused: false } })) }))).toEqual([]);
  });
});

describe('two operators', () => {
  const two = (second: OperatorView, generation = 1) =>
    scope.judge(
      evidence({
        operators: read([withArgs([]), second]),
        statefulSet: read(
          statefulSet({ meta: meta('prometheus-main', { generation, created: '2026-03-01T12:05:00Z', owners: [] }) }),
        ),
      }),
    );
  const verdict = (...given: Parameters<typeof two>) =>
    two(...given).flatMap((one) => (one.kind === 'cause' ? [`${one.cause} ${one.certainty}`] : []));

  it('that both take the resource are proven to fight by the rate of changes, else likely', () => {
    expect(verdict(withArgs([], 'cattle'), 60)).toEqual(['two-operators proven']);
    expect(verdict(withArgs([], 'cattle'), 2)).toEqual(['two-operators likely']);
  });

  it('may live side by side when one of them leaves the resource alone or does not run', () => {
    expect(verdict(withArgs(['--namespaces=cattle'], 'cattle'), 60)).toEqual([]);
    expect(verdict(withArgs(['--controller-id=cattle'], 'cattle'))).toEqual([]);
    expect(verdict(withArgs([], 'cattle', 0))).toEqual([]);
  });
});

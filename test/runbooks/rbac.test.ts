import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { BindingView, Evidence, OperatorView } from '../../src/evidence/types.ts';
import { rbac } from '../../src/runbooks/rbac.ts';
import { absent, evidence, log, meta, operator, owned, prometheus, read, unread } from '../builders/evidence.ts';
import { rights } from './rights.ts';

const MISSING =
  'ts=2026-03-01T12:00:01Z level=warn msg="missing permission on resource \\"prometheuses\\" (group: \\"monitoring.coreos.com/v1\\")" reason="missing \\"list\\" permission on resource \\"prometheuses\\" (group: \\"monitoring.coreos.com\\") for all namespaces"';
const RUNNING =
  'ts=2026-03-01T12:00:02Z level=info msg="successfully synced all caches" component=prometheus-controller';

const stuck = (of: Partial<OperatorView>): Evidence =>
  evidence({
    resource: read(prometheus([])),
    statefulSet: absent(),
    owned: read(owned(0)),
    operators: read([operator(of)]),
  });
const causes = (seen: Evidence) =>
  rbac.judge(seen).flatMap((one) => (one.kind === 'cause' ? [`${one.cause}: ${one.code}`] : []));
const binding = (subject: string, namespace: string): BindingView => ({
  kind: 'ClusterRoleBinding',
  meta: meta('operator'),
  role: { kind: 'ClusterRole', name: 'operator' },
  subjects: [{ kind: 'ServiceAccount', name: subject, namespace }],
});

describe('rights at start', () => {
  it('are missing still', () => {
    expect(causes(stuck({ rights: read(rights('list prometheuses')), log: log([MISSING]) }))).toEqual([
      'rbac-gate-prometheuses: gate-rights-missing',
    ]);
  });

  it('were missing at start and are there now: only a restart is left to do', () => {
    expect(causes(stuck({ rights: read(rights()), log: log([MISSING]) }))).toEqual([
      'rbac-gate-prometheuses: gate-rights-missing-at-start',
    ]);
  });

  it('of update on the status switch the controller off, those of patch do not', () => {
    expect(causes(stuck({ rights: read(rights('update prometheuses/status')), log: unread() }))).toEqual([
      'rbac-gate-status-update: gate-status-right-missing',
    ]);
    expect(causes(stuck({ rights: read(rights('patch prometheuses/status')), log: log([RUNNING]) }))).toEqual([
      'status-patch-forbidden: status-right-missing',
    ]);
  });

  it('are no matter while the controller runs', () => {
    expect(causes(stuck({ rights: read(rights('get prometheuses')), log: log([RUNNING]) }))).toEqual([]);
  });

  it('of other kinds are no matter for a Prometheus', () => {
    expect(
      causes(stuck({ rights: read(rights()), log: log([MISSING.replaceAll('prometheuses', 'prometheusagents')]) })),
    ).toEqual([]);
  });
});

describe('a binding', () => {
  it('that names the ServiceAccount of another namespace takes every right away', () => {
    const found = causes(
      stuck({ rights: read(rights('everything')), bindings: read([binding('operator', 'default')]) }),
    );

    expect(found).toContain('crb-wrong-subject: binding-wrong-subject');
    expect(found.filter((one) => one.startsWith('rbac-list'))).toEqual([]);
  });

  it('may be missing altogether', () => {
    expect(causes(stuck({ rights: read(rights('everything')), bindings: read([]) }))).toContain(
      'crb-wrong-subject: binding-missing',
    );
  });

  it('is not blamed for one refused right', () => {
    expect(
      causes(
        stuck({
          rights: read(rights('list secrets')),
          log: log([RUNNING]),
          bindings: read([binding('operator', 'default')]),
        }),
      ),
    ).toEqual(['rbac-list-informer: list-right-missing']);
  });
});

describe('rights that are needed all the time', () => {
  it.each([
    ['list secrets', 'rbac-list-informer: list-right-missing'],
    ['watch servicemonitors', 'rbac-watch-informer: watch-right-missing'],
    ['delete secrets', 'rbac-write-verb: write-right-missing'],
    ['create statefulsets', 'rbac-write-verb: write-right-missing'],
    ['list pods', 'pods-list-forbidden: pods-right-missing'],
    ['list namespaces', 'rbac-namespaces: namespaces-right-missing'],
  ])('%s', (right, expected) => {
    expect(causes(stuck({ rights: read(rights(right)), log: log([RUNNING]) }))).toEqual([expected]);
  });

  it('do not include deleting StatefulSets, which only scaling down needs', () => {
    expect(causes(stuck({ rights: read(rights('delete statefulsets')), log: log([RUNNING]) }))).toEqual([]);
  });
});

describe('a list that is refused to a release that fills its caches by watching', () => {
  const told = (version: string, lines: readonly string[], ...refuse: readonly string[]) => {
    const seen = stuck({ rights: read(rights('list secrets', ...refuse)), log: log(lines) });
    const [one] = seen.operators.state === 'read' ? seen.operators.value : [];
    if (!one) throw new Error('no operator');
    const { deployment } = one;
    const container = { ...deployment.container, version };
    return rbac
      .judge({ ...seen, operators: read([{ ...one, deployment: { ...deployment, container } }]) })
      .flatMap((found) => ('cause' in found && found.cause === 'rbac-list-informer' ? [found.kind, found.code] : []));
  };

  it('is no fault once the log shows that the caches are full', () => {
    expect(told('0.90.1', [RUNNING])).toEqual(['ruled-out', 'list-right-not-used']);
  });

  it('is one in an older release, while it waits, and where watching is refused, too', () => {
    expect(told('0.88.0', [RUNNING])).toEqual(['cause', 'list-right-missing']);
    expect(told('0.90.1', [])).toEqual(['cause', 'list-right-missing']);
    expect(told('0.90.1', [RUNNING], 'watch secrets')).toEqual(['cause', 'list-right-missing']);
  });
});

describe('what is excluded', () => {
  it('is proven by the access reviews; for the start only with the log from the start on', () => {
    const certainty = (seen: Evidence) =>
      rbac
        .judge(seen)
        .flatMap((one) => (one.kind === 'ruled-out' && one.cause === 'rbac-gate-prometheuses' ? [one.certainty] : []));

    expect(certainty(stuck({ rights: read(rights()), log: log([]) }))).toEqual(['proven']);
    expect(certainty(stuck({ rights: read(rights()), log: unread() }))).toEqual(['likely']);
    expect(certainty(stuck({ rights: read(rights()), log: log([MISSING]) }))).toEqual([]);
  });

  it('is nothing when the reviews may not be asked', () => {
    const needs = { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews' };
    const found = rbac.judge(stuck({ rights: unread('forbidden', needs) }));

    expect(found.filter((one) => one.kind === 'ruled-out')).toEqual([]);
    expect(found).toContainEqual(expect.objectContaining({ kind: 'not-checked', code: 'rights-not-checked', needs }));
  });
});

describe('the kubelet’s Service', () => {
  const withArgs = (args: readonly string[]): OperatorView => {
    const one = operator({ rights: read(rights('list nodes')) });
    const { deployment } = one;
    return { ...one, deployment: { ...deployment, container: { ...deployment.container, args } } };
  };
  const wanted = evidence({ operators: read([withArgs(['--kubelet-service=kube-system/kubelet'])]) });

  it('is not fed without the right to list nodes; the Prometheus runs on', () => {
    expect(causes(wanted)).toEqual(['rbac-kubelet-service: kubelet-right-missing']);
    expect(diagnose(wanted)).toMatchObject({ verdict: 'degraded', rootCause: { cause: 'rbac-kubelet-service' } });
  });

  it('is nobody’s matter where the operator is not asked to feed it', () => {
    expect(causes(evidence({ operators: read([withArgs([])]) }))).toEqual([]);
  });
});

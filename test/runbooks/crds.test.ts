import { describe, expect, it } from 'vitest';
import type { CrdView, Evidence, ResourceSummary } from '../../src/evidence/types.ts';
import { crds } from '../../src/runbooks/crds.ts';
import {
  absent,
  application,
  crd,
  evidence,
  log,
  meta,
  operator,
  read,
  statefulSet,
  unread,
} from '../builders/evidence.ts';

const SHORT = ['podmonitors', 'probes', 'prometheusrules', 'servicemonitors'];
const LONG = [
  'alertmanagerconfigs',
  'alertmanagers',
  'prometheusagents',
  'prometheuses',
  'scrapeconfigs',
  'thanosrulers',
];
const TOO_LONG =
  'CustomResourceDefinition.apiextensions.k8s.io "prometheuses.monitoring.coreos.com" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes';
const LISTS =
  'ts=2026-03-01T12:05:00Z level=error msg="Failed to watch" err="failed to list *v1.Prometheus: the server could not find the requested resource (get prometheuses.monitoring.coreos.com)" type=*v1.Prometheus';

const at = (plural: string, created: string, more: Partial<CrdView> = {}) =>
  crd(plural, { meta: meta(`${plural}.monitoring.coreos.com`, { created }), statusWritten: created, ...more });
const gone = (more: Partial<Evidence> = {}) =>
  evidence({
    crds: read(SHORT.map((one) => crd(one))),
    served: read({ v1: SHORT, v1alpha1: [] }),
    resource: absent('no-such-kind'),
    statefulSet: absent(),
    applications: read([]),
    ...more,
  });
const causes = (seen: Evidence) =>
  crds.judge(seen).flatMap((one) => (one.kind === 'cause' ? [`${one.cause} ${one.certainty}`] : []));
const codes = (seen: Evidence) => crds.judge(seen).map((one) => one.code);

describe('the kind is not there', () => {
  it('because client-side apply was refused: the Application says so', () => {
    expect(
      causes(gone({ applications: read([application({ conditions: [{ type: 'SyncError', message: TOO_LONG }] })]) })),
    ).toEqual(['csa-crd-too-long proven']);
  });

  it('because client-side apply was refused: exactly the four short CRDs are there, and carry its annotation', () => {
    expect(causes(gone({ crds: read(SHORT.map((one) => crd(one, { lastAppliedBytes: 40_000 }))) }))).toEqual([
      'csa-crd-too-long proven',
    ]);
    expect(causes(gone())).toEqual(['csa-crd-too-long likely']);
  });

  it('because it was removed: an informer that once listed it, or a StatefulSet that is left, tells', () => {
    const none = { crds: read([]), served: read({ v1: [], v1alpha1: [] }) };

    expect(causes(gone({ ...none, operators: read([operator({ log: log([LISTS]) })]) }))).toEqual([
      'crds-pruned proven',
    ]);
    expect(causes(gone({ ...none, statefulSet: read(statefulSet()) }))).toEqual(['crds-pruned proven']);
  });

  it('and never was, as far as anything tells', () => {
    expect(causes(gone({ crds: read([]), served: absent('no-such-kind') }))).toEqual(['crd-missing proven']);
  });

  it('is not said when the CRDs may not be read', () => {
    expect(causes(gone({ crds: unread(), served: unread(), resource: unread() }))).toEqual([]);
    expect(codes(gone({ crds: unread(), served: unread(), resource: unread() }))).toEqual([
      'crds-not-checked',
      'served-not-checked',
      'resource-not-checked',
    ]);
  });

  it('or is on its way out, or not served yet', () => {
    const all = [...SHORT, ...LONG].map((one) => crd(one));
    const deleting = all.map((one) =>
      one.plural === 'prometheuses'
        ? crd('prometheuses', { meta: meta('p', { deleting: '2026-03-01T12:00:00Z' }) })
        : one,
    );

    expect(codes(evidence({ crds: read(deleting) }))).toContain('crd-terminating');
    expect(codes(evidence({ crds: read(all), served: read({ v1: SHORT, v1alpha1: [] }) }))).toContain('crd-not-served');
  });

  it('is another matter than a missing sibling', () => {
    const without = [...SHORT, ...LONG].filter((one) => one !== 'probes').map((one) => crd(one));

    expect(causes(evidence({ crds: read(without) }))).toEqual(['sibling-crd-missing proven']);
  });

  it("does not ask for CRDs that this kind's controller does not list", () => {
    const without = [...SHORT, ...LONG]
      .filter((one) => one !== 'scrapeconfigs' && one !== 'thanosrulers')
      .map((one) => crd(one));

    expect(causes(evidence({ crds: read(without) }))).toEqual([]);
  });
});

describe('the resource is not there', () => {
  const summary = (kind: ResourceSummary['kind'], namespace: string, name: string): ResourceSummary => ({
    kind,
    namespace,
    name,
    uid: 'u',
    created: '2026-03-01T12:00:00Z',
    labels: {},
  });
  const without = (...found: readonly ResourceSummary[]) =>
    codes(evidence({ resource: absent(), resources: read(found) }));

  it('says what is there instead', () => {
    expect(without(summary('PrometheusAgent', 'monitoring', 'main'))).toContain('resource-other-kind');
    expect(without(summary('Prometheus', 'other', 'main'))).toContain('resource-elsewhere');
    expect(without(summary('Alertmanager', 'monitoring', 'main'))).toContain('resource-none');
  });
});

describe('the annotation size', () => {
  const late = (shortAt: string, longAt: string, lastApplied: boolean, ...early: readonly string[]) =>
    evidence({
      applications: read([]),
      crds: read([
        ...SHORT.map((one) => at(one, shortAt, lastApplied ? { lastAppliedBytes: 40_000 } : {})),
        ...LONG.map((one) => at(one, early.includes(one) ? shortAt : longAt)),
      ]),
    });
  const origin = (seen: Evidence) => codes(seen).filter((one) => one.startsWith('csa-origin'));

  it('never blocks once the CRD is there', () => {
    expect(codes(evidence())).toContain('annotation-size-not-blocking');
    expect(origin(evidence())).toEqual([]);
  });

  it('is the origin of the late CRD when all six long ones came after the four that client-side apply had made', () => {
    expect(origin(late('2026-03-01T11:59:00Z', '2026-03-01T12:00:20Z', true))).toEqual(['csa-origin-proven']);
    expect(origin(late('2026-03-01T11:40:00Z', '2026-03-01T12:00:20Z', false))).toEqual(['csa-origin-proven']);
  });

  it('is not the origin when only one CRD was late, or nothing tells of client-side apply', () => {
    expect(
      origin(
        late('2026-03-01T11:59:50Z', '2026-03-01T12:00:20Z', false, ...LONG.filter((one) => one !== 'prometheuses')),
      ),
    ).toEqual(['csa-origin-not-proven']);
    expect(origin(late('2026-03-01T11:59:50Z', '2026-03-01T12:00:20Z', false))).toEqual(['csa-origin-not-proven']);
  });

  it('is the origin when the Application still tells of the refusal', () => {
    const seen = late('2026-03-01T11:59:59Z', '2026-03-01T12:00:01Z', false);

    expect(
      origin({
        ...seen,
        applications: read([application({ conditions: [{ type: 'SyncError', message: TOO_LONG }] })]),
      }),
    ).toEqual(['csa-origin-proven']);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { watches } from '../../src/evidence/flags.ts';
import { projectMeta } from '../../src/evidence/meta.ts';
import { createRedactor } from '../../src/evidence/redact.ts';
import { judgedValues } from '../../src/evidence/sources/helm-values.ts';
import { parseSamples } from '../../src/evidence/sources/metrics.ts';
import { imageVersion, isOperatorImage } from '../../src/evidence/sources/operator-image.ts';
import { inquiries } from '../../src/evidence/sources/rights.ts';
import { decodeErrors, hasWrongType } from '../../src/evidence/sources/undecodable.ts';
import { ownedNames } from '../../src/evidence/targets.ts';
import type { Target } from '../../src/evidence/types.ts';

describe('the operator’s image', () => {
  test.each([
    'quay.io/prometheus-operator/prometheus-operator:v0.86.2',
    'prometheus-operator',
    'registry.local:5000/mirror/prometheus-operator@sha256:0123',
    'rancher/mirrored-prometheus-operator-prometheus-operator:v0.72.0',
    'docker.io/bitnami/prometheus-operator:0.80.1-debian-12-r0',
  ])('is recognised in %s', (image) => expect(isOperatorImage(image)).toBe(true));

  test.each([
    'quay.io/prometheus-operator/prometheus-config-reloader:v0.86.2',
    'quay.io/prometheus-operator/admission-webhook:v0.86.2',
    'quay.io/prometheus/prometheus:v3.7.3',
    'example.com/prometheus-operator/dashboard:v1',
    'rancher/mirrored-prometheus-operator-prometheus-config-reloader:v0.72.0',
  ])('is not %s', (image) => expect(isOperatorImage(image)).toBe(false));

  test('tells its version only by a version tag', () => {
    expect(imageVersion('quay.io/x/prometheus-operator:v0.86.2')).toBe('0.86.2');
    expect(imageVersion('docker.io/bitnami/prometheus-operator:0.80.1-debian-12-r0')).toBe('0.80.1');
    expect(imageVersion('localhost:5000/prometheus-operator')).toBeUndefined();
    expect(imageVersion('x/prometheus-operator@sha256:0123')).toBeUndefined();
  });
});

describe('flags', () => {
  test('decide which namespaces are in scope', () => {
    const own = '--prometheus-instance-namespaces';
    expect(watches([], 'Prometheus', 'a')).toBe(true);
    expect(watches(['--namespaces='], 'Prometheus', 'a')).toBe(true);
    expect(watches(['--namespaces=b'], 'Prometheus', 'a')).toBe(false);
    expect(watches(['--deny-namespaces=a'], 'Prometheus', 'a')).toBe(false);
    expect(watches(['--namespaces=b', `${own}=a`], 'Prometheus', 'a')).toBe(true);
    expect(watches(['--namespaces=b', `${own}=a`], 'Alertmanager', 'a')).toBe(false);
  });

  test('are read as Go reads them: nothing counts after the first word that is no flag', () => {
    const target: Target = { cluster: 'c', kind: 'Prometheus', namespace: 'team-a', name: 'p' };
    const namespaces = (args: readonly string[]) =>
      inquiries(target, args).flatMap(({ each }) =>
        each.flatMap(({ resource, namespace }) => (resource === 'secrets' ? [namespace] : [])),
      );
    expect(new Set(namespaces(['--namespaces', 'team-a']))).toEqual(new Set(['team-a']));
    expect(new Set(namespaces(['serve', '--namespaces=team-a']))).toEqual(new Set([undefined]));
    expect(watches(['serve', '--namespaces=b'], 'Prometheus', 'a')).toBe(true);
  });
});

describe('access reviews', () => {
  const target: Target = { cluster: 'c', kind: 'Prometheus', namespace: 'team-a', name: 'p' };
  const asked = (args: readonly string[]) => inquiries(target, args).flatMap(({ wildcard, each }) => wildcard ?? each);

  test('are asked for the whole cluster, one per resource where a wildcard is usual', () => {
    const questions = asked([]);
    expect(questions.every((question) => question.namespace === undefined)).toBe(true);
    expect(questions).toContainEqual({
      verb: '*',
      group: 'monitoring.coreos.com',
      resource: 'prometheuses',
      subresource: 'status',
    });
    expect(questions).toContainEqual({ verb: 'list', group: '', resource: 'pods' });
    expect(questions.length).toBeLessThanOrEqual(20);
  });

  test('are asked per watched namespace, the target’s first, cluster-scoped kinds as before', () => {
    const questions = asked(['--namespaces=other,team-a,c,d,e']);
    const of = (resource: string) =>
      questions.filter((question) => question.resource === resource).map((question) => question.namespace);
    expect(of('secrets')).toEqual(['team-a', 'other', 'c']);
    expect(of('storageclasses')).toEqual([undefined]);
  });

  test('follow the instance flag for the resource itself only', () => {
    const questions = asked(['--prometheus-instance-namespaces=team-a']);
    expect(questions.find((question) => question.resource === 'prometheuses')?.namespace).toBe('team-a');
    expect(questions.find((question) => question.resource === 'secrets')?.namespace).toBeUndefined();
  });
});

test('owned objects stand in the order in which the operator makes them', () => {
  expect(ownedNames('Prometheus', 'x').map((owned) => `${owned.step} ${owned.kind} ${owned.name}`)).toEqual([
    '1 ConfigMap prometheus-x-rulefiles-0',
    '2 Secret prometheus-x',
    '3 Secret prometheus-x-tls-assets-0',
    '4 Secret prometheus-x-web-config',
    '5 Secret prometheus-x-thanos-prometheus-http-client-file',
    '6 Service prometheus-operated',
    '7 StatefulSet prometheus-x',
  ]);
});

describe('a list that does not decode', () => {
  const text =
    'level=error msg="Failed to watch" err="failed to list *v1.ServiceMonitor: json: cannot unmarshal string into Go struct field ServiceMonitorSpec.items.spec.endpoints of type []v1.Endpoint" type=*v1.ServiceMonitor';

  test('names kind, path and types once', () => {
    const line = { text, part: 'tail' } as const;
    expect(decodeErrors([line, line])).toEqual([
      { kind: 'ServiceMonitor', found: 'string', expected: '[]v1.Endpoint', path: ['spec', 'endpoints'] },
    ]);
  });

  test('is traced to the object whose field has the wrong type, through lists', () => {
    const error = { kind: 'ServiceMonitor', found: 'string', expected: '[]v1.Endpoint', path: ['spec', 'endpoints'] };
    expect(hasWrongType({ spec: { endpoints: 'oops' } }, error)).toBe(true);
    expect(hasWrongType({ spec: { endpoints: [{}] } }, error)).toBe(false);
    const nested = { kind: 'ServiceMonitor', found: 'number', expected: 'string', path: ['spec', 'endpoints', 'port'] };
    expect(hasWrongType({ spec: { endpoints: [{ port: 'web' }, { port: 8080 }] } }, nested)).toBe(true);
  });

  test('any line is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => Array.isArray(decodeErrors([{ text: line, part: 'head' }]))),
    );
  });
});

test('metrics keep the judged series with their labels', () => {
  expect(
    parseSamples(
      '# HELP x\nprometheus_operator_ready{controller="prometheus"} 1\ngo_goroutines 5\nprometheus_operator_spec_replicas{name="a\\"b",namespace="n"} 2 1700000000000\nbroken{\n',
    ),
  ).toEqual([
    { name: 'prometheus_operator_ready', labels: { controller: 'prometheus' }, value: 1 },
    { name: 'prometheus_operator_spec_replicas', labels: { name: 'a"b', namespace: 'n' }, value: 2 },
  ]);
});

test('of Helm values only the judged ones leave the Application', () => {
  const values =
    'grafana:\n  adminPassword: hunter2\ncrds:\n  enabled: false\nprometheusOperator:\n  admissionWebhooks:\n    caBundle: LS0t\n';
  expect(
    judgedValues({ values, parameters: [{ name: 'prometheus.prometheusSpec.image.tag', value: 'latest' }] }),
  ).toEqual({
    'crds.enabled': false,
    'prometheus.prometheusSpec.image.tag': 'latest',
    'prometheusOperator.admissionWebhooks.caBundle': true,
  });
  expect(judgedValues({ values: '\t: broken' })).toEqual({});
});

test('metadata of any JSON is projected, never thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => typeof projectMeta({ metadata: value }, createRedactor()).name === 'string'),
  );
  const meta = projectMeta(
    {
      metadata: {
        name: 'x',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'é' },
        labels: { secretish: 'x', app: 'y' },
      },
    },
    createRedactor(),
  );
  expect(meta).toMatchObject({ annotations: {}, annotationBytes: 50, labels: { app: 'y' } });
});

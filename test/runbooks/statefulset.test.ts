import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnosis/types.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { statefulset } from '../../src/runbooks/statefulset.ts';
import {
  absent,
  condition,
  evidence,
  failedSync,
  log,
  meta,
  operator,
  owned,
  ownedBy,
  pod,
  prometheus,
  read,
  statefulSet,
  unread,
} from '../builders/evidence.ts';

const judge = (more: Partial<Evidence>): readonly Finding[] => statefulset.judge(evidence(more));
const causes = (found: readonly Finding[]): readonly string[] =>
  found.flatMap((one) => (one.kind === 'cause' ? [`${one.cause} ${one.certainty}`] : []));
const codes = (found: readonly Finding[]): readonly string[] => found.map((one) => one.code);
const NONE = { statefulSet: absent(), pods: read([]) } as const;
const failing = (message: string, made = 1): Partial<Evidence> => ({
  ...NONE,
  resource: read(prometheus(failedSync(message))),
  owned: read(owned(made)),
});

/** Messages of the condition Reconciled as the real operator wrote them. */
const MESSAGES: readonly (readonly [cause: string, message: string])[] = [
  [
    'version-not-semver',
    'initializing PrometheusRules failed: failed to parse version: Invalid character(s) found in major number "0latest"',
  ],
  [
    'version-not-semver',
    'initializing PrometheusRules failed: failed to parse version: Invalid character(s) found in patch number "3@sha256:0f1e2d"',
  ],
  ['version-not-semver', 'failed to parse Prometheus version: Invalid character(s) found in major number "0latest"'],
  ['version-not-semver', 'failed to parse alertmanager version: No Major.Minor.Patch elements found'],
  ['version-not-semver', 'failed to parse Thanos Ruler version "latest": something new'],
  ['version-unsupported', 'unsupported Prometheus version "v1.8.2"'],
  ['version-unsupported', 'unsupported Alertmanager version "v0.14.0"'],
  [
    'rbac-write-verb',
    'failed to create statefulset: statefulsets.apps is forbidden: User "system:serviceaccount:monitoring:operator" cannot create resource "statefulsets" in API group "apps" in the namespace "monitoring"',
  ],
  ['secret-ref-missing', 'failed to retrieve configuration from secret: secrets "alertmanager-main" not found'],
  ['storageclass-missing', 'storage class "gp2" does not exist'],
  [
    'secret-ref-missing',
    'creating config failed: loading additional scrape configs from Secret failed: secrets "extra-scrape" not found',
  ],
  [
    'secret-ref-missing',
    'creating config failed: loading additional scrape configs from Secret failed: key scrape.yaml could not be found in secret extra-scrape',
  ],
  [
    'additional-config-invalid',
    'creating config failed: generating config failed: generate additional scrape configs: unmarshalling additional scrape configs failed: yaml: line 2: found a tab character that violates indentation',
  ],
  [
    'spec-semantic',
    'creating config failed: generating config failed: scrapeTimeout "60s" greater than scrapeInterval "30s"',
  ],
  [
    'spec-semantic',
    'creating config failed: remote write 0: "basicAuth" and "oauth2" can\'t be set at the same time, at most one of them must be defined',
  ],
  [
    'build-conflict',
    "making statefulset failed: make StatefulSet spec: can't set arguments which are already managed by the operator: storage.tsdb.path",
  ],
  [
    'rules-configmap-taken',
    'failed to create ConfigMap \'prometheus-main-rulefiles-0\': configmaps "prometheus-main-rulefiles-0" already exists',
  ],
  [
    'owned-secret-immutable',
    'creating config failed: Secret "prometheus-main" is invalid: [immutable: Forbidden: field is immutable when `immutable` is set, data: Forbidden: field is immutable when `immutable` is set]',
  ],
  [
    'quota-on-owned-objects',
    'creating statefulset failed: statefulsets.apps "prometheus-main" is forbidden: exceeded quota: objects, requested: count/statefulsets.apps=1, used: count/statefulsets.apps=1, limited: count/statefulsets.apps=1',
  ],
  [
    'rbac-write-verb',
    'creating statefulset failed: statefulsets.apps is forbidden: User "system:serviceaccount:monitoring:operator" cannot create resource "statefulsets" in API group "apps" in the namespace "monitoring"',
  ],
  [
    'rbac-write-verb',
    'failed to reconcile the TLS secrets: failed to update the TLS secrets: failed to delete secret "prometheus-main-tls-assets-1": secrets "prometheus-main-tls-assets-1" is forbidden: User "system:serviceaccount:monitoring:operator" cannot delete resource "secrets" in API group "" in the namespace "monitoring"',
  ],
  [
    'policy-denies-sts',
    "creating statefulset failed: statefulsets.apps \"prometheus-main\" is forbidden: ValidatingAdmissionPolicy 'require-team-label' with binding 'require-team-label' denied request: StatefulSets need the label team",
  ],
  [
    'policy-denies-sts',
    'creating statefulset failed: admission webhook "validate.kyverno.svc-fail" denied the request: no',
  ],
  [
    'webhook-down-fail-closed',
    'creating statefulset failed: Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s": no endpoints available for service "kyverno-svc"',
  ],
  [
    'namespace-terminating',
    'failed to create ConfigMap \'prometheus-main-rulefiles-0\': configmaps "prometheus-main-rulefiles-0" is forbidden: unable to create new content in namespace monitoring because it is being terminated',
  ],
  [
    'owner-refs-enforcement',
    "failed to create ConfigMap 'prometheus-main-rulefiles-0': configmaps \"prometheus-main-rulefiles-0\" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>",
  ],
];

describe('a failed sync', () => {
  it.each(MESSAGES)('is %s when the condition says %s', (cause, message) => {
    const found = judge(failing(message));
    expect(causes(found)).toEqual([`${cause} proven`]);
    expect(codes(found)).toContain('sync-errors');
  });

  it('is no cause when its text is not known, but is still told', () => {
    const found = judge(failing('something nobody has seen before'));
    expect(causes(found)).toEqual([]);
    expect(codes(found)).toContain('sync-errors');
  });

  it('is found in the log where no status could be written', () => {
    const found = judge({
      ...NONE,
      resource: read(prometheus([])),
      operators: read([
        operator({
          log: log([
            'level=error msg="Unhandled Error" logger=UnhandledError err="sync \\"monitoring/main\\" failed: Unauthorized"',
          ]),
        }),
      ]),
    });
    expect(causes(found)).toEqual(['apiserver-lost-after-sync proven']);
  });

  it('of another resource is not held against this one', () => {
    const found = judge({
      operators: read([
        operator({
          log: log([
            'level=error msg="Unhandled Error" logger=UnhandledError err="sync \\"team-a/other\\" failed: storage class \\"gp2\\" does not exist"',
          ]),
        }),
      ]),
    });
    expect(causes(found)).toEqual([]);
    expect(codes(found)).toContain('other-resources-fail');
  });

  it('that is over is not reported: the condition is True now', () => {
    const found = judge({
      operators: read([
        operator({
          log: log([
            'level=error msg="Unhandled Error" logger=UnhandledError err="sync \\"monitoring/main\\" failed: storage class \\"gp2\\" does not exist"',
          ]),
        }),
      ]),
    });
    expect(codes(found)).not.toContain('sync-errors');
  });
});

describe('"already exists" of the StatefulSet', () => {
  const taken = {
    resource: read(
      prometheus(failedSync('creating statefulset failed: statefulsets.apps "prometheus-main" already exists')),
    ),
  };

  it('is a lost label when the StatefulSet belongs to the resource', () => {
    expect(
      causes(
        judge({ ...taken, statefulSet: read(statefulSet({ meta: meta('prometheus-main', { owners: [ownedBy] }) })) }),
      ),
    ).toEqual(['sts-invisible-label proven']);
  });

  it('is a foreign StatefulSet when it does not', () => {
    expect(causes(judge({ ...taken, statefulSet: read(statefulSet({ meta: meta('prometheus-main') })) }))).toEqual([
      'foreign-sts proven',
    ]);
  });

  it('is a foreign StatefulSet when its owner is an earlier resource of the same name', () => {
    const earlier = statefulSet({ meta: meta('prometheus-main', { owners: [{ ...ownedBy, uid: 'uid-earlier' }] }) });
    expect(causes(judge({ ...taken, statefulSet: read(earlier) }))).toEqual(['foreign-sts proven']);
  });

  it('is only a possibility when the StatefulSet was not read', () => {
    expect(causes(judge({ ...taken, statefulSet: unread() }))).toEqual(['sts-invisible-label possible']);
  });
});

describe('a sync that says nothing', () => {
  const hidden = (labels: Record<string, string>, reason = 'StatefulSetNotFound') => ({
    resource: read(prometheus([condition('Reconciled', 'True'), condition('Available', 'False', { reason })])),
    statefulSet: read(statefulSet({ meta: meta('prometheus-main', { owners: [ownedBy], labels }) })),
  });

  it('is a lost label when the status knows of no StatefulSet and the label is wrong', () => {
    expect(causes(judge(hidden({ 'managed-by': 'argocd' })))).toEqual(['sts-invisible-label proven']);
    expect(causes(judge(hidden({})))).toEqual(['sts-invisible-label proven']);
  });

  it('is none with the right label, or where the status knows of the StatefulSet', () => {
    expect(causes(judge(hidden({ 'managed-by': 'prometheus-operator' })))).toEqual([]);
    expect(causes(judge(hidden({}, 'NoPodReady')))).toEqual([]);
  });
});

describe('a StatefulSet that the operator deleted to make it again', () => {
  const says = (at: string, msg: string) =>
    `ts=${at} level=info component=prometheus-controller key=monitoring/main msg="${msg}"`;
  const replaces = says(
    '2026-03-01T12:05:00.637435095Z',
    "recreating StatefulSet because the update operation wasn't possible",
  );
  const gone = (at: string, lines: readonly string[] = [replaces], more: Partial<Evidence> = {}) =>
    judge({
      ...NONE,
      at,
      resource: read(
        prometheus([condition('Reconciled', 'True', { observedGeneration: 1 }), condition('Available', 'True')]),
      ),
      operators: read([operator({ log: log(lines) })]),
      ...more,
    });

  it('is gone unseen where nothing was logged since and there is none', () => {
    const found = gone('2026-03-01T12:05:20Z');
    expect(causes(found)).toEqual(['sts-gone-unseen proven']);
    expect(found.find((one) => one.kind === 'cause')?.values).toMatchObject({ at: '2026-03-01T12:05:00Z' });
  });

  it('is not while the operator may still be at it, has looked again, or the StatefulSet was not read', () => {
    expect(causes(gone('2026-03-01T12:05:10Z'))).toEqual([]);
    expect(causes(gone('2026-03-01T12:05:20Z', [replaces, says('2026-03-01T12:05:01Z', 'sync prometheus')]))).toEqual(
      [],
    );
    expect(causes(gone('2026-03-01T12:05:20Z', [replaces], { statefulSet: unread() }))).toEqual([]);
    const ofAnother = `${replaces} statefulset=prometheus-main-shard-1`;
    expect(causes(gone('2026-03-01T12:05:20Z', [ofAnother], { owned: read(owned(7)) }))).toEqual([]);
    expect(
      causes(gone('2026-03-01T12:05:20Z', [replaces], { resource: read(prometheus(failedSync('Unauthorized'))) })),
    ).not.toContain('sts-gone-unseen proven');
  });
});

describe('the StatefulSet', () => {
  it('that is being deleted is a cause, and names the pod that holds it', () => {
    const found = judge({
      statefulSet: read(
        statefulSet({
          meta: meta('prometheus-main', {
            owners: [ownedBy],
            deleting: '2026-03-01T12:07:00Z',
            finalizers: ['foregroundDeletion'],
          }),
        }),
      ),
      pods: read([pod({ meta: meta('prometheus-main-0', { deleting: '2026-03-01T12:07:01Z' }) })]),
    });
    expect(causes(found)).toEqual(['sts-stuck-terminating proven']);
    expect(found.find((one) => one.kind === 'cause')?.values).toMatchObject({ pod: 'prometheus-main-0' });
  });

  it('that is healthy gives no cause and nothing unread', () => {
    expect(judge({}).filter((one) => one.kind !== 'observation')).toEqual([]);
  });

  it('that may not be read gives the missing right and no cause', () => {
    const found = judge({
      statefulSet: unread('forbidden', {
        verb: 'get',
        group: 'apps',
        resource: 'statefulsets',
        namespace: 'monitoring',
      }),
    });
    expect(found.filter((one) => one.kind === 'cause')).toEqual([]);
    expect(found.find((one) => one.kind === 'not-checked')).toMatchObject({
      source: 'statefulSet',
      reason: 'forbidden',
      needs: { verb: 'get' },
    });
  });
});

describe('progress', () => {
  it('says which object is the last and which would be next', () => {
    const progress = judge(failing('creating config failed: x', 3)).find((one) => one.code === 'owned-progress');
    expect(progress?.values).toMatchObject({
      made: 3,
      total: 7,
      last: 'Secret/prometheus-main-tls-assets-0',
      next: 'Secret/prometheus-main-web-config',
    });
  });

  it('does not count an object that belongs to somebody else', () => {
    const objects = owned(1).map((one) => (one.step === 1 ? { ...one, object: read(meta(one.name)) } : one));
    expect(
      judge({ ...failing('x'), owned: read(objects) }).find((one) => one.code === 'owned-progress')?.values,
    ).toMatchObject({ made: 0, next: 'ConfigMap/prometheus-main-rulefiles-0' });
  });
});

describe('the status', () => {
  const forbidden = (what: string): string =>
    `level=error msg="Unhandled Error" logger=UnhandledError err="status \\"monitoring/main\\" failed: ${what}"`;

  it('that may not be patched is told apart from an operator that never worked', () => {
    const found = judge({
      resource: read(prometheus([])),
      operators: read([
        operator({
          log: log([
            forbidden(
              'failed to apply prometheus status subresource: prometheuses.monitoring.coreos.com \\"main\\" is forbidden: User \\"system:serviceaccount:monitoring:operator\\" cannot patch resource \\"prometheuses/status\\" in API group \\"monitoring.coreos.com\\" in the namespace \\"monitoring\\"',
            ),
          ]),
        }),
      ]),
    });
    expect(causes(found)).toEqual(['status-patch-forbidden proven']);
    expect(codes(found)).toEqual(expect.arrayContaining(['status-empty', 'status-write-errors', 'statefulset-there']));
  });

  it('that may not be patched is proven by the access review when the log is gone', () => {
    const found = judge({
      resource: read(prometheus([])),
      operators: read([
        operator({
          log: unread(),
          rights: read([
            {
              verb: 'patch',
              group: 'monitoring.coreos.com',
              resource: 'prometheuses',
              subresource: 'status',
              allowed: false,
            },
          ]),
        }),
      ]),
    });
    expect(causes(found)).toEqual(['status-patch-forbidden proven']);
  });

  it('that is frozen because pods may not be listed', () => {
    const found = judge({
      resource: read(
        prometheus([
          condition('Available', 'False', { reason: 'StatefulSetNotFound' }),
          condition('Reconciled', 'Unknown', { reason: 'NotFound' }),
        ]),
      ),
      operators: read([
        operator({
          log: log([
            forbidden(
              'failed to get prometheus status: failed to retrieve statefulset state: pods is forbidden: User \\"system:serviceaccount:monitoring:operator\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"monitoring\\"',
            ),
          ]),
        }),
      ]),
    });
    expect(causes(found)).toEqual(['pods-list-forbidden proven']);
    expect(codes(found)).toContain('status-stale');
  });

  it('that the CRD does not know', () => {
    const found = judge({
      resource: read(prometheus([])),
      operators: read([
        operator({
          log: log([
            forbidden(
              'failed to apply prometheus status subresource: errors:\\n  .status.conditions[type=\\\\\\"Available\\\\\\"].observedGeneration: field not declared in schema',
            ),
          ]),
        }),
      ]),
    });
    expect(causes(found)).toEqual(['crd-stale-status-schema proven']);
  });
});

describe('a sync that does not end', () => {
  const waiting = {
    ...NONE,
    resource: read(
      prometheus([
        condition('Available', 'False', { reason: 'StatefulSetNotFound' }),
        condition('Reconciled', 'Unknown', { reason: 'NotFound' }),
      ]),
    ),
  };
  const metrics = (value: number) =>
    read({
      samples: [
        {
          name: 'prometheus_operator_workqueue_unfinished_work_seconds',
          labels: { controller: 'prometheus', name: 'prometheus' },
          value,
        },
      ],
    });

  it.each([
    [11.7, 'possible'],
    [31, 'likely'],
    [60, 'proven'],
  ])('for %s s by the work queue is %s', (seconds, certainty) => {
    expect(causes(judge({ ...waiting, operators: read([operator({ metrics: metrics(seconds) })]) }))).toEqual([
      `worker-blocked ${certainty}`,
    ]);
  });

  it('is likely when the log shows a begin and no end', () => {
    const begun = operator({
      log: log(['level=info msg="sync prometheus" component=prometheus-controller key=monitoring/main']),
    });
    expect(causes(judge({ ...waiting, operators: read([begun]) }))).toEqual(['worker-blocked likely']);
  });

  it('shows without a status as well, where its own sync has begun and the work queue is busy', () => {
    const line = 'level=info msg="sync prometheus" component=prometheus-controller key=monitoring/main';
    const failed =
      'level=error msg="Unhandled Error" logger=UnhandledError err="sync \\"monitoring/main\\" failed: Unauthorized"';
    const found = (seconds: number, ...lines: readonly string[]) =>
      causes(
        judge({
          ...NONE,
          resource: read(prometheus([])),
          operators: read([operator({ metrics: metrics(seconds), log: log(lines) })]),
        }),
      );

    expect(found(60, line)).toEqual(['worker-blocked proven']);
    expect(found(31, line)).toEqual(['worker-blocked likely']);
    expect(found(0, line)).toEqual([]);
    expect(found(60)).toEqual(['worker-blocked possible']);
    expect(found(60, line, failed)).toEqual(['apiserver-lost-after-sync proven', 'worker-blocked possible']);
  });

  it('is nothing while the queue is not busy', () => {
    expect(causes(judge({ ...waiting, operators: read([operator({ metrics: metrics(0) })]) }))).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { RUNBOOKS } from '../../src/runbooks/index.ts';
import type { Runbook } from '../../src/runbooks/types.ts';
import { findingTexts } from '../../src/texts/en/findings.ts';
import {
  absent,
  application,
  condition,
  evidence,
  failedSync,
  log,
  meta,
  operator,
  prometheus,
  read,
  statefulSet,
  unread,
  webhook,
} from '../builders/evidence.ts';
import { deepFreeze, shuffled } from '../builders/order.ts';
import { rights } from '../runbooks/rights.ts';
import { nothingMade, rungs, SYNCED, verdict, withOperator } from './judged.ts';

const WARNING =
  'ts=2026-03-01T12:00:01Z level=warn msg="resource \\"prometheuses\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"';
const TLS =
  'ts=2026-03-01T12:00:09Z level=error msg="http: TLS handshake error from 10.42.0.1:1: remote error: tls: bad certificate"';
/** The incident of the document: late CRD, empty caBundle, TLS errors, Argo CD waits. */
const incident = () =>
  withOperator(
    { log: log([WARNING, TLS]) },
    {
      ...nothingMade,
      webhooks: read([webhook({ caBundleBytes: 0 })]),
      applications: read([
        application({
          sync: { status: 'OutOfSync' },
          health: { status: 'Progressing' },
          operation: {
            phase: 'Running',
            message: 'waiting for healthy state of monitoring.coreos.com/Prometheus/main',
            partial: false,
            syncOptions: [],
            results: [],
          },
        }),
      ]),
    },
  );
describe('the incident', () => {
  it('has one root cause, and everything loud is its consequence', () => {
    const diagnosis = diagnose(incident());

    expect(diagnosis).toMatchObject({
      verdict: 'broken',
      rootCause: { cause: 'crd-race-at-start', rung: 'controller', certainty: 'proven' },
      next: [],
      noise: [],
    });
    expect(diagnosis.consequences.map((one) => one.finding.code)).toEqual(
      expect.arrayContaining([
        'gate-warning',
        'tls-handshake-errors',
        'ca-bundle-empty',
        'argocd-progressing',
        'argocd-out-of-sync',
        'status-empty',
        'no-statefulset',
      ]),
    );
    expect(diagnosis.ruledOut.map((one) => one.cause)).toEqual(
      expect.arrayContaining(['rbac-gate-prometheuses', 'crb-wrong-subject', 'rbac-list-informer']),
    );
    expect(diagnosis.blindSince).toBe('2026-03-01T12:00:30Z');
  });

  it('is drawn as a ladder that stops at the controller', () => {
    expect(rungs(incident())).toBe('rrrrnuuunnnn');
  });
});

describe('a verdict', () => {
  it('is healthy when every rung is reached and everything that matters was read', () => {
    expect(verdict(withOperator({}))).toBe('healthy: none');
    expect(rungs(withOperator({}))).toBe('rrrrrrrrrrrr');
  });

  it('is healthy scaled to zero on purpose', () => {
    const zero = read(
      prometheus([condition('Available', 'True'), condition('Reconciled', 'True')], { spec: { replicas: 0 } }),
    );

    expect(
      verdict(
        withOperator(
          {},
          { resource: zero, statefulSet: read(statefulSet({ replicas: 0, status: { replicas: 0 } })), pods: read([]) },
        ),
      ),
    ).toBe('healthy: none');
  });

  it('is healthy seconds after a restart of the operator, while the status says Unknown', () => {
    const status = read(
      prometheus([
        condition('Available', 'False', { reason: 'StatefulSetNotFound' }),
        condition('Reconciled', 'Unknown', { reason: 'NotFound' }),
      ]),
    );

    expect(diagnose({ ...withOperator({}, { resource: status }), at: '2026-03-01T12:00:10Z' }).verdict).toBe('healthy');
  });

  it.each(['resource', 'crds', 'served', 'operators', 'statefulSet', 'pods', 'webhooks'] as const)(
    'is never healthy when %s could not be read',
    (source) => {
      expect(verdict({ ...withOperator({}), [source]: unread() })).toBe('inconclusive: none');
    },
  );

  it('is not worse for sources that prove nothing by themselves', () => {
    const more = { metrics: unread(), events: unread(), quotas: unread(), networkPolicies: unread() } as const;

    expect(
      verdict(withOperator(more, { applications: unread(), quotas: unread(), jobs: unread(), events: unread() })),
    ).toBe('healthy: none');
  });

  it('is degraded when it runs and a proven fault waits', () => {
    expect(verdict(withOperator({ rights: read(rights('watch probes')) }))).toBe(
      'degraded: rbac-watch-informer proven',
    );
    expect(verdict(withOperator({}, { resource: read(prometheus(undefined, { spec: { paused: true } })) }))).toBe(
      'degraded: paused proven',
    );
  });

  it('is inconclusive when nothing runs and nothing tells why', () => {
    expect(verdict(withOperator({ rights: unread(), log: unread() }, nothingMade))).toBe('inconclusive: none');
  });
});

describe('two faults at once', () => {
  it('name the lower rung, and the other as the next one', () => {
    const seen = withOperator(
      {
        rights: read(rights('create statefulsets')),
        log: log([]),
        deployment: { ...operator().deployment, replicas: 0 },
      },
      nothingMade,
    );
    const diagnosis = diagnose(seen);

    expect(diagnosis.rootCause?.cause).toBe('operator-scaled-0');
    expect(diagnosis.next.map((one) => one.cause)).toEqual(['rbac-write-verb']);
  });

  it('name a right that the next start will miss, although nothing has started yet', () => {
    const stopped = { ...operator().deployment, replicas: 0 };
    const seen = withOperator(
      { rights: read(rights('update prometheuses/status')), log: unread(), pods: read([]), deployment: stopped },
      nothingMade,
    );
    const diagnosis = diagnose(seen);

    expect(diagnosis.rootCause?.cause).toBe('operator-scaled-0');
    expect(diagnosis.next.map((one) => one.cause)).toEqual(['rbac-gate-status-update']);
  });

  it('name the fault that stops it now before one on a rung that was passed', () => {
    const sibling = evidence().crds;
    const crds = sibling.state === 'read' ? read(sibling.value.filter((one) => one.plural !== 'probes')) : sibling;
    const failing = read(prometheus(failedSync('storage class "gp2" does not exist')));
    const diagnosis = diagnose(withOperator({}, { ...nothingMade, resource: failing, crds }));

    expect(diagnosis.rootCause?.cause).toBe('storageclass-missing');
    expect(diagnosis.next.map((one) => one.cause)).toEqual(['sibling-crd-missing']);
  });

  it('are one when one is the special form of the other', () => {
    const all = withOperator({ rights: read(rights('everything')), bindings: read([]), log: log([]) }, nothingMade);
    const diagnosis = diagnose(all);

    expect(diagnosis.rootCause?.cause).toBe('crb-wrong-subject');
    expect(diagnosis.next).toEqual([]);
  });
});

describe('certainty', () => {
  it('is at most likely above a rung of which nothing is known', () => {
    const hidden = {
      rights: unread(),
      log: unread(),
      deployment: {
        ...operator().deployment,
        container: { ...operator().deployment.container, args: ['--namespaces=a'] },
      },
    } as const;

    expect(verdict(withOperator(hidden, nothingMade))).toBe('broken: ns-allowlist-excludes likely');
    expect(verdict(withOperator({ ...hidden, log: log([SYNCED]) }, nothingMade))).toBe(
      'broken: ns-allowlist-excludes proven',
    );
  });
});

describe('what is loud without a cause', () => {
  it('is noise beside a healthy Prometheus', () => {
    expect(diagnose(withOperator({ log: log([SYNCED, TLS]) })).noise.map((one) => one.finding.code)).toEqual([
      'tls-handshake-errors',
    ]);
  });
});

describe('a failed write of the status', () => {
  const REFUSED =
    'ts=2026-03-01T12:00:03Z level=error msg="Unhandled Error" logger=UnhandledError err="status \\"monitoring/main\\" failed: failed to apply prometheus status subresource: prometheuses.monitoring.coreos.com \\"main\\" not found"';
  const written = (time: string) => [
    { manager: 'PrometheusOperator', operation: 'Apply', subresource: 'status', time },
  ];

  it('is over once a later one succeeded', () => {
    const seen = (time: string) =>
      withOperator(
        { log: log([SYNCED, REFUSED]) },
        { resource: read(prometheus(undefined, { meta: meta('main', { managers: written(time) }) })) },
      );

    expect(verdict(seen('2026-03-01T12:00:04Z'))).toBe('healthy: none');
    expect(verdict(seen('2026-03-01T12:00:01Z'))).toBe('degraded: crd-stale-status-schema proven');
  });
});

describe('neighbours', () => {
  it('are the root cause only when the path is whole', () => {
    const closed = { webhooks: read([webhook({ failurePolicy: 'Fail', caBundleBytes: 0 })]) };

    expect(verdict(withOperator({}, closed))).toBe('degraded: admission-fail-closed proven');
    expect(diagnose({ ...incident(), ...closed }).rootCause?.cause).toBe('crd-race-at-start');
  });
});

describe('the responsible operator', () => {
  it('is found by what it claims and does, not by its place in the list', () => {
    const other = operator({
      deployment: {
        ...operator().deployment,
        meta: meta('other', { namespace: 'a', created: '2020-01-01T00:00:00Z' }),
        container: { ...operator().deployment.container, args: ['--namespaces=a'] },
      },
    });
    const ours = withOperator({ log: log([WARNING]) }, nothingMade);
    const both = ours.operators.state === 'read' ? read([other, ...ours.operators.value]) : ours.operators;

    expect(verdict({ ...ours, operators: both })).toBe('broken: crd-race-at-start proven');
  });
});

describe('strange evidence', () => {
  it('breaks at most one check, and says which', () => {
    const broken: Runbook = { id: 'crds', reads: ['crds'], codes: [], judge: () => JSON.parse('{') };
    const diagnosis = diagnose(withOperator({}), [...RUNBOOKS.filter(({ id }) => id !== 'crds'), broken]);

    expect(diagnosis.verdict).toBe('healthy');
    expect(diagnosis.notChecked).toContainEqual(
      expect.objectContaining({ code: 'runbook-failed', runbook: 'crds', source: 'crds' }),
    );
  });

  it('with ten thousand conditions and odd fields is judged in a moment', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => condition(`T${index}`, 'True'));
    const seen = withOperator(
      {},
      {
        resource: read(
          prometheus([...many, condition('Available', 'True'), condition('Reconciled', 'True')], {
            spec: { replicas: 'x', paused: null, list: [null] },
          }),
        ),
      },
    );

    expect(verdict(seen)).toBe('healthy: none');
  });

  it('with any source absent or unread never throws and never is healthy by accident', () => {
    const base = withOperator({});
    const sources = Object.keys(base).filter((one) => !['target', 'at', 'hidden'].includes(one));
    fc.assert(
      fc.property(fc.subarray(sources), fc.constantFrom('absent', 'unread'), (chosen, how) => {
        const gone = how === 'absent' ? absent() : unread();
        const diagnosis = diagnose(deepFreeze({ ...base, ...Object.fromEntries(chosen.map((one) => [one, gone])) }));

        if (['resource', 'statefulSet', 'operators'].some((one) => chosen.includes(one)))
          expect(diagnosis.verdict).not.toBe('healthy');
        expect(diagnosis.notChecked.filter((one) => one.code === 'runbook-failed')).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the same evidence', () => {
  it('in any order gives the same diagnosis', () => {
    const first = diagnose(deepFreeze(incident()));

    for (const seed of [3, 7, 11]) expect(diagnose(deepFreeze(shuffled(incident(), seed)))).toEqual(first);
  });
});

describe('every runbook', () => {
  it.each(RUNBOOKS.map((one) => [one.id, one] as const))(
    '%s has a sentence for each of its codes, and reports no other',
    (id, runbook) => {
      const texts = findingTexts[id] ?? {};

      expect(runbook.codes.filter((code) => texts[code] === undefined)).toEqual([]);
      for (const seen of [incident(), withOperator({}), withOperator({ log: unread(), rights: unread() })]) {
        expect(runbook.judge(seen).filter((one) => !runbook.codes.includes(one.code))).toEqual([]);
      }
    },
  );

  it("comes in the order of the incident's next steps", () => {
    expect(RUNBOOKS.slice(0, 4).map((one) => [one.step, one.id])).toEqual([
      [1, 'operator-logs'],
      [2, 'rbac'],
      [3, 'statefulset'],
      [4, 'chart-version'],
    ]);
  });
});

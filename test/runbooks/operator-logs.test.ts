import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, OperatorView } from '../../src/evidence/types.ts';
import { operatorLogs } from '../../src/runbooks/operator-logs.ts';
import {
  absent,
  condition,
  crd,
  event,
  evidence,
  log,
  meta,
  operator,
  owned,
  pod,
  prometheus,
  read,
  unread,
} from '../builders/evidence.ts';
import { rights } from './rights.ts';

const WARNING =
  'ts=2026-03-01T12:00:01Z level=warn msg="resource \\"prometheuses\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"';
const SYNCED =
  'ts=2026-03-01T12:00:02Z level=info msg="successfully synced all caches" component=prometheus-controller';
const OTHER_SYNCED =
  'ts=2026-03-01T12:00:02Z level=info msg="successfully synced all caches" component=alertmanager-controller';

/** The incident: no status, no objects; the operator's pod is ready. The builder's operator started at 12:00:00. */
const incident = (of: Partial<OperatorView>, more: Partial<Evidence> = {}): Evidence =>
  evidence({
    resource: read(prometheus([])),
    statefulSet: absent(),
    owned: read(owned(0)),
    pods: read([]),
    operators: read([operator({ rights: read(rights()), ...of })]),
    ...more,
  });
const lateCrds = (created: string, statusWritten: string) =>
  evidence().crds.state === 'read'
    ? read(
        ['alertmanagers', 'servicemonitors', 'podmonitors', 'probes', 'prometheusrules']
          .map((one) => crd(one))
          .concat(
            crd('prometheuses', { meta: meta('prometheuses.monitoring.coreos.com', { created }), statusWritten }),
          ),
      )
    : unread();
const causes = (seen: Evidence) =>
  operatorLogs.judge(seen).flatMap((one) => (one.kind === 'cause' ? [`${one.cause} ${one.certainty}`] : []));

describe('a CRD that came after the operator started', () => {
  it("is proven by the operator's warning", () => {
    expect(causes(incident({ log: log([WARNING, OTHER_SYNCED]) }))).toEqual(['crd-race-at-start proven']);
  });

  it('is proven by times, empty status and rights when log and metrics are gone', () => {
    const seen = incident(
      { log: unread(), previousLog: unread(), metrics: unread() },
      { crds: lateCrds('2026-03-01T12:00:05Z', '2026-03-01T12:00:06Z') },
    );

    expect(causes(seen)).toEqual(['crd-race-at-start proven']);
    expect(diagnose(seen)).toMatchObject({
      verdict: 'broken',
      rootCause: { cause: 'crd-race-at-start', certainty: 'proven' },
    });
  });

  it('may have been created before the start and established after it', () => {
    const seen = incident({ log: unread() }, { crds: lateCrds('2026-03-01T11:59:40Z', '2026-03-01T12:00:02Z') });

    expect(causes(seen)).toEqual(['crd-race-at-start proven']);
  });

  it('is not claimed when a log that reaches back to the start has no warning', () => {
    const seen = incident(
      { log: log([OTHER_SYNCED]) },
      { crds: lateCrds('2026-03-01T12:00:05Z', '2026-03-01T12:00:06Z') },
    );

    expect(causes(seen)).toEqual([]);
  });

  it('is not claimed when the controller of this kind has synced', () => {
    expect(causes(incident({ log: log([WARNING, SYNCED]) }))).toEqual([]);
  });

  it('is not claimed for a CRD whose status was written again long after it was made', () => {
    const seen = incident({ log: unread() }, { crds: lateCrds('2026-01-01T00:00:00Z', '2026-03-01T12:00:05Z') });

    expect(causes(seen)).toEqual([]);
  });

  it('is not claimed when the operator lacks the rights it asks for at start: that would do the same', () => {
    const seen = incident(
      { log: unread(), rights: read(rights('list prometheuses')) },
      { crds: lateCrds('2026-03-01T12:00:05Z', '2026-03-01T12:00:06Z') },
    );

    expect(causes(seen)).toEqual([]);
  });

  it('is not claimed for a warning about another kind', () => {
    expect(causes(incident({ log: log([WARNING.replaceAll('prometheuses', 'thanosrulers')]) }))).toEqual([]);
  });
});

describe('a process that ends at its start', () => {
  const crashing = (exitCode: number): OperatorView['pods'] =>
    read([
      pod({
        meta: meta('operator-0'),
        conditions: [condition('Ready', 'False')],
        containers: [
          {
            name: 'operator',
            image: 'op',
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode, reason: 'Error' } },
          },
        ],
      }),
    ]);
  const TAKEN =
    'ts=2026-03-01T12:00:01Z level=error msg="failed to create web server" err="listen tcp :10250: bind: address already in use"';
  const NAMESPACES = 'ts=2026-03-01T12:00:01Z level=info msg="Namespaces filtering configuration " config="{}"';

  it("is explained by the previous container's log", () => {
    expect(causes(incident({ pods: crashing(1), log: log([]), previousLog: log([TAKEN]) }))).toEqual([
      'port-conflict proven',
    ]);
  });

  it('is not asked about once the pod is ready again', () => {
    expect(causes(incident({ log: log([SYNCED]), previousLog: log([TAKEN]) }))).toEqual([]);
  });

  it('may be killed by its probe before its first answer, without an error', () => {
    const killed = event('Pod', 'operator-0', 'Killing', 'Container operator failed liveness probe, will be restarted');
    const silent = { pods: crashing(2), log: log([]), previousLog: log([NAMESPACES]) };

    expect(causes(incident({ ...silent, events: read([killed]) }))).toEqual(['apiserver-unreachable-at-start proven']);
    expect(
      causes(
        incident({
          ...silent,
          previousLog: log([NAMESPACES, 'ts=2026-03-01T12:00:01Z level=info msg="connection established"']),
          events: read([killed]),
        }),
      ),
    ).toEqual([]);
  });
});

describe('caches that do not fill', () => {
  const refused = (verb: string, resource: string) =>
    `ts=2026-03-01T12:00:03Z level=error msg="Failed to watch" logger=UnhandledError err="${verb === 'list' ? 'failed to list *v1.X: ' : ''}${resource} is forbidden: User \\"u\\" cannot ${verb} resource \\"${resource}\\" in API group \\"\\" at the cluster scope" type=*v1.X`;
  const PENDING =
    'ts=2026-03-01T12:01:02Z level=warn msg="cache sync not yet completed" component=prometheus-controller informer=Secret';

  it('are a refused list when the access review says no now', () => {
    expect(
      causes(incident({ log: log([refused('list', 'secrets'), PENDING]), rights: read(rights('list secrets')) })),
    ).toEqual(['rbac-list-informer proven']);
  });

  it('are not called a refused list when the right is there again', () => {
    expect(causes(incident({ log: log([refused('list', 'secrets'), PENDING]), rights: read(rights()) }))).toEqual([]);
  });

  it('are not what a refused watch does', () => {
    expect(
      causes(incident({ log: log([SYNCED, refused('watch', 'secrets')]), rights: read(rights('watch secrets')) })),
    ).toEqual(['rbac-watch-informer proven']);
  });

  it('wait for a slow list when nothing refuses it', () => {
    expect(causes(incident({ log: log([PENDING]) }))).toEqual(['slow-list likely']);
    expect(causes(incident({ log: log([PENDING, SYNCED]) }))).toEqual([]);
    expect(causes(incident({ log: log([PENDING.replace('prometheus-controller', 'thanos-controller')]) }))).toEqual([]);
  });

  it('name the object that cannot be decoded where it was found', () => {
    const line =
      'ts=2026-03-01T12:00:03Z level=error msg="Failed to watch" err="failed to list *v1.ServiceMonitor: json: cannot unmarshal string into Go struct field ServiceMonitorSpec.items.spec.endpoints of type []v1.Endpoint" type=*v1.ServiceMonitor';
    const undecodable = read([
      {
        kind: 'ServiceMonitor',
        namespace: 'a',
        name: 'bad',
        path: 'spec.endpoints',
        found: 'string',
        expected: 'array',
      },
    ]);

    const [found] = operatorLogs
      .judge(incident({ log: log([line]) }, { undecodable }))
      .filter((one) => one.kind === 'cause');

    expect(found).toMatchObject({ cause: 'poison-object', values: { object: 'a/bad', field: 'spec.endpoints' } });
  });
});

describe('an operator whose ServiceAccount was made anew', () => {
  it('has a token that is no longer valid', () => {
    const seen = incident({
      log: log([SYNCED]),
      serviceAccount: read({ meta: meta('operator', { created: '2026-03-01T12:03:00Z' }) }),
    });

    expect(causes(seen)).toEqual(['apiserver-lost-after-sync proven']);
  });
});

describe('what is loud beside the path', () => {
  it('is observed, never called a cause', () => {
    const lines = [
      'ts=2026-03-01T12:00:03Z level=error msg="http: TLS handshake error from 10.42.0.1:1: remote error: tls: bad certificate"',
      'ts=2026-03-01T12:00:03Z level=error msg="Failed to list nodes" component=kubelet_endpoints err="nodes is forbidden"',
    ];
    const found = operatorLogs.judge(incident({ log: log([SYNCED, ...lines]) }));

    expect(found.filter((one) => one.kind === 'observation').map((one) => one.code)).toEqual([
      'tls-handshake-errors',
      'kubelet-errors',
    ]);
    expect(found.filter((one) => one.kind === 'cause')).toEqual([]);
  });

  it('says that the log was not read, and which right is missing', () => {
    const needs = { verb: 'get', group: '', resource: 'pods/log', namespace: 'monitoring' };

    expect(operatorLogs.judge(incident({ log: unread('forbidden', needs) }))).toContainEqual(
      expect.objectContaining({ kind: 'not-checked', code: 'log-not-read', needs }),
    );
  });
});

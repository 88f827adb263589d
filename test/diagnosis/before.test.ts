import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import {
  absent,
  condition,
  evidence,
  failedSync,
  log,
  meta,
  operator,
  pod,
  prometheus,
  read,
  statefulSet,
  unread,
} from '../builders/evidence.ts';
import { rights } from '../runbooks/rights.ts';
import { nothingMade, rungs, SYNCED, verdict, withOperator } from './judged.ts';

describe('what is of before', () => {
  const GP2 = 'storage class "gp2" does not exist';
  const FAILED =
    'ts=2026-03-01T12:05:00Z level=error msg="Unhandled Error" logger=UnhandledError err="sync \\"monitoring/main\\" failed: storage class \\"gp2\\" does not exist"';
  const AGAIN =
    'ts=2026-03-01T12:07:00Z level=info msg="sync prometheus" component=prometheus-controller key=monitoring/main';
  const NOT_WRITTEN =
    'ts=2026-03-01T12:07:01Z level=error msg="Unhandled Error" logger=UnhandledError err="status \\"monitoring/main\\" failed: failed to get prometheus status: failed to retrieve statefulset state: pods is forbidden: User \\"system:serviceaccount:monitoring:operator\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"monitoring\\""';
  const generation = (of: number, seen: number, conditions = failedSync(GP2)) =>
    read(
      prometheus(
        conditions.map((one) => ({ ...one, observedGeneration: seen })),
        { meta: meta('main', { generation: of }) },
      ),
    );
  const blind = rights('list pods');
  const named = (seen: Evidence) => {
    const { rootCause, next } = diagnose(seen);
    return [rootCause?.cause, ...next.map((one) => one.cause)];
  };

  it('an error in the status is over when it could not be written again and the log goes on without it', () => {
    const since = read(statefulSet({ meta: { ...statefulSet().meta, created: '2026-03-01T12:01:00Z' } }));
    const seen = (...lines: readonly string[]) =>
      withOperator(
        { rights: read(blind), log: log([SYNCED, FAILED, ...lines]) },
        { resource: generation(1, 1), statefulSet: since },
      );

    expect(named(seen(AGAIN, NOT_WRITTEN))).toEqual(['pods-list-forbidden']);
    expect(named(seen(NOT_WRITTEN))).toEqual(['storageclass-missing', 'pods-list-forbidden']);
    expect(named(seen())).toEqual(['storageclass-missing', 'pods-list-forbidden']);
  });

  it('an error in the status is over when the StatefulSet was made since, whatever may be read', () => {
    const made = (created: string) =>
      withOperator(
        { rights: read(blind), log: unread(), metrics: unread() },
        { resource: generation(1, 1), statefulSet: read(statefulSet({ meta: { ...statefulSet().meta, created } })) },
      );

    expect(named(made('2026-03-01T12:06:00Z'))).toEqual(['pods-list-forbidden']);
    expect(named(made('2026-03-01T12:04:00Z'))).toEqual(['storageclass-missing', 'pods-list-forbidden']);
  });

  it('an error in the status of an older spec is not what comes next', () => {
    const stopped = { deployment: { ...operator().deployment, replicas: 0 }, log: unread() } as const;
    const seen = (of: number) => withOperator(stopped, { ...nothingMade, resource: generation(of, 1) });

    expect(named(seen(1))).toEqual(['operator-scaled-0', 'storageclass-missing']);
    expect(named(seen(2))).toEqual(['operator-scaled-0']);
  });

  it('a status that says Reconciled hides no later error where it can not be written', () => {
    const seen = withOperator(
      {
        rights: read(blind),
        log: log([SYNCED, AGAIN, FAILED.replace('12:05', '12:08'), NOT_WRITTEN.replace('12:07', '12:09')]),
      },
      { resource: generation(2, 1, [condition('Available', 'True'), condition('Reconciled', 'True')]) },
    );

    expect(named(seen)).toEqual(['storageclass-missing', 'pods-list-forbidden']);
  });

  it('errors in the log of a resource that is gone, or of another one before it, are no cause', () => {
    const seen = (resource: Evidence['resource']) =>
      withOperator({ log: log([SYNCED, FAILED]) }, { ...nothingMade, resource });
    const created = (time: string) => read(prometheus([], { meta: meta('main', { created: time }) }));

    expect(named(seen(absent()))).toEqual(['wrong-kind-or-none']);
    expect(named(seen(created('2026-03-01T12:06:00Z')))).toEqual([undefined]);
    expect(named(seen(created('2026-03-01T12:04:00Z')))).toEqual(['storageclass-missing']);
  });

  it('a resource that goes with its kind is no fault of its own', () => {
    const { crds } = evidence();
    const deleting = '2026-03-01T12:06:00Z';
    const going =
      crds.state === 'read'
        ? read(
            crds.value.map((one) =>
              one.plural === 'prometheuses' ? { ...one, meta: { ...one.meta, deleting } } : one,
            ),
          )
        : crds;
    const resource = read(
      prometheus(undefined, { meta: meta('main', { deleting, finalizers: ['example.org/keep'] }) }),
    );
    const { rootCause, next, consequences, ladder } = diagnose(
      withOperator({}, { ...nothingMade, crds: going, resource }),
    );

    expect(rootCause?.cause).toBe('crd-missing');
    expect(next).toEqual([]);
    expect(consequences.map((one) => one.finding.code)).toContain('resource-being-deleted');
    expect(ladder[0]).toEqual({ rung: 'crd', state: 'not-reached' });
  });

  it('an error that only the log tells says how far a sync got', () => {
    const taken =
      'ts=2026-03-01T12:05:00Z level=error msg="Unhandled Error" logger=UnhandledError err="sync \\"monitoring/main\\" failed: creating statefulset failed: statefulsets.apps \\"prometheus-main\\" already exists"';
    const foreign = read(statefulSet({ meta: { ...statefulSet().meta, owners: [] } }));
    const seen = withOperator(
      { rights: read(rights('patch prometheuses/status')), log: log([SYNCED, taken]) },
      { resource: read(prometheus([])), statefulSet: foreign, pods: read([]) },
    );

    expect(verdict(seen)).toBe('broken: foreign-sts proven');
    expect(named(seen)).toEqual(['foreign-sts', 'status-patch-forbidden']);
  });

  it('a pod that is on no node yet comes before one that does not start', () => {
    const one = pod({ meta: { ...pod().meta, name: 'prometheus-main-1' } });
    const { nodeName: _, ...unplaced } = pod({
      conditions: [condition('PodScheduled', 'False', { message: '0/1 nodes are available: 1 Insufficient memory.' })],
    });
    const failing = {
      ...one,
      conditions: [condition('PodScheduled', 'True'), condition('Ready', 'False')],
      containers: one.containers.map((of) => ({
        ...of,
        ready: false,
        state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } },
      })),
    };

    expect(named(withOperator({}, { pods: read([failing, unplaced]) }))).toEqual([
      'unschedulable',
      'pod-start-failure',
    ]);
  });

  it('nothing that an earlier process made proves that the one that runs got on', () => {
    const stopped = {
      deployment: { ...operator().deployment, replicas: 0 },
      pods: read([]),
      log: unread(),
      metrics: unread(),
    } as const;

    expect(rungs(withOperator(stopped))).toBe('rrnuuurrrrrr');
  });
});

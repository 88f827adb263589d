import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import type { ApplicationView } from '../../src/evidence/types.ts';
import { KubeError } from '../../src/kubernetes/types.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { stillWaiting } from '../../src/queue/still-waiting.ts';
import { helped, PATIENCE_SECONDS, watchEffect } from '../../src/queue/verify.ts';
import { CLUSTER, diagnosis, evidence, meta, read, TARGET } from '../remediations/world.ts';
import { FILE } from './job-world.ts';

const START = Date.parse('2026-11-25T03:00:00Z');
const CAUSE = 'crd-race-at-start';

/** A cluster whose diagnosis is a function of the seconds since the repair; time passes by sleeping. */
async function watch(seen: (seconds: number) => Diagnosis | 'away', deadlineSeconds = 300) {
  let now = START;
  const seconds = () => (now - START) / 1000;
  const nowhere = { get: undefined } as never;
  const ports: JobPorts = {
    client: nowhere,
    file: FILE,
    approvalKey: '',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    store: { now: async () => new Date(now).toISOString() } as JobPorts['store'],
    cluster: {
      identity: async () => CLUSTER,
      find: async () => ({ found: 'one', target: TARGET }),
      collect: async () => {
        if (seen(seconds()) === 'away') throw new KubeError('unavailable', 'away');
        return evidence();
      },
    },
    diagnose: () => {
      const answer = seen(seconds());
      if (answer === 'away') throw new Error('nothing was read');
      return answer;
    },
    sleep: async (ms) => {
      now += ms;
    },
  };
  const effect = await watchEffect(ports, {
    target: TARGET,
    cause: CAUSE,
    since: new Date(START).toISOString(),
    deadlineSeconds,
  });
  return { effect, seconds: seconds() };
}

describe('watching what a repair did', () => {
  it('ends as soon as the target runs', async () => {
    const { effect, seconds } = await watch((at) => diagnosis(at < 9 ? CAUSE : null));

    expect(effect?.healthy).toBe(true);
    expect(seconds).toBe(10);
  });

  it('does not give up before the operator had time to refresh the status', async () => {
    const { effect, seconds } = await watch((at) => diagnosis(at < PATIENCE_SECONDS - 2 ? CAUSE : null));

    expect(effect?.healthy).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(PATIENCE_SECONDS - 2);
  });

  it('gives up then, when the same cause is proven again and again', async () => {
    const { effect, seconds } = await watch(() => diagnosis(CAUSE));

    expect(effect?.healthy).toBe(false);
    expect(seconds).toBeGreaterThanOrEqual(PATIENCE_SECONDS);
    expect(seconds).toBeLessThan(PATIENCE_SECONDS + 5);
  });

  it.each<readonly [string, Diagnosis]>([
    ['another cause came up, which may pass', diagnosis('pvc-pending')],
    ['the same cause is only likely', diagnosis(CAUSE, { certainty: 'likely' })],
    ['nothing can be concluded', diagnosis(null, { verdict: 'inconclusive' })],
  ])('waits until the deadline when %s', async (_why, answer) => {
    const { effect, seconds } = await watch(() => answer);

    expect(effect).toMatchObject({ healthy: false, diagnosis: answer });
    expect(seconds).toBe(300);
  });

  it('outlasts an API server that is away', async () => {
    const { effect } = await watch((at) => (at < 60 ? 'away' : diagnosis(null)));

    expect(effect?.healthy).toBe(true);
  });

  it('has no result when the cluster could not be read at all', async () => {
    expect((await watch(() => 'away')).effect).toBeUndefined();
  });
});

describe('a repair has helped', () => {
  it.each<readonly [string, Diagnosis, boolean]>([
    ['when all is healthy', diagnosis(null), true],
    ['when it runs and something else is degraded', diagnosis('rbac-watch-informer', { verdict: 'degraded' }), true],
    ['not when it runs with the same cause', diagnosis(CAUSE, { verdict: 'degraded' }), false],
    ['not when another cause breaks it', diagnosis('pvc-pending'), false],
    ['not when nothing can be said', diagnosis(null, { verdict: 'inconclusive' }), false],
  ])('%s', (_when, seen, expected) => {
    expect(helped(seen, CAUSE)).toBe(expected);
  });
});

describe('what still waits in Argo CD', () => {
  const application = (more: Partial<ApplicationView>): ApplicationView => ({
    meta: meta('monitoring'),
    contentHash: '',
    sources: [],
    destination: {},
    syncOptions: [],
    operationRequested: false,
    conditions: [],
    resources: [],
    resourceCount: 0,
    history: [],
    ...more,
  });
  const running = (message: string) =>
    application({ operation: { phase: 'Running', message, partial: false, syncOptions: [], results: [] } });

  it.each<readonly [string, ApplicationView, readonly string[]]>([
    [
      'a hook',
      running('waiting for completion of hook batch/Job/patch'),
      ['monitoring waits-for-hook batch/Job/patch'],
    ],
    [
      'health',
      running('waiting for healthy state of monitoring.coreos.com/Prometheus/main'),
      ['monitoring waits-for-health monitoring.coreos.com/Prometheus/main'],
    ],
    ['a sync', running('one or more tasks are running'), ['monitoring operation-running']],
    ['what is out of sync', application({ sync: { status: 'OutOfSync' } }), ['monitoring out-of-sync']],
    ['nothing', application({ sync: { status: 'Synced' } }), []],
  ])('is %s', (_what, one, expected) => {
    expect(stillWaiting(evidence({ applications: read([one]) }))).toEqual(expected);
  });
});

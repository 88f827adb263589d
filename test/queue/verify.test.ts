import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import type { ApplicationView, FieldManager } from '../../src/evidence/types.ts';
import { KubeError } from '../../src/kubernetes/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { putBack } from '../../src/queue/jobs/put-back.ts';
import { stillWaiting } from '../../src/queue/jobs/still-waiting.ts';
import { helped, PATIENCE_SECONDS, watchEffect } from '../../src/queue/jobs/verify.ts';
import { planFor } from '../../src/remediations/index.ts';
import type { Plan } from '../../src/remediations/types.ts';
import { plainInk } from '../../src/slack/views/ink.ts';
import { auditText } from '../../src/texts/en/audit.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import { CLUSTER, diagnosis, evidence, meta, OPERATOR, operator, read, TARGET } from '../remediations/world.ts';
import { FILE } from './job-world.ts';

const START = Date.parse('2026-11-25T03:00:00Z');
const CAUSE = 'crd-race-at-start';

/** A cluster whose diagnosis is a function of the seconds since the repair; time passes by sleeping. */
async function watch(
  seen: (seconds: number) => Diagnosis | 'away',
  deadlineSeconds = 300,
  settling: { readonly settleSeconds?: number; readonly holds?: (seconds: number) => boolean } = {},
) {
  let now = START;
  const seconds = () => (now - START) / 1000;
  const nowhere = { get: undefined } as never;
  const { holds } = settling;
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
    ...(settling.settleSeconds !== undefined && { settleSeconds: settling.settleSeconds }),
    ...(holds && { holds: () => holds(seconds()) }),
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

describe('a change that its owner may put back', () => {
  const healthy = () => diagnosis(null);

  it('has to last past that, however healthy all is before', async () => {
    const { effect, seconds } = await watch(healthy, 300, { settleSeconds: 30, holds: () => true });

    expect(effect).toMatchObject({ healthy: true });
    expect(effect).not.toHaveProperty('putBack');
    expect(seconds).toBe(30);
  });

  it('and that was put back is no success, although all is healthy', async () => {
    const { effect, seconds } = await watch(healthy, 300, { settleSeconds: 30, holds: (at) => at < 10 });

    expect(effect).toMatchObject({ healthy: false, putBack: true });
    expect(seconds).toBe(30);
  });

  it('is not called put back for one look at a right that is not effective yet', async () => {
    const { effect } = await watch(healthy, 300, { settleSeconds: 30, holds: (at) => at >= 4 });

    expect(effect).toMatchObject({ healthy: true });
    expect(effect).not.toHaveProperty('putBack');
  });

  it('and that comes and goes is judged by its end', async () => {
    const holds = (at: number) => at < 10 || at >= 20;

    expect((await watch(healthy, 300, { settleSeconds: 30, holds })).effect).toMatchObject({ healthy: true });
  });

  it('that goes after the time to settle is not watched any more', async () => {
    const { effect } = await watch(healthy, 300, { settleSeconds: 30, holds: (at) => at < 31 });

    expect(effect).toMatchObject({ healthy: true });
  });

  it('is unhealthy by the same cause without having been put back', async () => {
    const { effect } = await watch(() => diagnosis(CAUSE), 300, { settleSeconds: 30, holds: () => true });

    expect(effect).toMatchObject({ healthy: false });
    expect(effect).not.toHaveProperty('putBack');
  });
});

describe('what is said of a change that was put back', () => {
  const ROLE = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    name: OPERATOR,
    uid: `uid-${OPERATOR}`,
  };
  const { plan } = planFor(evidence(), diagnosis(CAUSE), CLUSTER);
  if (!plan) throw new Error('no plan');
  const repair: Plan = {
    ...plan,
    steps: [{ do: 'patch', object: ROLE, contentHash: '', patch: { rules: [] } }],
  };
  const by = (managers: readonly FieldManager[]) =>
    putBack(
      repair,
      evidence({
        operators: read([
          operator({ roles: read([{ kind: 'ClusterRole', meta: meta(OPERATOR, { managers }), rules: [] }]) }),
        ]),
      }),
      '2026-11-25T03:00:00.700Z',
    );
  const wrote = (manager: string, time: string): FieldManager => ({ manager, operation: 'Update', time });

  it('names the object and whoever wrote it since', () => {
    const found = by([
      wrote('helm', '2026-11-20T00:00:00Z'),
      wrote('promfix', '2026-11-25T03:00:00Z'),
      wrote('argocd-controller', '2026-11-25T03:00:05Z'),
    ]);

    expect(found).toEqual({
      code: 'put-back',
      values: { object: `ClusterRole ${OPERATOR}`, by: 'argocd-controller' },
    });
    expect(repairSentence(found)).toBe(
      `ClusterRole ${OPERATOR} was changed, and “argocd-controller” put it back: make the change at the source that it applies.`,
    );
  });

  it('names nobody who wrote before, and not promfix itself', () => {
    const found = by([wrote('helm', '2026-11-20T00:00:00Z'), wrote('promfix', '2026-11-25T03:00:00Z')]);

    expect(found.values).toEqual({ object: `ClusterRole ${OPERATOR}` });
    expect(repairSentence(found)).toContain('somebody put it back');
  });

  it('is a line of the audit, with the same names', () => {
    const entry = { what: 'verified', values: { healthy: false, ...by([]).values, code: 'put-back' } } as const;

    expect(auditText.verified('promfix', entry.values, plainInk)).toBe(
      `Verified: it was applied, and somebody put ClusterRole ${OPERATOR} back`,
    );
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
    [
      'a hook among several',
      running('waiting for completion of hook batch/Job/patch, batch/Job/other and 1 more hooks'),
      ['monitoring waits-for-hook batch/Job/patch'],
    ],
    [
      'an object that goes',
      running('waiting for deletion of hook batch/Job/create and 1 more hooks'),
      ['monitoring waits-for-deletion batch/Job/create'],
    ],
    ['a sync', running('one or more tasks are running'), ['monitoring operation-running']],
    ['what is out of sync', application({ sync: { status: 'OutOfSync' } }), ['monitoring out-of-sync']],
    ['nothing', application({ sync: { status: 'Synced' } }), []],
  ])('is %s', (_what, one, expected) => {
    expect(stillWaiting(evidence({ applications: read([one]) }))).toEqual(expected);
  });
});

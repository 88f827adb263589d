import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rehearseStep } from '../../../src/queue/executor/rehearse.ts';
import { awaitRollout } from '../../../src/queue/executor/rollout.ts';
import { type ApiServer, type Fault, merge, startApiServer } from '../api-server.ts';
import { DEPLOYMENT, rawDeployment, restartStep, WRITES } from '../world.ts';

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer({ [DEPLOYMENT]: rawDeployment() });
});
afterEach(() => api.close());

const rehearse = () =>
  rehearseStep(restartStep(), {
    client: api.client,
    writes: WRITES,
    mark: { job: 'inc-1.p1', run: 'then' },
    time: '2026-11-25T03:00:00Z',
  });
const faultAt = (fault: Fault) => {
  api.fault = ({ method }) => (method === 'PATCH' ? fault : undefined);
};

describe('a rehearsal', () => {
  it('changes nothing and finds nothing against a step that fits', async () => {
    const before = structuredClone(api.objects.get(DEPLOYMENT));

    expect(await rehearse()).toBeUndefined();
    expect(api.objects.get(DEPLOYMENT)).toEqual(before);
    expect(api.seen.filter(({ method }) => method === 'PATCH').every(({ dryRun }) => dryRun)).toBe(true);
  });

  it.each<readonly [string, Fault, string]>([
    [
      'a missing right',
      { answer: 403, message: 'is forbidden: User "x" cannot patch resource "deployments"' },
      'write-forbidden',
    ],
    ['a webhook’s veto', { answer: 403, message: 'admission webhook "x" denied the request: no' }, 'write-refused'],
    [
      'a webhook that can’t rehearse',
      { answer: 400, message: 'admission webhook "x" does not support dry run' },
      'write-refused',
    ],
    ['an invalid change', { answer: 422, message: 'spec: Invalid value' }, 'write-invalid'],
    ['others that keep writing', { answer: 409, message: 'modified' }, 'write-conflict'],
  ])('finds %s', async (_what, fault, code) => {
    faultAt(fault);

    expect(await rehearse()).toMatchObject({ code });
  });

  it('names the right that is missing', async () => {
    faultAt({ answer: 403, message: 'is forbidden: User "x" cannot patch resource "deployments"' });

    expect(await rehearse()).toMatchObject({ needs: { verb: 'patch', group: 'apps', resource: 'deployments' } });
  });

  it('finds a template that Pod Security would refuse', async () => {
    api.warnings = ['would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false'];

    expect(await rehearse()).toMatchObject({ code: 'pod-security-warns' });
  });

  it('finds a webhook that rewrites more than was asked for', async () => {
    api.webhook = (object) => merge(object, { spec: { replicas: 3 } });

    expect(await rehearse()).toMatchObject({ code: 'changes-more', values: { field: '/spec/replicas' } });
  });

  it.each<readonly [string, Record<string, unknown>, string]>([
    ['another content', { spec: { minReadySeconds: 5 } }, 'object-changed'],
    ['another object of the name', { metadata: { uid: 'another' } }, 'object-replaced'],
  ])('finds %s than was read', async (_what, change, code) => {
    api.touch(DEPLOYMENT, (object) => merge(object, change));

    expect(await rehearse()).toMatchObject({ code });
  });

  it('says nothing when the API server does not answer', async () => {
    faultAt('lost-request');

    await expect(rehearse()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('waiting for a rollout', () => {
  const wait = (onSleep: (times: number) => void = () => undefined, timeoutMs = 5000) => {
    let times = 0;
    return awaitRollout(restartStep().object, { client: api.client, sleep: async () => onSleep(++times) }, timeoutMs);
  };
  const set = (status: Record<string, unknown>) => api.touch(DEPLOYMENT, (object) => ({ ...object, status }));

  it('ends when every replica is new and available', async () => {
    set({ observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 1 });

    expect(
      await wait(
        (times) => times === 2 && set({ observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
      ),
    ).toEqual({ rollout: 'finished' });
  });

  it('outlasts an API server that is away for a moment', async () => {
    let away = 2;
    api.fault = () => (away-- > 0 ? 'lost-request' : undefined);

    expect(await wait()).toEqual({ rollout: 'finished' });
  });

  it.each<readonly [string, Record<string, unknown>, string]>([
    ['its controller has not seen it', { observedGeneration: 0 }, 'not seen by its controller yet'],
    [
      'the old pod still runs',
      { observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
      'the old replica still runs',
    ],
    [
      'the new pod is not available',
      { observedGeneration: 1, replicas: 1, updatedReplicas: 1 },
      '0 of 1 replicas available',
    ],
  ])('ends with the time when %s', async (_why, status, because) => {
    set(status);

    expect(await wait()).toEqual({ rollout: 'unfinished', because });
  });

  it('ends early when the deployment controller has given up', async () => {
    set({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 1,
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    });
    let slept = 0;

    expect(await wait((times) => (slept = times))).toMatchObject({ rollout: 'unfinished' });
    expect(slept).toBe(0);
  });
});

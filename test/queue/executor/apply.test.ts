import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../src/evidence/json.ts';
import { applyStep } from '../../../src/queue/executor/apply.ts';
import type { StepContext } from '../../../src/queue/executor/step.ts';
import { JOB_ANNOTATION, RUN_ANNOTATION } from '../../../src/remediations/parts/accompanying.ts';
import { type ApiServer, type Fault, merge, startApiServer } from '../api-server.ts';
import { DEPLOYMENT, RESTARTED_AT, rawDeployment, restartStep, WRITES } from '../world.ts';
import { stepContext } from './context.ts';

const TIME = '2026-11-25T03:00:00.000Z';
const MARK = { job: 'inc-1.p1', run: '2026-11-25T02:50:00.000Z' };
const MARKED = { metadata: { annotations: { [JOB_ANNOTATION]: MARK.job, [RUN_ANNOTATION]: MARK.run } } };
const UNAVAILABLE: Fault = { answer: 503, message: 'etcd leader changed' };

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer({ [DEPLOYMENT]: rawDeployment() });
});
afterEach(() => api.close());

const context = (more: Partial<StepContext> = {}) =>
  stepContext({ client: api.client, writes: WRITES, mark: MARK, time: TIME }, more);
const apply = (more: Partial<StepContext> = {}) => applyStep(restartStep(), context(more));
const patches = () => api.seen.filter(({ method }) => method === 'PATCH').length;
/** A fault for the nth PATCH (from 1), or for all up to it. */
const faultAt = (fault: Fault, count = 1, method = 'PATCH') => {
  let requests = 0;
  api.fault = (seen) => (seen.method === method && ++requests <= count ? fault : undefined);
};
const relabel = (object: Record<string, unknown>) =>
  merge(object, { spec: { template: { metadata: { labels: { by: 'somebody' } } } } });

describe('a step that is applied', () => {
  it('restarts by the time of its intent, and leaves its mark in the same write', async () => {
    expect(await apply()).toEqual({ outcome: 'applied', already: false });
    const object = api.objects.get(DEPLOYMENT);

    expect(at(object, 'spec', 'template', 'metadata', 'annotations', RESTARTED_AT)).toBe(TIME);
    expect(at(object, 'metadata', 'annotations')).toMatchObject({
      [JOB_ANNOTATION]: MARK.job,
      [RUN_ANNOTATION]: MARK.run,
    });
    expect(api.stored).toHaveLength(1);
  });

  it('is conditional on the uid and the version that were read', async () => {
    await apply();

    expect(api.stored[0]?.body['metadata']).toMatchObject({ uid: expect.any(String), resourceVersion: '101' });
  });

  it('is not made twice when an earlier attempt made it', async () => {
    await apply();

    expect(await apply({ again: true })).toEqual({ outcome: 'applied', already: true });
    expect(api.stored).toHaveLength(1);
  });

  it('is not taken for made by the mark of an older life with the same number', async () => {
    api.touch(DEPLOYMENT, (object) =>
      merge(object, { metadata: { annotations: { [JOB_ANNOTATION]: MARK.job, [RUN_ANNOTATION]: 'long ago' } } }),
    );

    expect(await apply()).toEqual({ outcome: 'applied', already: false });
  });

  it('goes through although a status is written at the same time', async () => {
    let others = 2;
    api.beforePatch = () => {
      if (others-- > 0) api.touch(DEPLOYMENT, (object) => merge(object, { status: { readyReplicas: others } }));
    };

    expect(await apply()).toEqual({ outcome: 'applied', already: false });
    expect(patches()).toBe(3);
  });
});

describe('after an answer that got lost', () => {
  it('reads again and finds its mark: made once', async () => {
    faultAt('lost-answer');

    expect(await apply()).toMatchObject({ outcome: 'applied' });
    expect(api.stored).toHaveLength(1);
    expect(patches()).toBe(1);
  });

  it('reads again and finds nothing: makes it then', async () => {
    faultAt('lost-request');

    expect(await apply()).toMatchObject({ outcome: 'applied' });
    expect(api.stored).toHaveLength(1);
  });

  it('can’t be overtaken by the lost write that arrives late', async () => {
    // The first PATCH is held up on the way and comes in after the second one has been read for.
    let body: unknown;
    const { client } = api;
    let held = true;
    const slow: StepContext['client'] = {
      ...client,
      async json(request) {
        if (request.method === 'PATCH' && held) {
          held = false;
          body = request.body;
          return client
            .json({ ...request, path: '/nowhere', method: 'GET' })
            .catch(() => client.json({ ...request, signal: AbortSignal.abort() }));
        }
        return client.json(request);
      },
    };
    expect(await apply({ client: slow })).toMatchObject({ outcome: 'applied' });
    const late = client.json({
      method: 'PATCH',
      path: DEPLOYMENT,
      body,
      contentType: 'application/merge-patch+json',
      query: { fieldManager: 'promfix' },
    });

    await expect(late).rejects.toMatchObject({ kind: 'conflict' });
    expect(api.stored).toHaveLength(1);
  });

  it('is unknown when somebody changed the object meanwhile', async () => {
    faultAt('lost-request');
    api.beforePatch = () => undefined;
    const changing = async () => api.touch(DEPLOYMENT, relabel);

    expect(await apply({ sleep: changing })).toMatchObject({ outcome: 'unknown', code: 'changed-by-another' });
    expect(api.stored).toHaveLength(0);
  });

  it('is unknown when the cluster can’t be read back', async () => {
    let sent = false;
    api.fault = ({ method }) => {
      if (method === 'PATCH') sent = true;
      return method === 'PATCH' ? 'lost-answer' : sent ? UNAVAILABLE : undefined;
    };

    expect(await apply()).toMatchObject({ outcome: 'unknown', code: 'cannot-read-back' });
    expect(api.stored).toHaveLength(1);
  });

  it('is unknown when no write ever gets an answer', async () => {
    faultAt(UNAVAILABLE, 99);

    expect(await apply()).toMatchObject({ outcome: 'unknown', code: 'answer-lost' });
    expect(api.stored).toHaveLength(0);
  });
});

describe('certainly nothing is changed when', () => {
  it.each<readonly [string, (object: Record<string, unknown>) => Record<string, unknown>, string]>([
    ['the content is not the one that was shown', relabel, 'object-changed'],
    ['the object was made anew', (object) => merge(object, { metadata: { uid: 'another' } }), 'object-replaced'],
    ['the Deployment was paused', (object) => merge(object, { spec: { paused: true } }), 'object-changed'],
  ])('%s', async (_why, change, code) => {
    api.touch(DEPLOYMENT, change);

    expect(await apply()).toMatchObject({ outcome: 'not-applied', code });
    expect(patches()).toBe(0);
  });

  it('the object is gone', async () => {
    api.objects.clear();

    expect(await apply()).toMatchObject({ outcome: 'not-applied', code: 'object-gone' });
  });

  it.each<readonly [string, Fault, string]>([
    [
      'promfix may not',
      { answer: 403, message: 'deployments.apps "x" is forbidden: User "y" cannot patch resource' },
      'write-forbidden',
    ],
    ['a policy says no', { answer: 422, message: 'ValidatingAdmissionPolicy "x" denied request: no' }, 'write-refused'],
    [
      'a webhook can’t be called',
      { answer: 500, message: 'Internal error occurred: failed calling webhook "x"' },
      'write-refused',
    ],
    ['a quota is full', { answer: 403, message: 'exceeded quota: compute' }, 'write-refused'],
    ['the API server finds it invalid', { answer: 422, message: 'spec.x: Invalid value' }, 'write-invalid'],
  ])('%s', async (_why, fault, code) => {
    faultAt(fault);

    expect(await apply()).toMatchObject({ outcome: 'not-applied', code });
    expect(patches()).toBe(1);
  });

  it('others keep writing', async () => {
    api.beforePatch = () =>
      api.touch(DEPLOYMENT, (object) => merge(object, { status: { readyReplicas: Math.random() } }));

    expect(await apply()).toMatchObject({ outcome: 'not-applied', code: 'write-conflict' });
    expect(api.stored).toHaveLength(0);
  });

  it('it may only look, and an earlier attempt made nothing', async () => {
    expect(await apply({ again: true, mayWrite: false })).toMatchObject({ outcome: 'not-applied', code: 'drifted' });
    expect(patches()).toBe(0);
  });

  it.each(['not-ours', 'paused'] as const)('it turns out to be %s right before the write', async (answer) => {
    expect(await apply({ confirm: async () => answer })).toEqual({ outcome: 'stopped', because: answer });
    expect(patches()).toBe(0);
  });

  it('the worker shuts down right before the write', async () => {
    const stop = new AbortController();
    const confirm = async () => {
      stop.abort();
      return 'ours' as const;
    };

    expect(await apply({ signal: stop.signal, confirm })).toEqual({ outcome: 'stopped', because: 'shutting-down' });
    expect(patches()).toBe(0);
  });
});

describe('what an interrupted attempt left behind', () => {
  it.each<readonly [string, (object: Record<string, unknown>) => Record<string, unknown>, string]>([
    ['an object that somebody changed', relabel, 'changed-by-another'],
    ['an object made anew', (object) => merge(object, { metadata: { uid: 'another' } }), 'replaced-meanwhile'],
  ])('%s: nobody can say', async (_what, change, code) => {
    api.touch(DEPLOYMENT, change);

    expect(await apply({ again: true })).toMatchObject({ outcome: 'unknown', code });
    expect(patches()).toBe(0);
  });

  it('its mark on an object that somebody changed since: made', async () => {
    api.touch(DEPLOYMENT, (object) => merge(relabel(object), MARKED));

    expect(await apply({ again: true })).toEqual({ outcome: 'applied', already: true });
  });
});

describe('before anything was sent', () => {
  it('an API server that is away is a reason to begin anew, not a result', async () => {
    faultAt(UNAVAILABLE, 1, 'GET');

    await expect(apply()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(patches()).toBe(0);
  });

  it('“too many requests” is waited for as long as asked', async () => {
    faultAt({ answer: 429, message: 'slow down', headers: { 'retry-after': '3' } });
    const slept: number[] = [];

    expect(await apply({ sleep: async (ms) => void slept.push(ms) })).toMatchObject({ outcome: 'applied' });
    expect(slept).toContain(3000);
  });
});

describe('fields that a remediation has not declared', () => {
  const patch = (content: Record<string, unknown>, fields: readonly string[]) =>
    applyStep(
      { do: 'patch', object: restartStep().object, contentHash: restartStep().contentHash, patch: content },
      context({ writes: [{ group: 'apps', resource: 'deployments', verb: 'patch', fields }] }),
    );

  it.each<readonly [string, Record<string, unknown>, readonly string[]]>([
    ['another field', { spec: { replicas: 0 } }, ['/spec/paused']],
    ['one field beside the declared one', { spec: { paused: false, replicas: 0 } }, ['/spec/paused']],
    ['the whole parent', { spec: null }, ['/spec/paused']],
    ['an empty parent', { spec: {} }, ['/spec/paused']],
    [
      'a list where a field is declared',
      { spec: { template: { spec: { containers: [] } } } },
      ['/spec/template/spec/containers/0/image'],
    ],
    ['metadata', { metadata: { finalizers: [] } }, ['/spec/paused']],
    ['a field whose name only begins the same', { spec: { pausedToo: true } }, ['/spec/paused']],
  ])('%s: nothing is sent', async (_what, content, fields) => {
    expect(await patch(content, fields)).toMatchObject({ outcome: 'not-applied', code: 'not-declared' });
    expect(api.seen).toHaveLength(0);
  });

  it('a star stands for one name', async () => {
    expect(await patch({ spec: { a: { x: 1 } } }, ['/spec/*/x'])).toMatchObject({ outcome: 'applied' });
  });

  it('a kind that no step may name is refused', async () => {
    const object = { ...restartStep().object, apiVersion: 'v1', kind: 'Secret' };

    expect(await applyStep({ do: 'restart', object, contentHash: '' }, context())).toMatchObject({
      code: 'not-declared',
    });
    expect(api.seen).toHaveLength(0);
  });
});

describe('whatever happens to its requests', () => {
  const fault = fc.constantFrom<Fault | undefined>(
    undefined,
    'lost-answer',
    'lost-request',
    UNAVAILABLE,
    { answer: 409, message: 'conflict' },
    { answer: 429, message: 'slow' },
  );

  it('a step is made at most once, and is made when it says so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), fc.boolean(), async (faults, statusChurn) => {
        api.objects.set(DEPLOYMENT, rawDeployment());
        api.stored.splice(0);
        let request = 0;
        api.fault = () => faults[request++];
        api.beforePatch = () => {
          if (statusChurn && request % 2 === 0)
            api.touch(DEPLOYMENT, (object) => merge(object, { status: { readyReplicas: request } }));
        };
        const outcome = await apply().catch((error: unknown) => ({ outcome: 'thrown' as const, error }));
        expect(api.stored.length).toBeLessThanOrEqual(1);
        if (outcome.outcome === 'applied') expect(api.stored).toHaveLength(1);
        if (outcome.outcome === 'not-applied' || outcome.outcome === 'thrown') expect(api.stored).toHaveLength(0);
      }),
      { numRuns: 150 },
    );
  });
});

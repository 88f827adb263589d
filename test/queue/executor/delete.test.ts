import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { versionHash } from '../../../src/evidence/content-hash.ts';
import { applyStep } from '../../../src/queue/executor/apply.ts';
import { rehearseStep } from '../../../src/queue/executor/rehearse.ts';
import { seeStep } from '../../../src/queue/executor/see.ts';
import type { StepContext } from '../../../src/queue/executor/step.ts';
import { removeOwnedConflict } from '../../../src/remediations/remove-owned-conflict.ts';
import type { Step, StepOf } from '../../../src/remediations/types.ts';
import { unpause } from '../../../src/remediations/unpause.ts';
import { type ApiServer, merge, startApiServer } from '../api-server.ts';
import { stepContext } from './context.ts';

const PATH = '/api/v1/namespaces/monitoring/configmaps/rules';
const OWNER = 'uid-of-the-prometheus';
const MARK = { job: 'inc-1.p1', run: 'then' };
const TIME = '2026-11-25T03:00:00.000Z';

const configMap = (more: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'rules', namespace: 'monitoring', uid: 'uid-rules', ownerReferences: [{ uid: OWNER }], ...more },
  data: { a: 'b' },
});

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer({ [PATH]: configMap() });
});
afterEach(() => api.close());

function step(more: Partial<StepOf<'delete'>> = {}): Step {
  return {
    do: 'delete',
    object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'monitoring', name: 'rules', uid: 'uid-rules' },
    contentHash: versionHash(api.objects.get(PATH) ?? {}),
    propagation: 'Background',
    owner: OWNER,
    ...more,
  };
}
const context = (more: Partial<StepContext> = {}) =>
  stepContext({ client: api.client, writes: removeOwnedConflict.writes, mark: MARK, time: TIME }, more);
const apply = (one: Step = step(), more: Partial<StepContext> = {}) => applyStep(one, context(more));
const rehearse = (one: Step = step()) =>
  rehearseStep(one, { client: api.client, writes: removeOwnedConflict.writes, mark: MARK, time: TIME });
const deletes = () => api.seen.filter(({ method, dryRun }) => method === 'DELETE' && !dryRun).length;

describe('a delete', () => {
  it('says what becomes of dependents, and is bound to the uid and the version that were read', async () => {
    expect(await apply()).toEqual({ outcome: 'applied', already: false });

    expect(api.objects.has(PATH)).toBe(false);
    expect(api.stored[0]?.body).toMatchObject({
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid: 'uid-rules', resourceVersion: '101' },
    });
  });

  it('never reads the contents', async () => {
    const accepts: (string | undefined)[] = [];
    const { client } = api;
    const spy = {
      ...client,
      json: (request: Parameters<typeof client.json>[0]) => {
        accepts.push(request.accept);
        return client.json(request);
      },
    };
    await apply(step(), { client: spy });

    expect(accepts[0]).toContain('PartialObjectMetadata');
  });

  it.each([
    ['somebody else’s object', () => step({ owner: 'uid-of-another' }), 'not-owned'],
    ['an object that was made anew', () => step({ object: { ...step().object, uid: 'another' } }), 'object-replaced'],
    ['an object that was changed in any way', () => step({ contentHash: 'other' }), 'object-changed'],
    ['a kind that is not declared', () => step({ object: { ...step().object, kind: 'Service' } }), 'not-declared'],
  ])('leaves %s alone, in the rehearsal and in earnest', async (_what, make, code) => {
    expect(await rehearse(make())).toMatchObject({ code });
    expect(await apply(make())).toMatchObject({ outcome: 'not-applied', code });
    expect(deletes()).toBe(0);
  });

  it('is not sent for a remediation that declared none', async () => {
    expect(await apply(step(), { writes: unpause.writes })).toMatchObject({ code: 'not-declared' });
  });

  it('is not made in the cluster’s own namespaces', async () => {
    const path = PATH.replace('monitoring', 'kube-system');
    api.objects.set(path, api.objects.get(PATH) ?? {});

    expect(await apply(step({ object: { ...step().object, namespace: 'kube-system' } }))).toMatchObject({
      code: 'protected-namespace',
    });
  });

  it('changes nothing in a rehearsal', async () => {
    const before = structuredClone(api.objects.get(PATH));

    expect(await rehearse()).toBeUndefined();
    expect(api.objects.get(PATH)).toEqual(before);
  });

  it('is done when its answer got lost and the object is gone', async () => {
    const one = step();
    api.fault = ({ method }) => (method === 'DELETE' ? 'lost-answer' : undefined);

    expect(await apply(one)).toMatchObject({ outcome: 'applied' });
    expect(deletes()).toBe(1);
  });

  it('is done when an earlier attempt meant to and the object is gone, or another one bears its name', async () => {
    const one = step();
    api.objects.delete(PATH);
    expect(await apply(one, { again: true })).toEqual({ outcome: 'applied', already: true });

    api.objects.set(PATH, configMap({ uid: 'made-by-the-operator', resourceVersion: '200' }));
    expect(await apply(one, { again: true })).toEqual({ outcome: 'applied', already: true });
    expect(deletes()).toBe(0);
  });

  it('is no success when somebody else deleted it before', async () => {
    const one = step();
    api.objects.delete(PATH);

    expect(await apply(one)).toMatchObject({ outcome: 'not-applied', code: 'object-gone' });
  });

  it('loses against a write in between, and looks again', async () => {
    const one = step();
    api.beforePatch = (path) => {
      api.beforePatch = () => undefined;
      api.touch(path, (object) => merge(object, { data: { a: 'c' } }));
    };

    expect(await apply(one)).toMatchObject({ outcome: 'not-applied', code: 'object-changed' });
    expect(api.objects.has(PATH)).toBe(true);
  });

  it('is seen to be made, when its outcome was unknown, by the end of the object alone', async () => {
    const one = step();
    const look = () => seeStep(one, { client: api.client, mark: MARK });

    expect(await look()).toBe('unmarked');
    api.objects.delete(PATH);
    expect(await look()).toBe('marked');
    api.objects.set(PATH, configMap({ uid: 'made-by-the-operator' }));
    expect(await look()).toBe('marked');
  });

  it('waits until the object is gone, as its name is needed again', async () => {
    const one = step();
    const held = configMap({ deletionTimestamp: TIME, finalizers: ['x/y'] });
    let reads = 0;
    api.fault = ({ method }) => {
      if (method !== 'GET') return undefined;
      // The server keeps an object with finalizers until they are gone.
      if (reads++ === 1) api.objects.set(PATH, held);
      if (reads === 4) api.objects.delete(PATH);
      return undefined;
    };

    expect(await apply(one)).toMatchObject({ outcome: 'applied' });
    expect(reads).toBeGreaterThanOrEqual(4);
  });
});

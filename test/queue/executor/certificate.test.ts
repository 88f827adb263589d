import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash, versionHash } from '../../../src/evidence/content-hash.ts';
import { at, string } from '../../../src/evidence/json.ts';
import { applyStep } from '../../../src/queue/executor/apply.ts';
import { CA_ANNOTATION } from '../../../src/queue/executor/certificate-steps.ts';
import { differences } from '../../../src/queue/executor/fields.ts';
import { rehearseStep } from '../../../src/queue/executor/rehearse.ts';
import type { StepContext } from '../../../src/queue/executor/step.ts';
import { admissionCertificate } from '../../../src/remediations/admission-certificate.ts';
import { JOB_ANNOTATION } from '../../../src/remediations/parts/accompanying.ts';
import type { CaSource, Step } from '../../../src/remediations/types.ts';
import { type ApiServer, merge, startApiServer } from '../api-server.ts';
import {
  base64,
  bundles,
  caOf,
  MADE,
  MUTATING,
  objects,
  SANS,
  SECRET,
  secretRef,
  sha256,
  VALIDATING,
} from '../certificate-world.ts';
import { stepContext } from './context.ts';

const TIME = '2026-11-25T03:00:00.000Z';
const mark = (step = 0) => ({ job: step === 0 ? 'inc-1.p1' : `inc-1.p1+${step + 1}`, run: '2026-11-25T02:50:00.000Z' });

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer(objects());
});
afterEach(() => api.close());

const context = (step = 0, more: Partial<StepContext> = {}) =>
  stepContext({ client: api.client, writes: admissionCertificate.writes, mark: mark(step), time: TIME }, more);
const known: CaSource = { secret: secretRef, key: 'ca', sha256: sha256(MADE.ca) };
const renewed: CaSource = { secret: secretRef, key: 'ca', renewedBy: 0 };

function copy(from: CaSource, webhooks = ['rules', 'alerts']): Step {
  return {
    do: 'copy-ca',
    object: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      name: secretRef.name,
      uid: 'uid-ValidatingWebhookConfiguration',
    },
    contentHash: contentHash(api.objects.get(VALIDATING) ?? {}),
    webhooks,
    from,
  };
}

function renew(keys = { ca: 'ca', cert: 'cert', key: 'key' }): Step {
  const hash = versionHash(api.objects.get(SECRET) ?? {});
  return { do: 'renew-certificate', object: secretRef, contentHash: hash, sans: SANS, days: 365, keys };
}
const decoded = (key: string) => Buffer.from(string(api.objects.get(SECRET), 'data', key) ?? '', 'base64').toString();
const setData = (data: Record<string, string>) => api.touch(SECRET, (object) => merge(object, { data }));
const rehearse = (step: Step, index = 0) =>
  rehearseStep(step, { client: api.client, writes: admissionCertificate.writes, mark: mark(index), time: TIME });

describe('copying the CA', () => {
  it('fills the caBundle of the named webhooks, and changes nothing else', async () => {
    const before = api.objects.get(VALIDATING);
    expect(await applyStep(copy(known), context())).toEqual({ outcome: 'applied', already: false });

    expect(bundles(api, VALIDATING)).toEqual([MADE.ca, MADE.ca, '']);
    const changed = differences(before, api.objects.get(VALIDATING));
    expect(changed.filter((field) => !field.startsWith('/metadata/'))).toEqual([
      '/webhooks/0/clientConfig/caBundle',
      '/webhooks/1/clientConfig/caBundle',
    ]);
  });

  it('takes it out again where it was empty before', async () => {
    const before = at(api.objects.get(VALIDATING), 'webhooks');
    await applyStep(copy(known), context());
    await applyStep(copy('nothing'), context(1));

    expect(at(api.objects.get(VALIDATING), 'webhooks')).toEqual(before);
  });

  it.each<readonly [string, () => void, string]>([
    ['the CA is another one than was shown', () => setData({ ca: base64('x') }), 'ca-changed'],
    ['the CA is gone', () => setData({ ca: '' }), 'ca-changed'],
    [
      'the Secret was made anew',
      () => api.touch(SECRET, (object) => merge(object, { metadata: { uid: 'another' } })),
      'object-replaced',
    ],
    ['the Secret is gone', () => void api.objects.delete(SECRET), 'object-gone'],
  ])('writes nothing when %s', async (_what, change, code) => {
    const step = copy(known);
    change();

    expect(await rehearse(step)).toMatchObject({ code });
    expect(await applyStep(step, context())).toMatchObject({ outcome: 'not-applied', code });
    expect(api.stored).toEqual([]);
  });

  it('never hands on a private key that somebody put beside the CA', async () => {
    const careless = `${MADE.ca}${MADE.key}`;
    setData({ ca: base64(careless) });
    const step = copy({ secret: secretRef, key: 'ca', sha256: sha256(careless) });

    expect(await rehearse(step)).toMatchObject({ code: 'ca-not-public' });
    expect(await applyStep(step, context())).toMatchObject({ outcome: 'not-applied', code: 'ca-not-public' });
    expect(api.stored).toEqual([]);
  });

  it('says which Secret it may not read', async () => {
    api.fault = ({ path }) => (path === SECRET ? { answer: 403, message: 'secrets is forbidden' } : undefined);

    expect(await rehearse(copy(known))).toMatchObject({
      code: 'write-forbidden',
      needs: { verb: 'get', resource: 'secrets', name: secretRef.name },
    });
  });

  it('is refused in the rehearsal when a webhook of the cluster would change more', async () => {
    api.webhook = (object) => merge(object, { metadata: { labels: { by: 'policy' } } });

    expect(await rehearse(copy(known))).toMatchObject({ code: 'changes-more' });
  });

  it('is not sent where only another field is declared', async () => {
    const writes = admissionCertificate.writes.map((one) => ({ ...one, fields: ['/metadata/labels/x'] }));

    expect(await applyStep(copy(known), context(0, { writes }))).toMatchObject({ code: 'not-declared' });
    expect(api.seen).toEqual([]);
  });
});

describe('renewing the certificate', () => {
  it('puts a pair that fits, and its CA, into the Secret in one write', async () => {
    expect(await applyStep(renew(), context())).toEqual({ outcome: 'applied', already: false });
    const cert = new X509Certificate(decoded('cert'));

    expect(api.stored).toHaveLength(1);
    expect(cert.verify(new X509Certificate(decoded('ca')).publicKey)).toBe(true);
    expect(cert.checkPrivateKey(createPrivateKey(decoded('key')))).toBe(true);
    expect(cert.subjectAltName).toBe(SANS.map((name) => `DNS:${name}`).join(', '));
    expect(cert.validFromDate.toISOString()).toBe('2026-11-25T02:55:00.000Z');
    expect(at(api.objects.get(SECRET), 'metadata', 'annotations', CA_ANNOTATION)).toBe(sha256(decoded('ca')));
  });

  it('is not made twice: the pair of an interrupted attempt stays', async () => {
    const step = renew();
    let lost = false;
    api.fault = ({ method }) => {
      const first = method === 'PATCH' && !lost;
      lost ||= first;
      return first ? 'lost-answer' : undefined;
    };
    expect(await applyStep(step, context())).toMatchObject({ outcome: 'applied' });
    const ca = caOf(api);

    expect(await applyStep(step, context(0, { again: true }))).toEqual({ outcome: 'applied', already: true });
    expect(caOf(api)).toBe(ca);
    expect(api.stored).toHaveLength(1);
  });

  it.each<readonly [string, () => void, string]>([
    ['was changed since it was shown', () => setData({ note: base64('x') }), 'object-changed'],
    [
      'was made anew',
      () => api.touch(SECRET, (object) => merge(object, { metadata: { uid: 'another' } })),
      'object-replaced',
    ],
  ])('writes nothing into a Secret that %s', async (_what, change, code) => {
    const step = renew();
    change();

    expect(await rehearse(step)).toMatchObject({ code });
    expect(await applyStep(step, context())).toMatchObject({ outcome: 'not-applied', code });
    expect(caOf(api)).toBe(MADE.ca);
  });

  it('writes under no key that is not declared', async () => {
    const step = renew({ ca: 'ca', cert: 'password', key: 'key' });

    expect(await applyStep(step, context())).toMatchObject({
      code: 'not-declared',
      values: { field: '/data/password' },
    });
    expect(api.seen).toEqual([]);
  });

  it('is rehearsed with a throw-away pair, and so is the copy of a CA that is not there yet', async () => {
    expect(await rehearse(renew())).toBeUndefined();
    expect(await rehearse(copy(renewed), 1)).toBeUndefined();
    expect(api.stored).toEqual([]);
    expect(caOf(api)).toBe(MADE.ca);
  });
});

describe('the CA that an earlier step made', () => {
  it('is copied, and no other', async () => {
    await applyStep(renew(), context());
    expect(await applyStep(copy(renewed), context(1))).toEqual({ outcome: 'applied', already: false });

    expect(bundles(api, VALIDATING)).toEqual([caOf(api), caOf(api), '']);
    expect(caOf(api)).not.toBe(MADE.ca);
  });

  it.each<readonly [string, () => void]>([
    ['nobody renewed it', () => undefined],
    ['somebody changed it afterwards', () => setData({ ca: base64(MADE.ca) })],
    [
      'another repair renewed it',
      () =>
        api.touch(SECRET, (object) => merge(object, { metadata: { annotations: { [JOB_ANNOTATION]: 'inc-2.p1' } } })),
    ],
  ])('is not copied when %s', async (what, change) => {
    if (what !== 'nobody renewed it') await applyStep(renew(), context());
    change();

    expect(await applyStep(copy(renewed), context(1))).toMatchObject({ outcome: 'not-applied', code: 'ca-changed' });
    expect(bundles(api, VALIDATING)).toEqual(['', '', '']);
    expect(bundles(api, MUTATING)).toEqual(['']);
  });
});

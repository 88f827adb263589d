import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdmissionSecretView, Evidence } from '../../src/evidence/types.ts';
import { planHash } from '../../src/incidents/plan-hash.ts';
import { chosenRepair, isPlan, planFor, planOf, remediationById } from '../../src/remediations/index.ts';
import type { Plan, Refusal } from '../../src/remediations/types.ts';
import {
  admission,
  both,
  called,
  certificate,
  configuration,
  empty,
  HOST,
  OTHER_CA,
  secret,
  webhook,
} from './admission-world.ts';
import { absent, CLUSTER, diagnosis, evidence, forbidden, meta, NS, OPERATOR, operator, read } from './world.ts';

const ID = 'admission-certificate';
const answer = (world: Evidence, cause: Parameters<typeof diagnosis>[0] = 'admission-fail-closed'): Plan | Refusal =>
  planOf(ID, world, diagnosis(cause), CLUSTER);
function planned(world: Evidence, cause?: Parameters<typeof diagnosis>[0]): Plan {
  const plan = answer(world, cause);
  if (!isPlan(plan)) throw new Error(`refused: ${plan.code}`);
  return plan;
}
const withSecret = (more: Partial<AdmissionSecretView>) => admission({ admissionSecret: read(secret(more)) });
const withCertificate = (more: Partial<typeof certificate>) => withSecret({ certificate: { ...certificate, ...more } });
const kinds = (plan: Plan) => plan.steps.map((step) => step.do);

describe('a certificate that is good', () => {
  it('has its CA copied into every webhook of the operator that lacks it, by reference and hash', () => {
    const plan = planned(admission());

    expect(plan.steps).toEqual([
      expect.objectContaining({
        do: 'copy-ca',
        object: expect.objectContaining({
          kind: 'MutatingWebhookConfiguration',
          uid: 'uid-MutatingWebhookConfiguration',
        }),
        contentHash: 'hash-of-MutatingWebhookConfiguration',
        webhooks: ['mutate'],
        from: { secret: expect.objectContaining({ kind: 'Secret', namespace: NS }), key: 'ca', sha256: 'a'.repeat(64) },
      }),
      expect.objectContaining({ webhooks: ['rules', 'alerts'] }),
    ]);
    expect(plan.undo).toMatchObject({ kind: 'steps', steps: [{ from: 'nothing' }, { from: 'nothing' }] });
    expect(plan.risk).toBe('high');
  });

  it('leaves the webhooks alone that trust it already, and those of others', () => {
    const foreign = webhook('foreign', { service: { namespace: 'other', name: 'theirs' }, caBundleSha256: OTHER_CA });
    const views = [configuration('ValidatingWebhookConfiguration', [webhook('a'), empty('b'), foreign])];
    const plan = planned(admission({ webhooks: read(views) }));

    expect(plan.steps).toMatchObject([{ webhooks: ['b'] }]);
  });

  it('has no undo where another CA is replaced: the old one fitted nothing', () => {
    const views = both((name) => webhook(name, { caBundleSha256: OTHER_CA }));

    expect(planned(admission({ webhooks: read(views) })).undo).toMatchObject({
      kind: 'none',
      because: { code: 'old-ca-did-not-fit' },
    });
  });

  it('asks for the right to read the Secret and to patch the webhook configurations, by name, and no more', () => {
    expect(planned(admission()).rights.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)).toEqual([
      `get secrets ${secret().meta.name}`,
      `get mutatingwebhookconfigurations ${secret().meta.name}`,
      `patch mutatingwebhookconfigurations ${secret().meta.name}`,
      `get validatingwebhookconfigurations ${secret().meta.name}`,
      `patch validatingwebhookconfigurations ${secret().meta.name}`,
    ]);
  });

  it('is left alone where everybody trusts it', () => {
    expect(answer(admission({ webhooks: read(both(webhook)) }))).toMatchObject({ code: 'certificate-in-order' });
  });
});

describe('a certificate that is of no use', () => {
  it.each<readonly [string, Evidence, string]>([
    ['has expired', withCertificate({ notAfter: '2026-11-24T00:00:00.000Z' }), 'certificate-expired'],
    ['has a CA that has expired', withSecret({ caNotAfter: '2026-11-24T00:00:00.000Z' }), 'certificate-expired'],
    ['expires within a month', withCertificate({ notAfter: '2026-12-20T00:00:00.000Z' }), 'certificate-expires-soon'],
    ['has another’s key', withCertificate({ keyMatches: false }), 'certificate-key-mismatch'],
    ['is of another CA', withCertificate({ signedByCa: false }), 'certificate-wrong-ca'],
    ['is for another name', withCertificate({ dnsNames: ['old', 'old.monitoring.svc'] }), 'certificate-wrong-name'],
    ['is not there', withoutCertificate(), 'certificate-unusable'],
  ])('%s: it is made anew, and its CA copied from there', (_what, world, code) => {
    const plan = planned(world);

    expect(kinds(plan)).toEqual(['renew-certificate', 'copy-ca', 'copy-ca']);
    expect(plan.checks).toMatchObject([{ code }]);
    expect(plan.steps[0]).toMatchObject({
      contentHash: 'hash-of-the-secret',
      sans: [OPERATOR, HOST],
      keys: { ca: 'ca', cert: 'cert', key: 'key' },
    });
    expect(plan.steps.slice(1)).toMatchObject([{ from: { renewedBy: 0 } }, { from: { renewedBy: 0 } }]);
    expect(plan.undo).toMatchObject({ kind: 'none', because: { code: 'secret-is-never-kept' } });
  });

  it('is renewed under the names that the operator’s flags give the files', () => {
    const world = withSecret({ ...withoutCertificateView(), serving: { cert: 'tls.crt', key: 'tls.key' } });

    expect(planned(world).steps[0]).toMatchObject({ keys: { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key' } });
  });

  it('gives its new CA to the webhooks as well that had the old one', () => {
    const world = admission({
      webhooks: read(both(webhook)),
      admissionSecret: read(secret({ certificate: { ...certificate, keyMatches: false } })),
    });

    expect(kinds(planned(world))).toEqual(['renew-certificate', 'copy-ca', 'copy-ca']);
  });

  it('is good for a name with a star', () => {
    const world = withCertificate({ dnsNames: [`*.${NS}.svc`] });

    expect(kinds(planned(world))).toEqual(['copy-ca', 'copy-ca']);
  });

  it('has the operator restarted only where it crashes for it', () => {
    const world = withoutCertificate();

    expect(kinds(planned(world, 'admission-secret-bad-content')).at(-1)).toBe('restart');
    expect(kinds(planned(world)).at(-1)).toBe('copy-ca');
  });
});

function withoutCertificateView(): AdmissionSecretView {
  const { certificate: _c, caKey: _k, caNotAfter: _n, caSha256: _s, ...rest } = secret();
  return { ...rest, keys: [{ name: 'ca', bytes: 1 }] };
}
function withoutCertificate(): Evidence {
  return admission({ admissionSecret: read(withoutCertificateView()) });
}

describe('nothing is offered', () => {
  const certManager = meta('admission', { annotations: { 'cert-manager.io/certificate-name': 'admission' } });
  const owned = meta('admission', {
    owners: [{ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name: 'x', uid: 'u' }],
  });
  const synced = meta('admission', { managers: [{ manager: 'argocd-controller', operation: 'Apply' }] });
  const views = (more: Parameters<typeof configuration>[2]) =>
    admission({ webhooks: read([configuration('MutatingWebhookConfiguration', [empty('mutate')], more)]) });
  it.each<readonly [string, Evidence, string]>([
    ['for a Secret of cert-manager', withSecret({ meta: certManager }), 'cert-manager-keeps'],
    ['for a Secret that something else makes', withSecret({ meta: owned }), 'kept-by-another'],
    ['for a Secret that comes from Git', withSecret({ meta: synced }), 'kept-by-another'],
    [
      'for webhooks that cert-manager fills',
      views({ meta: meta('w', { annotations: { 'cert-manager.io/inject-ca-from': 'monitoring/admission' } }) }),
      'cert-manager-injects',
    ],
    [
      'for a caBundle that comes from Git',
      views({ webhooks: [webhook('mutate', { caBundleSha256: OTHER_CA, caBundleManagers: ['argocd-controller'] })] }),
      'ca-bundle-from-git',
    ],
    [
      'for webhooks of another release only',
      views({ webhooks: [webhook('mutate', { service: { namespace: 'old', name: 'gone' } })] }),
      'webhooks-of-another',
    ],
    ['without webhooks', admission({ webhooks: read([]) }), 'no-webhooks'],
    [
      'for an immutable Secret of no use',
      withSecret({ ...withoutCertificateView(), immutable: true }),
      'secret-immutable',
    ],
    ['without the Secret', admission({ admissionSecret: absent }), 'admission-secret-missing'],
    ['when the Secret may not be read', admission({ admissionSecret: forbidden }), 'not-checked'],
    ['when the webhooks may not be read', admission({ webhooks: forbidden }), 'not-checked'],
    [
      'when the operator’s Services may not be read',
      admission({ operators: read([operator({ services: forbidden })]) }),
      'not-checked',
    ],
  ])('%s', (_what, world, code) => {
    expect(answer(world)).toMatchObject({ refused: true, code });
  });

  it('names the right that is missing', () => {
    expect(answer(admission({ admissionSecret: forbidden }))).toMatchObject({
      needs: { verb: 'get', resource: 'secrets' },
    });
  });
});

describe('on request', () => {
  const seen = (
    code: string,
    cause: Parameters<typeof diagnosis>[0] = null,
    certainty: 'proven' | 'likely' = 'proven',
  ) => ({
    ...diagnosis(cause),
    byRunbook: [
      {
        runbook: 'admission-tls' as const,
        findings: [
          { kind: 'observation' as const, code, certainty, values: {}, because: [], runbook: 'admission-tls' as const },
        ],
      },
    ],
  });

  it('it is offered for what was seen and harms nobody, under a cause of its own', () => {
    const plan = planOf(ID, admission(), seen('ca-bundle-empty'), CLUSTER);

    expect(plan).toMatchObject({ cause: 'admission-not-trusted', remediation: ID });
    expect(chosenRepair(seen('ca-bundle-empty'), ID)).toMatchObject({ cause: 'admission-not-trusted' });
  });

  it('it is offered beside another root cause, and for its own root cause under that', () => {
    expect(planOf(ID, admission(), seen('ca-bundle-differs', 'crd-race-at-start'), CLUSTER)).toMatchObject({
      cause: 'admission-not-trusted',
    });
    expect(planOf(ID, admission(), seen('ca-bundle-empty', 'admission-fail-closed'), CLUSTER)).toMatchObject({
      cause: 'admission-fail-closed',
    });
  });

  it('it is never offered by itself', () => {
    expect(planFor(admission(), seen('ca-bundle-empty'), CLUSTER)).toEqual({ refusals: [] });
    expect(planFor(admission(), seen('ca-bundle-empty', 'operator-scaled-0'), CLUSTER).plan?.remediation).not.toBe(ID);
    expect(chosenRepair(seen('ca-bundle-empty'), undefined)).toMatchObject({ code: 'nothing-broken' });
  });

  it.each([
    ['where nothing of the kind was seen', seen('tls-handshake-errors'), 'nothing-broken'],
    ['where it is not proven', seen('ca-bundle-empty', null, 'likely'), 'nothing-broken'],
    ['beside another cause where nothing was seen', diagnosis('crd-race-at-start'), 'wrong-cause'],
  ])('it is refused %s', (_what, judged, code) => {
    expect(planOf(ID, admission(), judged, CLUSTER)).toMatchObject({ code });
  });

  it('no other repair is to be had that way', () => {
    expect(planOf('restart-operator', admission(), seen('ca-bundle-empty'), CLUSTER)).toMatchObject({
      code: 'nothing-broken',
    });
  });

  it('it has helped when the mismatch is gone, and not when nobody can say', () => {
    const isInOrder = remediationById(ID)?.requested?.isInOrder;

    expect(isInOrder?.(admission({ webhooks: read(both(webhook)) }))).toBe(true);
    expect(isInOrder?.(admission())).toBe(false);
    expect(isInOrder?.(withCertificate({ keyMatches: false }))).toBe(false);
    expect(isInOrder?.(admission({ admissionSecret: forbidden }))).toBe(false);
    expect(isInOrder?.(evidence({ operators: read([called]) }))).toBe(false);
  });
});

describe('the plan', () => {
  it('is bound to the CA: another one in the Secret is another plan', () => {
    const other = planned(admission({ admissionSecret: read(secret({ caSha256: OTHER_CA })) }));

    expect(planHash(other)).not.toBe(planHash(planned(admission())));
  });

  it('of a renewal is bound to the Secret’s version', () => {
    const certificateOfNoUse = { certificate: { ...certificate, keyMatches: false } };
    const [one, other] = ['1', '2'].map((hash) => planHash(planned(withSecret({ ...certificateOfNoUse, hash }))));

    expect(one).not.toBe(other);
  });

  it('is small and has no certificate and no key in it, whatever was read', () => {
    const text = fc.string({ maxLength: 40 });
    const world = fc.record({
      dnsNames: fc.array(text, { maxLength: 50 }),
      subject: fc.constant('-----BEGIN CERTIFICATE-----'),
      issuer: fc.constant('-----BEGIN PRIVATE KEY-----'),
      notAfter: fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') })
        .map((one) => one.toISOString()),
      keyMatches: fc.boolean(),
      signedByCa: fc.boolean(),
    });
    fc.assert(
      fc.property(world, fc.boolean(), (more, trusted) => {
        const plan = answer(
          admission({
            webhooks: read(both(trusted ? webhook : empty)),
            admissionSecret: read(secret({ certificate: { ...certificate, ...more } })),
          }),
        );
        const written = JSON.stringify(plan);
        expect(written).not.toMatch(/BEGIN|LS0tLS/);
        expect(written.length).toBeLessThan(20_000);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnosis/types.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { admissionTls } from '../../src/runbooks/admission-tls.ts';
import { absent, evidence, meta, read, unread, webhook } from '../builders/evidence.ts';

const judge = (more: Partial<Evidence>): readonly Finding[] => admissionTls.judge(evidence(more));
const brief = (found: readonly Finding[]): readonly string[] => found.map((one) => `${one.kind} ${one.code}`);

describe('the admission webhooks', () => {
  it('with the right caBundle are trusted, and that rules the fault out', () => {
    expect(brief(judge({}))).toEqual(['ruled-out webhooks-trusted']);
  });

  it('with an empty caBundle and failurePolicy Ignore block nothing', () => {
    expect(brief(judge({ webhooks: read([webhook({ caBundleBytes: 0 })]) }))).toEqual([
      'observation ca-bundle-empty',
      'ruled-out webhooks-fail-open',
    ]);
  });

  it('with an empty caBundle and failurePolicy Fail block every rule', () => {
    const found = judge({ webhooks: read([webhook({ caBundleBytes: 0, failurePolicy: 'Fail' })]) });
    expect(brief(found)).toEqual(['observation ca-bundle-empty', 'cause webhook-fails-closed']);
  });

  it('with the CA of another Secret and failurePolicy Ignore are harmless', () => {
    expect(brief(judge({ webhooks: read([webhook({ caBundleSha256: 'other' })]) }))).toEqual([
      'observation ca-bundle-differs',
      'ruled-out webhooks-fail-open',
    ]);
  });

  it('of a release that is gone block every rule when they fail closed', () => {
    const orphan = webhook({
      failurePolicy: 'Fail',
      serviceExists: false,
      service: { namespace: 'old', name: 'gone' },
    });
    const found = judge({ webhooks: read([webhook(), orphan]) });
    expect(brief(found)).toEqual(['observation webhook-service-missing', 'cause webhook-fails-closed']);
    expect(found.find((one) => one.kind === 'cause')?.values).toMatchObject({ orphan: true });
  });

  it("of another release are not compared with this release's CA", () => {
    const other = webhook({
      caBundleSha256: 'other',
      failurePolicy: 'Fail',
      service: { namespace: 'other', name: 'other-operator' },
    });
    expect(judge({ webhooks: read([other]) })).toEqual([]);
  });

  it("of a policy engine are none of this runbook's", () => {
    const other = webhook({
      failurePolicy: 'Fail',
      serviceExists: false,
      rules: [{ groups: ['apps'], resources: ['statefulsets'], operations: ['CREATE'] }],
    });
    expect(judge({ webhooks: read([other]) })).toEqual([]);
  });

  it('are not called trusted while the Secret may not be read', () => {
    expect(brief(judge({ admissionSecret: unread() }))).toEqual(['not-checked not-read']);
  });

  it('that may not be read are not checked', () => {
    expect(brief(judge({ webhooks: unread(), admissionSecret: absent() }))).toEqual(['not-checked not-read']);
  });
});

describe("the operator's certificate", () => {
  const good = {
    subject: 'CN=operator',
    issuer: 'CN=ca',
    notBefore: '2025-01-01T00:00:00Z',
    notAfter: '2125-01-01T00:00:00Z',
    dnsNames: ['operator.monitoring.svc'],
    signedByCa: true,
    keyMatches: true,
  };
  const withCertificate = (more: Partial<typeof good>, failurePolicy = 'Ignore', caNotAfter?: string) =>
    judge({
      webhooks: read([webhook({ failurePolicy })]),
      admissionSecret: read({
        meta: meta('admission'),
        keys: [],
        caSha256: 'ca',
        certificate: { ...good, ...more },
        ...(caNotAfter !== undefined && { caNotAfter }),
      }),
    });
  const soon = new Date(Date.parse(evidence({}).at) + 20 * 86_400_000).toISOString();

  it.each<readonly [string, Partial<typeof good>, string]>([
    ['has expired', { notAfter: '2026-01-01T00:00:00Z' }, 'admission-certificate-expired'],
    ['is for another name', { dnsNames: ['old.monitoring.svc'] }, 'admission-certificate-wrong-name'],
    ['is of another CA', { signedByCa: false }, 'admission-certificate-wrong-ca'],
  ])('that %s is told, and stops every rule where the webhooks fail closed', (_what, more, code) => {
    expect(brief(withCertificate(more))).toEqual(['ruled-out webhooks-fail-open', `observation ${code}`]);
    expect(brief(withCertificate(more, 'Fail'))).toEqual(['cause webhook-fails-closed', `observation ${code}`]);
  });

  it.each<readonly [string, Partial<typeof good>, string]>([
    ['expires within a month', { notAfter: soon }, 'admission-certificate-expires-soon'],
    ['has another’s key', { keyMatches: false }, 'admission-key-mismatch'],
  ])('that %s is told, and stops nothing yet', (_what, more, code) => {
    expect(brief(withCertificate(more, 'Fail'))).toEqual(['ruled-out webhooks-trusted', `observation ${code}`]);
  });

  it('ends when its CA does', () => {
    expect(brief(withCertificate({}, 'Ignore', soon))).toContain('observation admission-certificate-expires-soon');
  });

  it('is good for a name with a star', () => {
    expect(brief(withCertificate({ dnsNames: ['*.monitoring.svc'] }, 'Fail'))).toEqual(['ruled-out webhooks-trusted']);
  });
});

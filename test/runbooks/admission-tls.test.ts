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

it('a certificate that has expired is told', () => {
  const certificate = {
    subject: 'CN=operator',
    issuer: 'CN=ca',
    notBefore: '2025-01-01T00:00:00Z',
    notAfter: '2026-01-01T00:00:00Z',
    dnsNames: ['operator.monitoring.svc'],
  };
  const found = judge({ admissionSecret: read({ meta: meta('admission'), keys: [], caSha256: 'ca', certificate }) });
  expect(brief(found)).toContain('observation admission-certificate-expired');
  expect(brief(found)).not.toContain('observation admission-certificate-wrong-name');
});

import type { AdmissionSecretView, Evidence, OperatorView, WebhookView } from '../../src/evidence/types.ts';
import { ADMISSION, evidence, meta, NS, OPERATOR, operator, read } from './world.ts';

export const CA = 'a'.repeat(64);
export const OTHER_CA = 'b'.repeat(64);
export const HOST = `${OPERATOR}.${NS}.svc`;

export const certificate: NonNullable<AdmissionSecretView['certificate']> = {
  subject: 'O=nil2',
  issuer: 'O=nil1',
  notBefore: '2025-01-01T00:00:00.000Z',
  notAfter: '2125-01-01T00:00:00.000Z',
  dnsNames: [OPERATOR, HOST],
  signedByCa: true,
  keyMatches: true,
};

/** As the chart's certgen Job makes it. */
export function secret(more: Partial<AdmissionSecretView> = {}): AdmissionSecretView {
  return {
    meta: meta(ADMISSION),
    hash: 'hash-of-the-secret',
    serving: { cert: 'cert', key: 'key' },
    keys: [
      { name: 'ca', bytes: 500 },
      { name: 'cert', bytes: 600 },
      { name: 'key', bytes: 200 },
    ],
    caKey: 'ca',
    caNotAfter: '2125-01-01T00:00:00.000Z',
    caSha256: CA,
    certificate,
    ...more,
  };
}

type Webhook = WebhookView['webhooks'][number];

export function webhook(name: string, more: Partial<Webhook> = {}): Webhook {
  return {
    name,
    failurePolicy: 'Fail',
    service: { namespace: NS, name: OPERATOR, port: 443 },
    caBundleBytes: 500,
    caBundleSha256: CA,
    rules: [{ groups: ['monitoring.coreos.com'], resources: ['prometheusrules'], operations: ['CREATE'] }],
    serviceExists: true,
    readyEndpoints: 1,
    ...more,
  };
}

/** A webhook that has no caBundle. */
export const empty = (name: string): Webhook => {
  const { caBundleSha256: _none, ...rest } = webhook(name);
  return { ...rest, caBundleBytes: 0 };
};

export function configuration(
  kind: WebhookView['kind'],
  webhooks: readonly Webhook[],
  more: Partial<WebhookView> = {},
): WebhookView {
  const { namespace: _none, ...clusterScoped } = meta(ADMISSION, { uid: `uid-${kind}` });
  return { kind, meta: clusterScoped, contentHash: `hash-of-${kind}`, webhooks, ...more };
}

export const both = (make: (name: string) => Webhook): readonly WebhookView[] => [
  configuration('MutatingWebhookConfiguration', [make('mutate')]),
  configuration('ValidatingWebhookConfiguration', [make('rules'), make('alerts')]),
];

export const called: OperatorView = operator({
  services: read([{ meta: meta(OPERATOR), ports: [{ port: 443 }], readyEndpoints: 1 }]),
});

/** A cluster whose webhooks have no caBundle. */
export function admission(more: Partial<Evidence> = {}): Evidence {
  return evidence({ operators: read([called]), webhooks: read(both(empty)), admissionSecret: read(secret()), ...more });
}

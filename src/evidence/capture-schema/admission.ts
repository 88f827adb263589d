import { z } from 'zod';
import { meta, opt, text, texts } from './parts.ts';

export const webhook = z.looseObject({
  kind: z.enum(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']),
  meta,
  contentHash: opt(text),
  webhooks: z.array(
    z.looseObject({
      name: text,
      failurePolicy: opt(text),
      timeoutSeconds: opt(z.number()),
      service: opt(z.looseObject({ namespace: text, name: text, path: opt(text), port: opt(z.number()) })),
      url: opt(text),
      caBundleBytes: z.number(),
      caBundleSha256: opt(text),
      caBundleManagers: opt(texts),
      rules: z.array(z.looseObject({ groups: texts, resources: texts, operations: texts })),
      serviceExists: opt(z.boolean()),
      readyEndpoints: opt(z.number()),
    }),
  ),
});

export const admissionSecret = z.looseObject({
  meta,
  type: opt(text),
  keys: z.array(z.looseObject({ name: text, bytes: z.number() })),
  hash: opt(text),
  immutable: opt(z.boolean()),
  serving: opt(z.looseObject({ cert: text, key: text })),
  caKey: opt(text),
  caNotAfter: opt(text),
  caSha256: opt(text),
  certificate: opt(
    z.looseObject({
      subject: text,
      issuer: text,
      notBefore: text,
      notAfter: text,
      dnsNames: texts,
      signedByCa: opt(z.boolean()),
      keyMatches: opt(z.boolean()),
    }),
  ),
});

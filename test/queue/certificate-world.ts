import { createHash } from 'node:crypto';
import { servingCertificate } from '../../src/certificates/serving.ts';
import { contentHash, versionHash } from '../../src/evidence/content-hash.ts';
import { at, string } from '../../src/evidence/json.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import type { ObjectRef } from '../../src/remediations/types.ts';
import { both, called, certificate, HOST, secret, webhook } from '../remediations/admission-world.ts';
import { ADMISSION, evidence, meta, NS, OPERATOR, read } from '../remediations/world.ts';
import type { ApiServer } from './api-server.ts';

type Json = Record<string, unknown>;

export const SECRET = `/api/v1/namespaces/${NS}/secrets/${ADMISSION}`;
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1';
export const MUTATING = `${WEBHOOKS}/mutatingwebhookconfigurations/${ADMISSION}`;
export const VALIDATING = `${WEBHOOKS}/validatingwebhookconfigurations/${ADMISSION}`;

export const SANS = [OPERATOR, HOST];
export const base64 = (value: string): string => Buffer.from(value).toString('base64');
export const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');
/** What stands in the Secret at first. */
export const MADE = await servingCertificate({ sans: SANS, days: 365, now: new Date() });

function rawConfiguration(kind: string, names: readonly string[]): Json {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: ADMISSION, uid: `uid-${kind}` },
    webhooks: names.map((name) => ({
      name,
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1', 'v1beta1'],
      clientConfig: { service: { namespace: NS, name: OPERATOR, path: `/${name}`, port: 443 } },
      rules: [{ apiGroups: ['monitoring.coreos.com'], resources: ['prometheusrules'], operations: ['CREATE'] }],
    })),
  };
}

/** The Secret and the webhook configurations as an API server has them; no caBundle is filled. */
export const objects = (): Record<string, Json> => ({
  [SECRET]: {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: ADMISSION, namespace: NS, uid: `uid-${ADMISSION}` },
    data: { ca: base64(MADE.ca), cert: base64(MADE.cert), key: base64(MADE.key) },
  },
  [MUTATING]: rawConfiguration('MutatingWebhookConfiguration', ['mutate']),
  [VALIDATING]: rawConfiguration('ValidatingWebhookConfiguration', ['rules', 'alerts', 'foreign']),
});

export const secretRef: ObjectRef = {
  apiVersion: 'v1',
  kind: 'Secret',
  namespace: NS,
  name: ADMISSION,
  uid: `uid-${ADMISSION}`,
};

export const caOf = (api: ApiServer): string =>
  Buffer.from(string(api.objects.get(SECRET), 'data', 'ca') ?? '', 'base64').toString();

/** The caBundle of each webhook of a configuration, decoded. */
export function bundles(api: ApiServer, path: string): readonly string[] {
  const webhooks = at(api.objects.get(path), 'webhooks');
  if (!Array.isArray(webhooks)) return [];
  return webhooks.map((one: unknown) =>
    Buffer.from(string(one, 'clientConfig', 'caBundle') ?? '', 'base64').toString(),
  );
}

/** What promfix reads of it. `useless`: the key does not fit, as long as nobody renewed it. */
export function seen(api: ApiServer, useless: boolean): Evidence {
  const raw = api.objects.get(SECRET) ?? {};
  const ca = caOf(api);
  const views = both((name) => {
    const path = name === 'mutate' ? MUTATING : VALIDATING;
    const index = { mutate: 0, rules: 0, alerts: 1 }[name] ?? 0;
    const bundle = bundles(api, path)[index] ?? '';
    const { caBundleSha256: _none, ...rest } = webhook(name);
    return { ...rest, caBundleBytes: bundle.length, ...(bundle !== '' && { caBundleSha256: sha256(bundle) }) };
  }).map((view) => {
    const path = view.kind === 'MutatingWebhookConfiguration' ? MUTATING : VALIDATING;
    return { ...view, contentHash: contentHash(api.objects.get(path) ?? {}) };
  });
  const renewed = ca !== MADE.ca;
  return evidence({
    operators: read([called]),
    webhooks: read(views),
    admissionSecret: read(
      secret({
        meta: meta(ADMISSION, { uid: string(raw, 'metadata', 'uid') ?? '' }),
        hash: versionHash(raw),
        caSha256: sha256(ca),
        certificate: { ...certificate, keyMatches: renewed || !useless },
      }),
    ),
  });
}

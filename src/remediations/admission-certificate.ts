import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Evidence } from '../evidence/types.ts';
import { type Admission, admissionOf, type Configuration } from './parts/admission.ts';
import { deploymentRef, named } from './parts/operator.ts';
import { ownership, replaces } from './parts/ownership.ts';
import { type Definition, type Draft, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { RESTART_FIELD, restarted } from './restart-operator.ts';
import type { CaSource, DiffLine, Step, StepOf } from './types.ts';

/** As long as the chart's own: nobody but promfix would renew it. */
const DAYS = 36_500;
/** Sizes that people can compare by eye. */
const SHOWN = 12;
const GROUP = 'admissionregistration.k8s.io';
const RESOURCES = {
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
} as const;

/**
 * Makes the API server trust the operator's webhooks again: copies the CA of the admission Secret into their caBundle, and before that, where
 * the certificate is of no use, makes it anew. The running operator reads its files again by itself; one that can't start for it is restarted.
 */
export const admissionCertificate: Definition = {
  id: 'admission-certificate',
  risk: 'high',
  writes: [
    ...Object.values(RESOURCES).map((resource) => ({
      group: GROUP,
      resource,
      verb: 'patch' as const,
      fields: ['/webhooks/*/clientConfig/caBundle'],
    })),
    {
      group: '',
      resource: 'secrets',
      verb: 'patch',
      fields: [
        ...['ca', 'cert', 'key', 'ca.crt', 'tls.crt', 'tls.key'].map((key) => `/data/${key}`),
        '/metadata/annotations/promfix.io~1ca-sha256',
      ],
    },
    {
      group: 'apps',
      resource: 'deployments',
      verb: 'patch',
      fields: [RESTART_FIELD],
    },
  ],
  deadlineSeconds: 300,
  onRequest: {
    cause: 'admission-not-trusted',
    observations: [
      'ca-bundle-empty',
      'ca-bundle-differs',
      'admission-certificate-expired',
      'admission-certificate-expires-soon',
      'admission-certificate-wrong-ca',
      'admission-certificate-wrong-name',
      'admission-key-mismatch',
    ],
    isInOrder: (evidence) => {
      const admission = admissionOf(evidence);
      return !isRefused(admission) && isInOrder(admission);
    },
  },
  draft(evidence, _diagnosis, cause) {
    const admission = admissionOf(evidence);
    if (isRefused(admission)) return admission;
    if (isInOrder(admission))
      return cause === 'admission-fail-closed' && admission.foreign.length > 0
        ? refuse('webhooks-of-another', { service: admission.foreign.join(', ') })
        : refuse('certificate-in-order', { object: named(admission.object) });
    return draftOf(evidence, admission, cause);
  },
};

function isInOrder({ renew, configurations }: Admission): boolean {
  return renew === undefined && configurations.every(({ stale }) => stale.length === 0);
}

function draftOf(evidence: Evidence, admission: Admission, cause: CauseSlug): Draft {
  const { operator, secret, object, configurations, renew } = admission;
  // A new CA is for every webhook; one that is there already only for those that lack it.
  const changed = configurations
    .map((one) => ({ ...one, webhooks: renew === undefined ? one.stale : one.own }))
    .filter(({ webhooks }) => webhooks.length > 0);
  const { deployment } = operator;
  const restart = renew !== undefined && cause === 'admission-secret-bad-content' ? restarted(deployment) : undefined;
  const steps: readonly Step[] = [
    ...(renew === undefined ? [] : [renewal(admission)]),
    ...changed.map((one): Step => copy(one, sourceOf(admission))),
    ...(restart ? [restart.step] : []),
  ];
  const wasEmpty = changed.every(({ webhooks }) => webhooks.every(({ caBundleBytes }) => caBundleBytes === 0));
  return {
    steps,
    diff: [
      ...(renew === undefined ? [] : [secretLine(admission)]),
      ...changed.map((one) => bundleLine(one, admission)),
      ...(restart ? [restart.line] : []),
    ],
    checks: [judged(admission)],
    effects: [
      check('rules-are-checked-again', { count: changed.reduce((sum, { webhooks }) => sum + webhooks.length, 0) }),
      ...(restart
        ? [check('operator-is-replaced', { replicas: deployment.replicas, seconds: 30 })]
        : renew === undefined
          ? []
          : [check('operator-reloads-certificate', { minutes: 2 })]),
    ],
    manages: [],
    untouched: [
      check('workloads'),
      check('custom-resources'),
      ...(renew === undefined ? [check('secrets')] : []),
      check('git'),
    ],
    undo:
      renew !== undefined
        ? { kind: 'none', because: check('secret-is-never-kept', { object: named(object) }) }
        : wasEmpty
          ? { kind: 'steps', steps: changed.map((one) => ({ ...copy(one, 'nothing'), contentHash: '' })) }
          : { kind: 'none', because: check('old-ca-did-not-fit') },
    ownership: [
      ...(renew === undefined ? [] : [ownership(evidence, named(object), 'Secret', secret.meta, () => true)]),
      ...changed.map(({ object: one, view }) =>
        ownership(evidence, named(one), view.kind, view.meta, ({ application }) => !replaces(application, view.meta)),
      ),
    ],
    permanent: check(renew === undefined ? 'hook-copies-the-same-ca' : 'cert-manager-renews'),
    rights: [
      ...rightsFor(object, 'secrets').filter(({ verb }) => renew !== undefined || verb === 'get'),
      ...changed.flatMap(({ object: one, view }) => rightsFor(one, RESOURCES[view.kind])),
      ...(restart ? rightsFor(deploymentRef(deployment), 'deployments') : []),
    ],
  };
}

interface Changed extends Configuration {
  readonly webhooks: Configuration['own'];
}

function copy({ object, contentHash, webhooks }: Changed, from: CaSource): StepOf<'copy-ca'> {
  return { do: 'copy-ca', object, contentHash, webhooks: webhooks.map(({ name }) => name), from };
}

function sourceOf({ object, secret: { caKey = '', caSha256 = '', serving }, renew }: Admission): CaSource {
  return renew === undefined
    ? { secret: object, key: caKey, sha256: caSha256 }
    : { secret: object, key: keysOf(serving.cert).ca, renewedBy: 0 };
}

function renewal({ object, secret: { hash, serving }, sans }: Admission): Step {
  return {
    do: 'renew-certificate',
    object,
    contentHash: hash,
    sans,
    days: DAYS,
    keys: { ...keysOf(serving.cert), cert: serving.cert, key: serving.key },
  };
}

/** certgen calls the CA `ca` beside `cert` and `key`; a TLS Secret has `ca.crt` beside `tls.crt`. */
function keysOf(cert: string): { readonly ca: string } {
  return { ca: cert === 'tls.crt' ? 'ca.crt' : 'ca' };
}

/** What the certificate is like: the reason for the step, or that it is good. */
function judged({ renew, object, secret: { certificate }, sans }: Admission) {
  const values = {
    object: named(object),
    until: certificate?.notAfter.slice(0, 10) ?? '',
    names: sans.join(', '),
    found: (certificate?.dnsNames ?? []).slice(0, 3).join(', ').slice(0, 200),
  };
  return check(renew ?? 'certificate-good', values);
}

function secretLine({ object, secret: { certificate, serving }, sans }: Admission): DiffLine {
  const { ca } = keysOf(serving.cert);
  return {
    object: named(object),
    path: `data[${[ca, serving.cert, serving.key].join(', ')}]`,
    before: certificate ? `certificate until ${certificate.notAfter.slice(0, 10)}` : null,
    after: `<new certificate for ${sans.join(', ')}>`,
  };
}

function bundleLine({ object, webhooks }: Changed, { secret, renew }: Admission): DiffLine {
  const before = [...new Set(webhooks.map(({ caBundleSha256 }) => caBundleSha256 ?? ''))].filter(Boolean);
  return {
    object: named(object),
    path: `webhooks[${webhooks.map(({ name }) => name.split('.')[0]).join(', ')}].clientConfig.caBundle`,
    before: before.length === 0 ? null : before.map((hash) => `sha256:${hash.slice(0, SHOWN)}`).join(', '),
    after: renew === undefined ? `sha256:${(secret.caSha256 ?? '').slice(0, SHOWN)}` : '<the new CA>',
  };
}

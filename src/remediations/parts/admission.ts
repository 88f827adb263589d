import { MONITORING } from '../../evidence/targets.ts';
import type { AdmissionSecretView, Evidence, Meta, OperatorView, WebhookView } from '../../evidence/types.ts';
import { isFor } from '../../parse/dns-names.ts';
import type { CheckCode } from '../codes.ts';
import type { ObjectRef } from '../types.ts';
import { named, responsibleOperator } from './operator.ts';
import { isRefused, type Reason, refuse, unread } from './refuse.ts';

/** Days before its end at which a certificate is renewed on request. */
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Why a certificate has to be made anew. Sentences: `texts/en/plans.ts`. */
type RenewCode = Extract<
  CheckCode,
  | 'certificate-unusable'
  | 'certificate-key-mismatch'
  | 'certificate-wrong-ca'
  | 'certificate-expired'
  | 'certificate-wrong-name'
  | 'certificate-expires-soon'
>;

/** A webhook configuration of this operator. */
export interface Configuration {
  readonly object: ObjectRef;
  readonly contentHash: string;
  readonly view: WebhookView;
  /** The webhooks in it that call the operator's Service. */
  readonly own: WebhookView['webhooks'];
  /** Those of them whose caBundle is not the Secret's CA. */
  readonly stale: WebhookView['webhooks'];
}

/** The operator's serving certificate, and who has to trust it. */
export interface Admission {
  readonly operator: OperatorView;
  readonly secret: AdmissionSecretView & { readonly hash: string; readonly serving: { cert: string; key: string } };
  readonly object: ObjectRef;
  /** Names by which the API server and whoever scrapes the operator call it. */
  readonly sans: readonly string[];
  readonly configurations: readonly Configuration[];
  /** Services of others that webhooks for PrometheusRules call: not promfix's to mend. */
  readonly foreign: readonly string[];
  /** Absent: the certificate is good. */
  readonly renew?: RenewCode;
}

/** What the evidence says about the operator's certificate; a refusal where it is not promfix's to change, or not known. */
export function admissionOf(evidence: Evidence): Admission | Reason {
  const operator = responsibleOperator(evidence);
  if (isRefused(operator)) return operator;
  const { admissionSecret, webhooks } = evidence;
  if (webhooks.state === 'unread') return unread('the webhook configurations', webhooks);
  if (operator.services.state === 'unread') return unread('the Services of the operator', operator.services);
  if (admissionSecret.state === 'unread') return unread('the admission Secret', admissionSecret);
  if (admissionSecret.state === 'absent') return missing(operator);
  const { hash, serving, ...view } = admissionSecret.value;
  if (hash === undefined || serving === undefined) return refuse('not-judged', { what: 'a saved capture' });
  const secret = { ...view, hash, serving };
  const services = new Set(
    (operator.services.state === 'read' ? operator.services.value : []).map(({ meta }) => keyOf(meta)),
  );
  const views = webhooks.state === 'read' ? webhooks.value : [];
  const foreign = foreignServices(views, services);
  const configurations = configurationsOf(views, services, secret);
  if (isRefused(configurations)) return configurations;
  if (configurations.length === 0)
    return foreign.length > 0 ? refuse('webhooks-of-another', { service: foreign.join(', ') }) : refuse('no-webhooks');
  const object = secretRef(secret.meta);
  const owner = ownerOf(secret.meta, object) ?? configurations.map(({ view: one }) => keeperOf(one)).find(Boolean);
  if (owner) return owner;
  const sans = namesOf(configurations);
  const renew = renewalOf(evidence, secret, sans);
  if (renew !== undefined && secret.immutable === true) return refuse('secret-immutable', { object: named(object) });
  return { operator, secret, object, sans, configurations, foreign, ...(renew && { renew }) };
}

function missing(operator: OperatorView): Reason {
  const { meta, volumes } = operator.deployment;
  const secret = volumes.find((volume) => volume.secret !== undefined)?.secret ?? '';
  return refuse('admission-secret-missing', { namespace: meta.namespace ?? '', secret });
}

function configurationsOf(
  views: readonly WebhookView[],
  services: ReadonlySet<string>,
  { caSha256 }: AdmissionSecretView,
): readonly Configuration[] | Reason {
  const found: Configuration[] = [];
  for (const view of views) {
    const own = forRules(view).filter(({ service }) => service && services.has(keyOf(service)));
    if (own.length === 0) continue;
    if (view.contentHash === undefined) return refuse('not-judged', { what: 'a saved capture' });
    const object: ObjectRef = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: view.kind,
      name: view.meta.name,
      uid: view.meta.uid,
    };
    const stale = own.filter(({ caBundleSha256 }) => caBundleSha256 === undefined || caBundleSha256 !== caSha256);
    found.push({ object, contentHash: view.contentHash, view, own, stale });
  }
  return found;
}

function foreignServices(views: readonly WebhookView[], services: ReadonlySet<string>): readonly string[] {
  const called = views.flatMap(forRules).flatMap(({ service }) => (service ? [keyOf(service)] : []));
  return [...new Set(called)].filter((one) => !services.has(one)).sort();
}

function forRules({ webhooks }: WebhookView): WebhookView['webhooks'] {
  return webhooks.filter(({ rules, service }) => service && rules.some(isMonitoring));
}

const isMonitoring = ({ groups }: { readonly groups: readonly string[] }): boolean => groups.includes(MONITORING);
const keyOf = ({ namespace, name }: { readonly namespace?: string; readonly name: string }): string =>
  `${namespace ?? ''}/${name}`;

function secretRef({ name, namespace, uid }: Meta): ObjectRef {
  return { apiVersion: 'v1', kind: 'Secret', name, uid, ...(namespace !== undefined && { namespace }) };
}

/** A Secret that somebody else keeps would be put back, or fought over. */
function ownerOf(meta: Meta, object: ObjectRef): Reason | undefined {
  const certificate = meta.annotations['cert-manager.io/certificate-name'];
  const issued = meta.owners.find(({ apiVersion }) => apiVersion.startsWith('cert-manager.io/'));
  if (certificate !== undefined || issued)
    return refuse('cert-manager-keeps', {
      object: named(object),
      certificate: certificate ?? issued?.name ?? '',
      namespace: meta.namespace ?? '',
    });
  const owner = meta.owners[0];
  const keeper = owner ? `${owner.kind} ${owner.name}` : meta.managers.find(isGitOps)?.manager;
  return keeper === undefined ? undefined : refuse('kept-by-another', { object: named(object), owner: keeper });
}

/** The same for the caBundle of a webhook configuration. */
function keeperOf({ kind, meta, webhooks }: WebhookView): Reason | undefined {
  const injected =
    meta.annotations['cert-manager.io/inject-ca-from'] ?? meta.annotations['cert-manager.io/inject-ca-from-secret'];
  const object = `${kind} ${meta.name}`;
  if (injected !== undefined) return refuse('cert-manager-injects', { object, from: injected });
  const manager = webhooks.flatMap((webhook) => webhook.caBundleManagers ?? []).find((one) => GIT_OPS.test(one));
  return manager === undefined ? undefined : refuse('ca-bundle-from-git', { object, manager });
}

/** Field managers that bring back what stands in Git. */
const GIT_OPS = /^(argocd|kustomize-controller|helm-controller)/;
const isGitOps = ({ manager }: { readonly manager: string }): boolean => GIT_OPS.test(manager);

/** Two for each Service, as the chart's certgen Job asks for them. */
function namesOf(configurations: readonly Configuration[]): readonly string[] {
  const services = configurations.flatMap(({ own }) => own.flatMap(({ service }) => (service ? [service] : [])));
  return [...new Set(services.flatMap(({ name, namespace }) => [name, `${name}.${namespace}.svc`]))].sort();
}

function renewalOf(
  { at }: Pick<Evidence, 'at'>,
  { certificate, caKey, caNotAfter, keys, serving }: Admission['secret'],
  sans: readonly string[],
): RenewCode | undefined {
  const filled = (name: string): boolean => keys.some((one) => one.name === name && one.bytes > 0);
  if (!certificate || !filled(serving.key) || caKey === undefined || caNotAfter === undefined)
    return 'certificate-unusable';
  if (certificate.keyMatches === false) return 'certificate-key-mismatch';
  if (certificate.signedByCa === false) return 'certificate-wrong-ca';
  const left = Math.min(Date.parse(certificate.notAfter), Date.parse(caNotAfter)) - Date.parse(at);
  if (left < 0) return 'certificate-expired';
  if (sans.some((name) => name.endsWith('.svc') && !isFor(certificate.dnsNames, name))) return 'certificate-wrong-name';
  return left < SOON_DAYS * DAY_MS ? 'certificate-expires-soon' : undefined;
}

import type { Because } from '../diagnosis/types.ts';
import { MONITORING } from '../evidence/targets.ts';
import type { AdmissionSecretView, WebhookView } from '../evidence/types.ts';
import { isFor } from '../parse/dns-names.ts';
import { parseLogLine } from '../parse/log-line.ts';
import { readMessage } from '../parse/operator-message.ts';
import { because, notChecked, readValue } from './because.ts';
import { type Coded, defineRunbook, type Seen } from './types.ts';

const CODES = [
  'admission-certificate-expired',
  'admission-certificate-expires-soon',
  'admission-certificate-wrong-ca',
  'admission-certificate-wrong-name',
  'admission-key-mismatch',
  'ca-bundle-differs',
  'ca-bundle-empty',
  'not-read',
  'webhook-fails-closed',
  'webhook-service-missing',
  'webhooks-fail-open',
  'webhooks-trusted',
] as const;
/** Enough to do something about it in working hours. */
const SOON_MS = 30 * 86_400_000;
const READS = ['webhooks', 'admissionSecret', 'operators'] as const;
type Evidence = Seen<(typeof READS)[number]>;
type Found = Coded<(typeof CODES)[number]>;

/**
 * The operator's own admission webhooks. They check PrometheusRules and AlertmanagerConfigs only and can never stop a StatefulSet; what
 * decides whether a TLS error matters is the failurePolicy and the caBundle, not the line in the log.
 */
export const admissionTls = defineRunbook({
  id: 'admission-tls',
  reads: READS,
  codes: CODES,
  judge: (evidence) => [
    ...judgeWebhooks(evidence),
    ...judgeCertificate(evidence),
    ...notChecked('not-read', 'webhooks', evidence.webhooks),
    ...notChecked('not-read', 'admissionSecret', evidence.admissionSecret),
  ],
});

type Webhook = WebhookView['webhooks'][number];
type Trouble = 'empty' | 'differs' | 'service-missing' | 'certificate';

interface Judged {
  readonly configuration: WebhookView;
  readonly webhook: Webhook;
  readonly trouble: Trouble | undefined;
  readonly closed: boolean;
}

function judgeWebhooks(evidence: Evidence): readonly Found[] {
  const own = (readValue(evidence.webhooks) ?? []).flatMap((configuration) =>
    configuration.webhooks
      .filter((webhook) => webhook.rules.some((rule) => rule.groups.includes(MONITORING)))
      .map(
        (webhook): Judged => ({
          configuration,
          webhook,
          trouble: troubleOf(evidence, webhook),
          closed: (webhook.failurePolicy ?? 'Fail') === 'Fail',
        }),
      ),
  );
  if (own.length === 0) return [];
  return [...observe(own), ...judgePolicy(evidence, own)];
}

function troubleOf(evidence: Evidence, webhook: Webhook): Trouble | undefined {
  if (webhook.serviceExists === false) return 'service-missing';
  if (webhook.url !== undefined) return undefined;
  if (webhook.caBundleBytes === 0) return 'empty';
  const secret = readValue(evidence.admissionSecret);
  if (secret?.caSha256 === undefined || webhook.caBundleSha256 === undefined || !callsOperator(evidence, webhook))
    return undefined;
  if (webhook.caBundleSha256 !== secret.caSha256) return 'differs';
  return isRefusedByClients(secret, webhook, evidence.at) ? 'certificate' : undefined;
}

/** A client that trusts the CA refuses the certificate all the same. */
function isRefusedByClients(secret: AdmissionSecretView, { service }: Webhook, at: string): boolean {
  const { certificate } = secret;
  if (!certificate || !service) return false;
  const host = `${service.name}.${service.namespace}.svc`;
  return (
    certificate.signedByCa === false ||
    Date.parse(certificate.notAfter) < Date.parse(at) ||
    (certificate.dnsNames.length > 0 && !isFor(certificate.dnsNames, host))
  );
}

/** The admission Secret is the CA of this operator only: other releases have their own. */
function callsOperator(evidence: Evidence, webhook: Webhook): boolean {
  const operator = readValue(evidence.operators)?.[0];
  if (!operator || !webhook.service) return true;
  const services = readValue(operator.services);
  if (services === undefined) return operator.deployment.meta.namespace === webhook.service.namespace;
  return services.some(
    (one) => one.meta.name === webhook.service?.name && one.meta.namespace === webhook.service.namespace,
  );
}

const NAMES: Record<
  Exclude<Trouble, 'certificate'>,
  'ca-bundle-empty' | 'ca-bundle-differs' | 'webhook-service-missing'
> = {
  empty: 'ca-bundle-empty',
  differs: 'ca-bundle-differs',
  'service-missing': 'webhook-service-missing',
};

function observe(own: readonly Judged[]): readonly Found[] {
  const found: Found[] = [];
  for (const [trouble, code] of Object.entries(NAMES)) {
    const some = own.filter((one) => one.trouble === trouble);
    const first = some[0];
    if (!first) continue;
    found.push({
      kind: 'observation',
      code,
      certainty: 'proven',
      values: {
        count: some.length,
        configurations: namesOf(some),
        service: serviceOf(first.webhook),
        failurePolicy: policiesOf(some),
      },
      because: some.map(proofOf),
    });
  }
  return found;
}

function judgePolicy(evidence: Evidence, own: readonly Judged[]): readonly Found[] {
  const broken = own.filter((one) => one.trouble !== undefined);
  const closed = broken.filter((one) => one.closed);
  const first = closed[0];
  if (first) {
    return [
      {
        kind: 'cause',
        cause: 'admission-fail-closed',
        code: 'webhook-fails-closed',
        certainty: 'proven',
        values: {
          webhook: first.webhook.name,
          configuration: first.configuration.meta.name,
          configurations: namesOf(closed),
          service: serviceOf(first.webhook),
          trouble: first.trouble ?? '',
          orphan: first.trouble === 'service-missing',
        },
        because: closed.map(proofOf),
      },
    ];
  }
  const tls = tlsLines(evidence);
  if (broken.length === 0) {
    // Without the Secret nobody can say that a filled caBundle is the right one; of another release's webhooks it says nothing.
    const compared = own.filter((one) => callsOperator(evidence, one.webhook));
    if (evidence.admissionSecret.state !== 'read' || compared.length === 0) return [];
    return [
      {
        kind: 'ruled-out',
        cause: 'admission-fail-closed',
        code: 'webhooks-trusted',
        certainty: 'proven',
        values: { configurations: namesOf(compared), tlsErrors: tls.length },
        because: compared.map(proofOf),
      },
    ];
  }
  return [
    {
      kind: 'ruled-out',
      cause: 'admission-fail-closed',
      code: 'webhooks-fail-open',
      certainty: 'proven',
      values: { configurations: namesOf(own), failurePolicy: policiesOf(own), tlsErrors: tls.length },
      because: own.map(proofOf),
    },
  ];
}

function tlsLines(evidence: Evidence): readonly string[] {
  const operator = readValue(evidence.operators)?.[0];
  const log = operator && readValue(operator.log);
  return (log?.lines ?? []).flatMap((line) =>
    readMessage(parseLogLine(line))?.is === 'tls-handshake' ? [line.text] : [],
  );
}

function judgeCertificate(evidence: Evidence): readonly Found[] {
  const secret = readValue(evidence.admissionSecret);
  const certificate = secret?.certificate;
  if (!secret || !certificate) return [];
  const found: Found[] = [];
  const observe = (code: Extract<(typeof CODES)[number], `admission-${string}`>, path: string, quote: string): void => {
    found.push({
      kind: 'observation',
      code,
      certainty: 'proven',
      values: { secret: secret.meta.name, detail: quote },
      because: [because('admissionSecret', path, { quote })],
    });
  };
  const end = Math.min(Date.parse(certificate.notAfter), Date.parse(secret.caNotAfter ?? certificate.notAfter));
  const left = end - Date.parse(evidence.at);
  if (left < SOON_MS)
    observe(
      left < 0 ? 'admission-certificate-expired' : 'admission-certificate-expires-soon',
      'certificate.notAfter',
      new Date(end).toISOString(),
    );
  if (certificate.signedByCa === false)
    observe('admission-certificate-wrong-ca', 'certificate.issuer', certificate.issuer);
  if (certificate.keyMatches === false)
    observe('admission-key-mismatch', 'certificate and key', 'do not belong together');
  const service = (readValue(evidence.webhooks) ?? [])
    .flatMap((one) => one.webhooks)
    .find(
      (one) =>
        one.service && one.rules.some((rule) => rule.groups.includes(MONITORING)) && callsOperator(evidence, one),
    )?.service;
  const host = service && `${service.name}.${service.namespace}.svc`;
  if (host && certificate.dnsNames.length > 0 && !isFor(certificate.dnsNames, host))
    observe('admission-certificate-wrong-name', 'certificate.dnsNames', certificate.dnsNames.join(', '));
  return found;
}

function proofOf({ configuration, webhook, trouble }: Judged): Because {
  return because('webhooks', `${configuration.kind}/${configuration.meta.name}: ${webhook.name}`, {
    values: {
      failurePolicy: webhook.failurePolicy ?? 'Fail',
      caBundleBytes: webhook.caBundleBytes,
      ...(trouble === 'certificate' ? { certificate: 'not valid for this call' } : {}),
      ...(trouble === 'differs' ? { caBundle: 'another CA than in the Secret' } : {}),
      ...(webhook.service ? { service: serviceOf(webhook) } : {}),
      ...(webhook.serviceExists === undefined ? {} : { serviceExists: webhook.serviceExists }),
    },
  });
}

const serviceOf = (webhook: Webhook): string =>
  webhook.service ? `${webhook.service.namespace}/${webhook.service.name}` : (webhook.url ?? '');
const namesOf = (all: readonly Judged[]): string =>
  [...new Set(all.map((one) => `${one.configuration.kind}/${one.configuration.meta.name}`))].join(', ');
const policiesOf = (all: readonly Judged[]): string =>
  [...new Set(all.map((one) => one.webhook.failurePolicy ?? 'Fail'))].join(', ');

import type { admissionTls } from '../../../runbooks/admission-tls.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const admissionTlsFindings = {
  'ca-bundle-empty': (say) =>
    `The caBundle of ${say('count')} admission webhooks is empty, so the API server cannot trust the operator’s certificate.`,
  'ca-bundle-differs': (say) =>
    `The caBundle of ${say('count')} admission webhooks is not the CA in the admission Secret.`,
  'webhook-service-missing': (say) =>
    `Admission webhooks call the Service ${say('service')}, which does not exist: ${say('configurations')}.`,
  'webhook-fails-closed': (say) =>
    say('orphan') === 'true'
      ? `Webhooks of a release that is gone fail closed, so no PrometheusRule can be written: ${say('configurations')} call the Service ${say('service')}, which does not exist.`
      : `The API server cannot call webhooks that fail closed, so no PrometheusRule can be written: ${say('configurations')}.`,
  'webhooks-fail-open': (say) =>
    `The webhooks have failurePolicy ${say('failurePolicy')}: the API server writes rules without them, so these TLS errors block nothing. To repair them all the same: fix admission-certificate.`,
  'webhooks-trusted': () =>
    'The caBundle of each of the operator’s webhooks is the CA of the admission Secret: the API server trusts the operator.',
  'admission-certificate-expired': (say) =>
    `The operator’s serving certificate in ${say('secret')} has expired (${say('detail')}).`,
  'admission-certificate-expires-soon': (say) =>
    `The operator’s serving certificate in ${say('secret')} expires soon (${say('detail')}).`,
  'admission-certificate-wrong-ca': (say) =>
    `The operator’s serving certificate in ${say('secret')} is not signed by the CA that is there beside it.`,
  'admission-certificate-wrong-name': (say) =>
    `The operator’s serving certificate is for other names (${say('detail')}) than the one the API server calls.`,
  'admission-key-mismatch': (say) => `The certificate and the key in ${say('secret')} do not belong together.`,
  'not-read': (say) =>
    `Not read: ${say('source')}. Whether the API server trusts the operator’s webhooks was not checked.`,
} satisfies FindingTexts<(typeof admissionTls.codes)[number]>;

import type { Api } from '../control-plane/api.ts';
import { base64, servingCertificate } from '../control-plane/certificates.ts';
import type { Secret, WebhookConfiguration } from '../kinds.ts';
import { ADMISSION, webhookConfiguration } from '../names.ts';

/** kube-webhook-certgen, as far as the chart's hook Jobs use it: `create` makes the Secret, `patch` fills in the caBundle. */
export async function certgen(api: Api, args: readonly string[]): Promise<void> {
  const flag = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const namespace = flag('namespace') ?? 'default';
  const secretName = flag('secret-name') ?? ADMISSION;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  if (args[0] === 'create') {
    if (!(await api.maybe(`${secrets}/${secretName}`)))
      await api.post(secrets, admissionSecret(secretName, namespace, (flag('host') ?? '').split(',')));
    return;
  }
  const secret = await api.get<Secret>(`${secrets}/${secretName}`);
  const webhook = flag('webhook-name') ?? ADMISSION;
  for (const kind of ['mutating', 'validating'] as const)
    if (flag(`patch-${kind}`) !== 'false')
      await fillCaBundle(api, webhookConfiguration(kind, webhook), secret.data['ca']);
}

/** The Secret of the operator's serving certificate, with the keys that certgen gives it. */
export function admissionSecret(name: string, namespace: string, hosts: readonly string[]): unknown {
  const { ca, cert, key } = servingCertificate(hosts);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    data: { ca: base64(ca), cert: base64(cert), key: base64(key) },
  };
}

/** Sets the caBundle (base64) of every webhook of a configuration. */
export async function fillCaBundle(api: Api, path: string, caBundle: string | undefined): Promise<void> {
  const configuration = await api.get<WebhookConfiguration>(path);
  for (const { clientConfig } of configuration.webhooks) {
    if (caBundle === undefined) delete clientConfig.caBundle;
    else clientConfig.caBundle = caBundle;
  }
  await api.put(path, configuration);
}

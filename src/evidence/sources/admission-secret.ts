import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { METADATA_KIND, versionHash } from '../content-hash.ts';
import { boolean, compareText, defined, type Json, object, string } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, project, type Reading } from '../reading.ts';
import type { AdmissionSecretView, Read } from '../types.ts';
import type { ServingFiles } from './operator-deployment.ts';

type Certificate = NonNullable<AdmissionSecretView['certificate']>;

/**
 * The Secret the operator serves its webhooks with, read by name only. Keys, sizes, hashes and the certificate's public part leave this
 * function; the values, and the private key above all, do not.
 */
export async function readAdmissionSecret(
  reading: Reading,
  namespace: string,
  serving: ServingFiles,
): Promise<Read<AdmissionSecretView>> {
  const read = await getObject(reading, 'secrets', { namespace, name: serving.secret });
  return project(read, (body) => projectSecret(body, serving, reading));
}

function projectSecret(body: Json, serving: ServingFiles, reading: Reading): AdmissionSecretView {
  const data = new Map<string, Buffer>();
  for (const [name, value] of Object.entries(object(body, 'data'))) {
    if (typeof value === 'string') data.set(name, Buffer.from(value, 'base64'));
  }
  const caKey = caKeyOf(data, serving);
  const ca = caKey === undefined ? undefined : data.get(caKey);
  return defined<AdmissionSecretView>({
    meta: projectMeta(body, reading.redactor),
    type: string(body, 'type'),
    hash: versionHash({ ...METADATA_KIND, metadata: body['metadata'] }),
    immutable: boolean(body, 'immutable'),
    serving: { cert: serving.cert, key: serving.key },
    caKey,
    caNotAfter: attempt(() => (ca === undefined ? undefined : new X509Certificate(ca).validToDate.toISOString())),
    keys: [...data].map(([name, value]) => ({ name, bytes: value.length })).sort((a, b) => compareText(a.name, b.name)),
    caSha256: ca === undefined ? undefined : createHash('sha256').update(ca).digest('hex'),
    certificate: publicPart(data.get(serving.cert), data.get(serving.key), ca),
  });
}

/** What a webhook has to trust: the CA, or the certificate itself where it signed itself and there is no other. */
function caKeyOf(data: ReadonlyMap<string, Buffer>, serving: ServingFiles): string | undefined {
  const filled = (key: string): boolean => (data.get(key)?.length ?? 0) > 0;
  return ['ca', 'ca.crt'].find(filled) ?? [serving.cert, 'tls.crt'].find((key) => signedItself(data.get(key)));
}

function signedItself(cert: Buffer | undefined): boolean {
  if (cert === undefined) return false;
  return attempt(() => new X509Certificate(cert).verify(new X509Certificate(cert).publicKey)) === true;
}

function publicPart(
  cert: Buffer | undefined,
  key: Buffer | undefined,
  ca: Buffer | undefined,
): Certificate | undefined {
  const parsed = attempt(() => (cert === undefined ? undefined : new X509Certificate(cert)));
  if (parsed === undefined) return undefined;
  return defined<Certificate>({
    subject: oneLine(parsed.subject),
    issuer: oneLine(parsed.issuer),
    notBefore: parsed.validFromDate.toISOString(),
    notAfter: parsed.validToDate.toISOString(),
    dnsNames: (parsed.subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
      .slice(0, 50),
    signedByCa: attempt(() => (ca === undefined ? undefined : parsed.verify(new X509Certificate(ca).publicKey))),
    keyMatches: key === undefined ? undefined : (attempt(() => parsed.checkPrivateKey(createPrivateKey(key))) ?? false),
  });
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ').slice(0, 300);
}

/** Anything may stand in a Secret: what does not parse is undefined. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

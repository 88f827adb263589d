import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** PEM, as they go into the admission Secret. `key` is PKCS #8 and leaves the process in that one write only. */
interface ServingCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  /** DNS names, the first of which is the common one. */
  readonly sans: readonly string[];
  readonly days: number;
  readonly now: Date;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** The clocks of the nodes may differ a little. */
const BACKDATED_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/**
 * A serving certificate with a CA of its own, of the same kind as the chart's certgen Job makes: ECDSA P-256, subjects O=nil1 and O=nil2.
 * The CA's key is forgotten at once: it signs this one certificate.
 */
export async function servingCertificate({ sans, days, now }: Wanted): Promise<ServingCertificate> {
  const { subtle } = globalThis.crypto;
  const [caKeys, keys] = await Promise.all([keyPair(), keyPair()]);
  const dates = {
    notBefore: new Date(now.getTime() - BACKDATED_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...dates,
    name: 'O=nil1',
    keys: caKeys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const cert = await X509CertificateGenerator.create({
    ...dates,
    subject: 'O=nil2',
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(sans.map((value) => ({ type: 'dns' as const, value }))),
    ],
  });
  return {
    ca: lines(ca.toString('pem')),
    cert: lines(cert.toString('pem')),
    key: lines(PemConverter.encode(await subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')),
  };
}

function keyPair(): Promise<CryptoKeyPair> {
  return globalThis.crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** PEM files end with a line break. */
const lines = (pem: string): string => `${pem.trimEnd()}\n`;

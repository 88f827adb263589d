import 'reflect-metadata';
import { PemConverter, X509Certificate } from '@peculiar/x509';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * What a CA's file says to everybody: its certificates and nothing else. Undefined when there is none, one that does not parse, or anything
 * beside certificates: a private key in that place must not be handed on.
 *
 * @param bytes decoded value of a Secret's key
 */
export function publicPart(bytes: Buffer): string | undefined {
  try {
    const text = bytes.toString('utf8');
    if (text.replace(BLOCK, '').trim() !== '') return undefined;
    const blocks = PemConverter.decodeWithHeaders(text);
    if (blocks.length === 0 || blocks.some(({ type }) => type !== 'CERTIFICATE')) return undefined;
    for (const { rawData } of blocks) new X509Certificate(rawData);
    return text;
  } catch {
    return undefined;
  }
}

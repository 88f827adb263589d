import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate with its private key, both PEM. */
interface Issued {
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  readonly commonName: string;
  readonly organization?: string;
  readonly dnsNames?: readonly string[];
  readonly ips?: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A CA and what it signs: made anew in every process, so that no private key has to be kept anywhere. */
export interface Authority extends Issued {
  issue(wanted: Wanted): Issued;
}

/** A throw-away CA on the curve P-256. */
export function createAuthority(wanted: Wanted): Authority {
  const { privateKey, publicKey } = pair();
  const issuer = name(wanted);
  const cert = certificate({ wanted, issuer, publicKey, signer: privateKey, ca: true });
  return {
    cert,
    key: pem(privateKey),
    issue(leaf) {
      const own = pair();
      return {
        cert: certificate({ wanted: leaf, issuer, publicKey: own.publicKey, signer: privateKey, ca: false }),
        key: pem(own.privateKey),
      };
    },
  };
}

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject): string => key.export({ type: 'sec1', format: 'pem' }).toString();

interface Parts {
  readonly wanted: Wanted;
  readonly issuer: Buffer;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly ca: boolean;
}

/** X.509 version 3 (RFC 5280), only what a TLS client looks at. */
function certificate({ wanted, issuer, publicKey, signer, ca }: Parts): string {
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ECDSA_SHA256,
    issuer,
    sequence(time(wanted.notBefore), time(wanted.notAfter)),
    name(wanted),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions(wanted, ca))),
  );
  const whole = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, signer)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions({ dnsNames = [], ips = [] }: Wanted, ca: boolean): Buffer[] {
  const names = [
    ...dnsNames.map((dns) => der(0x82, Buffer.from(dns, 'ascii'))),
    ...ips.map((ip) => der(0x87, Buffer.from(ip.split('.').map(Number)))),
  ];
  return [
    extension('2.5.29.19', ca ? sequence(TRUE) : sequence(), true),
    // digitalSignature; a CA: keyCertSign and cRLSign.
    extension('2.5.29.15', der(0x03, Buffer.from(ca ? [1, 0x06] : [7, 0x80])), true),
    ...(ca ? [] : [extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1')))]),
    ...(names.length > 0 ? [extension('2.5.29.17', sequence(...names))] : []),
  ];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));
}

function name({ commonName, organization }: Wanted): Buffer {
  const part = (id: string, value: string): Buffer => der(0x31, sequence(oid(id), der(0x0c, Buffer.from(value))));
  return sequence(
    ...(organization === undefined ? [] : [part('2.5.4.10', organization)]),
    ...(commonName === '' ? [] : [part('2.5.4.3', commonName)]),
  );
}

/** UTCTime until 2049, GeneralizedTime from 2050. */
function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\D/g, '').slice(0, 14);
  return at.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}

function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  // Positive, and no leading zero byte.
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const integer = (value: Buffer): Buffer => der(0x02, value);
const bits = (value: Buffer): Buffer => der(0x03, Buffer.concat([Buffer.from([0]), value]));
const tagged = (tag: number, content: Buffer): Buffer => der(0xa0 | tag, content);
const TRUE = der(0x01, Buffer.from([0xff]));
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

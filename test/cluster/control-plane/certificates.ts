import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256'];

/** A self-signed CA as NAME.crt and NAME.key in a folder. */
export function makeCa(folder: string, name: string, subject: string, days: number): void {
  const usage = 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature';
  openssl(
    folder,
    'req',
    '-x509',
    ...EC,
    '-days',
    String(days),
    '-subj',
    subject,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-addext',
    usage,
  );
}

export interface Leaf {
  readonly name: string;
  readonly subject: string;
  /** As openssl writes them: `DNS:…`, `IP:…`. */
  readonly alternativeNames?: readonly string[];
}

/** A certificate NAME.crt with NAME.key, for serving and as a client, signed by a CA in the same folder. */
export function makeLeaf(
  folder: string,
  ca: string,
  { name, subject, alternativeNames = [] }: Leaf,
  days: number,
): void {
  openssl(folder, 'req', '-new', ...EC, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  const lines = [
    'basicConstraints=CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=serverAuth,clientAuth',
  ];
  if (alternativeNames.length > 0) lines.push(`subjectAltName=${alternativeNames.join(',')}`);
  writeFileSync(join(folder, `${name}.ext`), `${lines.join('\n')}\n`);
  const signer = ['-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-CAcreateserial'];
  openssl(
    folder,
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signer,
    '-days',
    String(days),
    '-sha256',
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.crt`,
  );
}

export function openssl(folder: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** PEM. */
interface ServingCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A serving certificate for these DNS names with a CA of its own, as the chart's certgen makes one. */
export function servingCertificate(hosts: readonly string[], days = 3650): ServingCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'promfix-certificate-'));
  try {
    makeCa(folder, 'ca', '/O=nil1', days);
    makeLeaf(
      folder,
      'ca',
      { name: 'tls', subject: '/O=nil2', alternativeNames: hosts.map((host) => `DNS:${host}`) },
      days,
    );
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    return { ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

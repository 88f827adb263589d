import { createPrivateKey, X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { publicPart } from '../../src/certificates/public-part.ts';
import { servingCertificate } from '../../src/certificates/serving.ts';

const now = new Date('2026-11-25T03:00:00.000Z');
const sans = ['operator', 'operator.monitoring.svc'];
const made = await servingCertificate({ sans, days: 36_500, now });
const ca = new X509Certificate(made.ca);
const cert = new X509Certificate(made.cert);

describe('a renewed certificate', () => {
  it('is for the names that were asked for, and no others', () => {
    expect(cert.subjectAltName).toBe('DNS:operator, DNS:operator.monitoring.svc');
    expect(cert.checkHost('operator.monitoring.svc')).toBe('operator.monitoring.svc');
    expect(cert.checkHost('operator.other.svc')).toBeUndefined();
  });

  it('is valid from a little before now, for as long as asked', () => {
    expect(cert.validFromDate.toISOString()).toBe('2026-11-25T02:55:00.000Z');
    expect(cert.validToDate.toISOString()).toBe(new Date(now.getTime() + 36_500 * 86_400_000).toISOString());
    expect(ca.validToDate).toEqual(cert.validToDate);
  });

  it('has a chain that holds: the CA may sign and did, the key belongs to it', () => {
    expect(ca.ca).toBe(true);
    expect(cert.ca).toBe(false);
    expect(cert.verify(ca.publicKey)).toBe(true);
    expect(cert.checkIssued(ca)).toBe(true);
    expect(cert.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
    expect(cert.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
  });

  it('never comes twice', async () => {
    const another = await servingCertificate({ sans, days: 1, now });
    expect(another.key).not.toBe(made.key);
    expect(new X509Certificate(another.ca).serialNumber).not.toBe(ca.serialNumber);
  });

  it('serves TLS 1.3 to a client that trusts its CA alone', async () => {
    const fresh = await servingCertificate({ sans, days: 1, now: new Date() });
    const server = createServer({ cert: fresh.cert, key: fresh.key, minVersion: 'TLSv1.3' }, (socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const authorized = await new Promise<boolean>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ca: fresh.ca, servername: 'operator.monitoring.svc' }, () => {
        resolve(socket.authorized);
        socket.destroy();
      });
      socket.once('error', reject);
    });
    server.close();

    expect(authorized).toBe(true);
  });
});

describe('the public part of a CA', () => {
  const part = (text: string) => publicPart(Buffer.from(text));

  it('is its certificates, one or several, byte for byte', () => {
    expect(part(made.ca)).toBe(made.ca);
    expect(part(`${made.ca}${made.cert}`)).toBe(`${made.ca}${made.cert}`);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['a private key', made.key],
    ['a certificate with a key behind it', `${made.ca}${made.key}`],
    ['a certificate among other text', `password: x\n${made.ca}`],
    ['a certificate that does not parse', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('is not there in %s', (_what, text) => {
    expect(part(text)).toBeUndefined();
  });
});

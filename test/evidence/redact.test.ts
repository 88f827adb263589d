import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, HIDDEN, MAX_TEXT, redact } from '../../src/evidence/redact.ts';

const letters = (min: number, max: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9]{${min},${max}}$`));
/** A value that could not be anything else in the text around it. */
const secret = letters(24, 60).map((text) => `Z9${text}q`);
const words = fc.constantFrom(
  '',
  'level=error msg="x" ',
  'failed to list *v1.Probe: ',
  'in the namespace "monitoring" ',
  'ts=2026-11-25T20:00:00Z ',
  '{"a":',
  '\t',
  'Ünïcode ⚠ ',
);

const planted: Readonly<Record<string, (secret: string) => string>> = {
  'bearer header': (s) => `Authorization: Bearer ${s}`,
  'basic header': (s) => `authorization=Basic ${s}`,
  'header in JSON': (s) => `{"Authorization":"Bearer ${s}","x":1}`,
  'escaped header': (s) => `err="\\"Proxy-Authorization\\": \\"Bearer ${s}\\""`,
  'bare bearer': (s) => `sent bearer ${s} to it`,
  'URL with credentials': (s) => `Get "https://user:${s}@example.com/path?x=1": EOF`,
  'URL with a user only': (s) => `postgres://${s}@db:5432/x`,
  'JSON web token': (s) => `token eyJhbGciOiJSUzI1NiJ9.${s}.${s} rejected`,
  'PEM block': (s) => `-----BEGIN EC PRIVATE KEY-----\n${s}\n-----END EC PRIVATE KEY-----`,
  'PEM block cut off': (s) => `-----BEGIN PRIVATE KEY-----\\n${s}`,
  'password flag': (s) => `--web.password ${s}`,
  'password pair': (s) => `user=x password=${s} host=y`,
  'password in JSON': (s) => `{"password":"${s}"}`,
  'password in escaped JSON': (s) => `msg="{\\"password\\":\\"${s}\\"}"`,
  'password in YAML': (s) => `  adminPassword: ${s}`,
  'client secret': (s) => `client_secret='${s}'`,
  'secret access key': (s) => `AWS_SECRET_ACCESS_KEY=${s}`,
  'api key in a query': (s) => `GET /push?api_key=${s}&x=1`,
  'token in a query': (s) => `https://x.example/hook?token=${s}`,
  'Slack token': (s) => `xoxb-${s}`,
  'Slack webhook': (s) => `https://hooks.slack.com/services/T0/B0/${s}`,
  'GitHub token': (s) => `ghp_${s}`,
  cookie: (s) => `Set-Cookie: ${s}; Path=/`,
};

describe('a planted secret', () => {
  test.each(Object.entries(planted))('never survives as a %s', (_name, plant) => {
    fc.assert(
      fc.property(words, secret, words, (before, value, after) => {
        const { text, hidden } = redact(`${before}${plant(value)} ${after}`);
        expect(text).not.toContain(value);
        expect(hidden).toBeGreaterThan(0);
      }),
    );
  });
});

test('scrubbed text stays as it is and counts nothing more', () => {
  const anything = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        secret,
        words,
        fc.constantFrom(...Object.values(planted)).chain((plant) => secret.map(plant)),
      ),
    )
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(anything, (text) => {
      const once = redact(text);
      expect(redact(once.text)).toEqual({ text: once.text, hidden: 0 });
    }),
    { numRuns: 500 },
  );
});

test('any text is taken, also a megabyte that looks like a secret forever', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof redact(text).text === 'string'));
  for (const hostile of [
    '-----BEGIN X-----'.repeat(60_000),
    'a.'.repeat(500_000),
    'eyJ'.repeat(300_000),
    'password='.repeat(100_000),
    `Authorization:${' '.repeat(1_000_000)}`,
  ]) {
    const before = performance.now();
    expect(redact(hostile).text.length).toBeLessThanOrEqual(2 * MAX_TEXT);
    expect(performance.now() - before).toBeLessThan(2000);
  }
});

test('what people need to read is left alone', () => {
  for (const text of [
    'secrets "extra-scrape" not found',
    'MountVolume.SetUp failed for volume "tls-secret" : secret "prometheus-kube-prometheus-admission" not found',
    'User "system:serviceaccount:monitoring:op" cannot list resource "secrets" in API group "" at the cluster scope',
    'failed to reconcile the TLS secrets: failed to delete secret "prometheus-x-tls-assets-1"',
    'remote write 0: "basicAuth" and "oauth2" can\'t be set at the same time',
    'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
    '--web.cert-file=/cert/cert --web.key-file=/cert/key --secret-field-selector=type!=kubernetes.io/dockercfg,type!=helm.sh/release.v1',
    'Post "https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s": no endpoints available for service "kyverno-svc"',
    'quay.io/prometheus/prometheus:v3.7.3@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'x509: certificate signed by unknown authority',
    'key scrape.yaml could not be found in secret extra-scrape',
  ]) {
    expect(redact(text)).toEqual({ text, hidden: 0 });
  }
});

test('a redactor counts over all texts and scrubs every string of a value', () => {
  const redactor = createRedactor();
  expect(redactor.deep({ a: ['password=abcdef', { 'token=abcdef': null }], n: 3 })).toEqual({
    a: [`password=${HIDDEN}`, { [`token=${HIDDEN}`]: null }],
    n: 3,
  });
  redactor.text('password=abcdef');
  expect(redactor.hidden).toBe(3);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, HIDDEN, hidePemLines, MAX_TEXT, redact } from '../../src/evidence/redact.ts';

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
  'header of an unlisted scheme': (s) => `Authorization: GenieKey ${s}`,
  'header of an unlisted scheme in JSON': (s) => `{"authorization":"ApiKey ${s}"}`,
  'digest header': (s) => `Authorization: Digest username="x", response="${s}"`,
  'password with an @ in a URL': (s) => `https://user:p@${s}@example.com/x`,
  'password with a # in a URL': (s) => `redis://:a#${s}@example.com:6379/0`,
  'secret alone': (s) => `secret=${s}`,
  'webhook secret': (s) => `webhook_secret: "${s}"`,
  'shared secret': (s) => `sharedSecret: ${s}1`,
  'Azure signature': (s) => `https://acct.blob.core.windows.net/c?sv=2020&sig=${s}`,
  'AWS signature': (s) => `x?X-Amz-Date=1&X-Amz-Signature=${s}`,
  'PagerDuty key': (s) => `routing_key: ${s}1`,
  'short password': (s) => `pwd=${s}`,
  'Telegram bot': (s) => `Post "https://api.telegram.org/bot12345:${s}/sendMessage"`,
  'Discord webhook': (s) => `https://discord.com/api/webhooks/1234/${s}`,
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

describe('a PEM block over several lines of a log', () => {
  const body = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw', 'ggSjAgEAAoIBAQC7VJTUt9Us8cKj', 'MzEfYyjiWA=='];
  const begin = '-----BEGIN RSA PRIVATE KEY-----';
  const end = '-----END RSA PRIVATE KEY-----';
  const around = ['level=info msg="starting"', 'level=error msg="done"'] as const;
  const [before, after] = around;

  test.each([
    ['whole', [before, begin, ...body, end, after]],
    ['encrypted', [before, begin, 'Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-256-CBC,0F', ...body, end, after]],
    ['after other words', [before, `msg="${begin}`, ...body, `${end}"`, after]],
    ['whose end was cut off', [before, begin, ...body, after]],
    ['whose beginning was cut off', [before, ...body, end, after]],
  ])('%s: nothing of it is left, and what stands around is', (_how, lines) => {
    const shown = hidePemLines(lines).map((line) => redact(line).text);

    for (const line of body) expect(shown.join('\n')).not.toContain(line);
    expect(shown.at(0)).toBe(before);
    expect(shown.at(-1)).toBe(after);
    expect(shown).toHaveLength(lines.length);
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
    'authorization:a '.repeat(60_000),
    'http://a:'.repeat(100_000),
    'secret='.repeat(100_000),
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
    'level=warn msg="not found" secret=prometheus-main-web-config namespace=monitoring',
    'spec.configSecret: prometheus-main, secret=monitoring/extra-scrape2',
    'Get "https://prometheus.example.com/graph?user=a@b.example": EOF',
    'apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
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

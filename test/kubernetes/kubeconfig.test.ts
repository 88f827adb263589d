import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KubeConfigError, loadAccess } from '../../src/kubernetes/kubeconfig.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import { json, startServer, status, type TestServer } from './server.ts';

let home: string;
let server: TestServer | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'promfix-home-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(home, { recursive: true });
});

const nowhere = () => ({ home: join(home, 'nobody'), serviceAccountRoot: join(home, 'no-pod') });

function config(
  name: string,
  more: {
    readonly server?: string;
    readonly user?: object;
    readonly cluster?: object;
    readonly namespace?: string;
  } = {},
): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: more.server ?? `https://${name}.example`, ...more.cluster } }],
    users: [{ name, user: more.user ?? { token: name } }],
    contexts: [
      {
        name,
        context: { cluster: name, user: name, ...(more.namespace === undefined ? {} : { namespace: more.namespace }) },
      },
    ],
  });
}

function file(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

function codeOf(work: () => unknown): KubeConfigError['code'] | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    // Only KubeConfigErrors are thrown here; anything else fails the comparison.
    return (error as KubeConfigError).code;
  }
}

test('the given file is used, with the namespace of its context', () => {
  const access = loadAccess({ ...nowhere(), kubeconfig: file('a', config('prod', { namespace: 'monitoring' })) });
  expect(access).toMatchObject({
    context: 'prod',
    namespace: 'monitoring',
    cluster: { server: 'https://prod.example' },
    user: { token: 'prod' },
  });
});

test('of several files the first that knows a name wins, and missing ones are skipped', () => {
  const files = [
    join(home, 'gone'),
    file('a', config('one')),
    file('b', config('two')),
    file('c', config('one', { server: 'https://other.example' })),
  ];
  const sources = { ...nowhere(), kubeconfig: files.join(delimiter) };
  expect(loadAccess(sources)).toMatchObject({ context: 'one', cluster: { server: 'https://one.example' } });
  expect(loadAccess({ ...sources, context: 'two' }).cluster.server).toBe('https://two.example');
});

test('without a given file ~/.kube/config is used', () => {
  mkdirSync(join(home, '.kube'));
  file('.kube/config', config('standard'));
  expect(loadAccess({ home, serviceAccountRoot: join(home, 'no-pod') }).context).toBe('standard');
});

test('each mistake has its own code and a sentence that names it', () => {
  expect(codeOf(() => loadAccess(nowhere()))).toBe('not-found');
  expect(codeOf(() => loadAccess({ ...nowhere(), kubeconfig: join(home, 'gone') }))).toBe('not-found');
  expect(codeOf(() => loadAccess({ ...nowhere(), kubeconfig: home }))).toBe('unreadable');
  expect(codeOf(() => loadAccess({ ...nowhere(), kubeconfig: file('x', 'a: [') }))).toBe('malformed');
  expect(codeOf(() => loadAccess({ ...nowhere(), kubeconfig: file('x', 'just text') }))).toBe('malformed');
  expect(
    codeOf(() => loadAccess({ ...nowhere(), kubeconfig: file('x', '{"clusters":[{"name":"a","cluster":{}}]}') })),
  ).toBe('malformed');
  expect(codeOf(() => loadAccess({ ...nowhere(), kubeconfig: file('x', '{}') }))).toBe('no-context');
  expect(() => loadAccess({ ...nowhere(), kubeconfig: file('x', config('prod')), context: 'prdo' })).toThrow(
    'There is no context "prdo"',
  );
  expect(() => loadAccess({ ...nowhere(), kubeconfig: file('x', config('prod')), context: 'prdo' })).toThrow(
    'Known: prod',
  );
  expect(
    codeOf(() =>
      loadAccess({
        ...nowhere(),
        kubeconfig: file('x', '{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"b","user":"c"}}]}'),
      }),
    ),
  ).toBe('dangling');
});

test('relative files are found beside the kubeconfig that names them', () => {
  const path = file(
    'a',
    config('prod', {
      cluster: { 'certificate-authority': 'ca.crt' },
      user: { 'client-certificate': 'c.crt', 'client-key': '/abs/c.key' },
    }),
  );
  expect(loadAccess({ ...nowhere(), kubeconfig: path })).toMatchObject({
    cluster: { caFile: join(home, 'ca.crt') },
    user: { certFile: join(home, 'c.crt'), keyFile: '/abs/c.key' },
  });
});

test('in a pod the mounted token is read again after the server refused it', async () => {
  server = await startServer();
  mkdirSync(join(home, 'sa'));
  file('sa/token', 'first');
  file('sa/ca.crt', server.certificate.cert);
  file('sa/namespace', 'promfix\n');
  server.answer = (seen, response) =>
    seen.headers.authorization === 'Bearer second' ? json(response, { kind: 'Pod' }) : status(response, 401);
  const client = loadKubeClient({
    home: join(home, 'nobody'),
    serviceAccountRoot: join(home, 'sa'),
    inClusterServer: server.url,
  });
  expect(client.contextNamespace).toBe('promfix');
  await expect(client.json({ method: 'GET', path: '/' })).rejects.toMatchObject({ kind: 'unauthorized' });
  file('sa/token', 'second');
  expect((await client.json({ method: 'GET', path: '/' })).body).toEqual({ kind: 'Pod' });
  await client.close();
});

test('kubectl’s tokenFile works', async () => {
  server = await startServer();
  server.answer = (_seen, response) => json(response, { kind: 'Pod' });
  file('token', 'from-file\n');
  const path = file(
    'a',
    config('prod', {
      server: server.url,
      cluster: { 'certificate-authority-data': Buffer.from(server.certificate.cert).toString('base64') },
      user: { tokenFile: 'token' },
    }),
  );
  const client = loadKubeClient({ ...nowhere(), kubeconfig: path });
  await client.json({ method: 'GET', path: '/' });
  expect(server.seen[0]?.headers.authorization).toBe('Bearer from-file');
  await client.close();
});

test('an exec plug-in is asked once for many requests and is told about ExecCredential', async () => {
  server = await startServer();
  server.answer = (_seen, response) => json(response, { kind: 'Pod' });
  const script = file(
    'plugin.mjs',
    `
    import { appendFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(join(home, 'calls'))}, process.env.KUBERNETES_EXEC_INFO + '\\n');
    console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-plugin' } }));
  `,
  );
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script] };
  const path = file(
    'a',
    config('prod', {
      server: server.url,
      cluster: { 'certificate-authority-data': Buffer.from(server.certificate.cert).toString('base64') },
      user: { exec },
    }),
  );
  const client = loadKubeClient({ ...nowhere(), kubeconfig: path });
  await Promise.all(Array.from({ length: 5 }, () => client.json({ method: 'GET', path: '/' })));
  expect(new Set(server.seen.map((seen) => seen.headers.authorization))).toEqual(new Set(['Bearer from-plugin']));
  const { readFileSync } = await import('node:fs');
  const calls = readFileSync(join(home, 'calls'), 'utf8').trim().split('\n');
  expect(calls).toHaveLength(1);
  expect(JSON.parse(calls[0] ?? '')).toMatchObject({ kind: 'ExecCredential' });
  await client.close();
});

test('a plug-in that fails does not put its words into the message', async () => {
  const exec = { command: process.execPath, args: ['-e', 'console.error("token=abc"); process.exit(3)'] };
  const client = loadKubeClient({ ...nowhere(), kubeconfig: file('a', config('prod', { user: { exec } })) });
  const error: unknown = await client.json({ method: 'GET', path: '/' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'unauthorized' });
  expect(String(error)).not.toContain('abc');
});

test('the CA’s fingerprint is that of its DER form', async () => {
  server = await startServer();
  const data = Buffer.from(server.certificate.cert).toString('base64');
  const client = loadKubeClient({
    ...nowhere(),
    kubeconfig: file('a', config('prod', { cluster: { 'certificate-authority-data': data } })),
  });
  expect(client.caFingerprint).toBe(
    createHash('sha256').update(new X509Certificate(server.certificate.cert).raw).digest('hex'),
  );
});

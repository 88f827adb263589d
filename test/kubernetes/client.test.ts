import { once } from 'node:events';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../../src/kubernetes/client.ts';
import { isNoSuchKind } from '../../src/kubernetes/errors.ts';
import { KubeError } from '../../src/kubernetes/types.ts';
import { json, startServer, status, type TestServer } from './server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

async function errorOf(work: Promise<unknown>): Promise<KubeError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof KubeError)) throw new Error(`expected a KubeError, got ${String(outcome)}`);
  return outcome;
}

describe('an answer', () => {
  test('comes with the server’s date and its warnings', async () => {
    server.answer = (_seen, response) =>
      json(
        response,
        { kind: 'Pod' },
        { date: 'Wed, 25 Nov 2026 20:00:00 GMT', warning: ['299 - "v1 Endpoints is \\"deprecated\\""', '299 - "two"'] },
      );
    const answer = await server.client().json({ method: 'GET', path: '/api/v1/pods' });
    expect(answer).toMatchObject({
      status: 200,
      body: { kind: 'Pod' },
      serverDate: '2026-11-25T20:00:00.000Z',
      warnings: ['v1 Endpoints is "deprecated"', 'two'],
    });
  });

  test('may be compressed; bytes are those of the decoded body', async () => {
    const body = JSON.stringify({ kind: 'PodList', items: Array.from({ length: 500 }, (_, id) => ({ id })) });
    server.answer = (_seen, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    const client = server.client();
    const answer = await client.json({ method: 'GET', path: '/' });
    expect(answer.bytes).toBe(body.length);
    expect(client.counters.bytes).toBe(gzipSync(body).length);
  });

  test('that is not JSON is malformed, also with status 200', async () => {
    server.answer = (_seen, response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>');
    expect((await errorOf(server.client().json({ method: 'GET', path: '/' }))).kind).toBe('malformed');
    server.answer = (_seen, response) => json(response, ['a', 'list']);
    expect((await errorOf(server.client().json({ method: 'GET', path: '/' }))).kind).toBe('malformed');
  });

  test('larger than allowed is an error as JSON and is cut as text', async () => {
    server.answer = (_seen, response) => void response.writeHead(200).end('x'.repeat(300_000));
    const client = server.client();
    expect((await errorOf(client.json({ method: 'GET', path: '/', maxBytes: 1000 }))).kind).toBe('too-large');
    expect(await client.text({ method: 'GET', path: '/', maxBytes: 1000 })).toEqual({
      text: 'x'.repeat(1000),
      bytes: 1000,
      cut: true,
    });
    expect((await client.text({ method: 'GET', path: '/', maxBytes: 300_000 })).cut).toBe(false);
  });

  test('that never ends is left once the cap is reached', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    server.answer = (_seen, response) => {
      closed = once(response, 'close');
      response.writeHead(200);
      response.write('y'.repeat(50_000));
    };
    expect((await server.client().text({ method: 'GET', path: '/', maxBytes: 10_000 })).cut).toBe(true);
    await closed;
  });
});

describe('a request', () => {
  test('carries the token, the patch’s type and an encoded query', async () => {
    server.answer = (_seen, response) => json(response, { kind: 'Deployment' });
    await server.client({ token: 'abc\n' }).json({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/a/deployments/b',
      query: { fieldManager: 'promfix', labelSelector: 'a in (b,c)', left: undefined },
      body: { x: 1 },
      contentType: 'application/merge-patch+json',
    });
    const [seen] = server.seen;
    expect(seen?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'content-type': 'application/merge-patch+json',
    });
    expect([...(seen?.query ?? [])]).toEqual([
      ['fieldManager', 'promfix'],
      ['labelSelector', 'a in (b,c)'],
    ]);
    expect(seen?.body).toBe('{"x":1}');
  });

  test('shares connections with the others', async () => {
    server.answer = (_seen, response) => json(response, { kind: 'Pod' });
    const client = server.client();
    for (let round = 0; round < 20; round += 1) await client.json({ method: 'GET', path: '/' });
    // The next request may come before the last connection is back in the pool.
    expect(new Set(server.seen.map((seen) => seen.port)).size).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 100 }, () => client.json({ method: 'GET', path: '/' })));
    expect(new Set(server.seen.map((seen) => seen.port)).size).toBeLessThanOrEqual(16);
    expect(client.counters.requests).toBe(120);
  });

  test('is not repeated when the server fails', async () => {
    server.answer = (_seen, response) => status(response, 503, { message: 'try again' }, { 'retry-after': '7' });
    const error = await errorOf(
      server.client().json({ method: 'PATCH', path: '/', body: {}, contentType: 'application/merge-patch+json' }),
    );
    expect(error).toMatchObject({ kind: 'unavailable', status: 503, retryAfterSeconds: 7, message: 'try again' });
    expect(server.seen).toHaveLength(1);
  });

  test('is not repeated when the connection breaks', async () => {
    server.answer = (_seen, response) => void response.destroy();
    expect((await errorOf(server.client().json({ method: 'POST', path: '/', body: {} }))).kind).toBe('unavailable');
    expect(server.seen).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test.each([
    [400, 'invalid'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [413, 'too-large'],
    [422, 'invalid'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [504, 'timeout'],
  ] as const)('%i is %s, with the Status of the API server', async (code, kind) => {
    server.answer = (_seen, response) => status(response, code, { message: 'no', details: { name: 'x', causes: [] } });
    const error = await errorOf(server.client().json({ method: 'GET', path: '/' }));
    expect(error).toMatchObject({
      kind,
      status: code,
      message: 'no',
      details: { kind: 'Status', details: { name: 'x' } },
    });
  });

  test('with a page instead of a Status says only its number', async () => {
    server.answer = (_seen, response) => void response.writeHead(502).end('<html>secret proxy page</html>');
    expect(await errorOf(server.client().json({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'unavailable',
      message: 'HTTP 502',
      details: undefined,
    });
  });

  test('tells a kind that is not served from an object that is not there', async () => {
    const client = server.client();
    server.answer = (_seen, response) =>
      status(response, 404, {
        message: 'pods "x" not found',
        reason: 'NotFound',
        details: { name: 'x', kind: 'pods' },
      });
    expect(isNoSuchKind(await errorOf(client.json({ method: 'GET', path: '/' })))).toBe(false);
    server.answer = (_seen, response) =>
      status(response, 404, {
        message: 'the server could not find the requested resource',
        reason: 'NotFound',
        details: {},
      });
    expect(isNoSuchKind(await errorOf(client.json({ method: 'GET', path: '/' })))).toBe(true);
    server.answer = (_seen, response) =>
      void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    expect(isNoSuchKind(await errorOf(client.json({ method: 'GET', path: '/' })))).toBe(true);
  });
});

describe('time', () => {
  test('runs out before the headers', async () => {
    server.answer = () => undefined;
    expect((await errorOf(server.client().json({ method: 'GET', path: '/', timeoutMs: 50 }))).kind).toBe('timeout');
  });

  test('runs out in the middle of the body', async () => {
    server.answer = (_seen, response) => void response.writeHead(200).write('{"kind":');
    expect((await errorOf(server.client().json({ method: 'GET', path: '/', timeoutMs: 80 }))).kind).toBe('timeout');
  });

  test('is ended from outside', async () => {
    const abort = new AbortController();
    server.answer = () => abort.abort();
    expect((await errorOf(server.client().json({ method: 'GET', path: '/', signal: abort.signal }))).kind).toBe(
      'timeout',
    );
  });
});

describe('a server that can’t be reached', () => {
  const access = (url: string) => ({
    context: 'c',
    cluster: { name: 'c', server: url, skipTLSVerify: false },
    user: { name: 'u' },
  });

  test('because nobody listens', async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => listener.close(resolve));
    const error = await errorOf(createClient(access(`https://127.0.0.1:${port}`)).json({ method: 'GET', path: '/' }));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: `the connection to https://127.0.0.1:${port} was refused`,
    });
  });

  test('because its certificate is not trusted', async () => {
    const client = createClient(access(server.url));
    expect(await errorOf(client.json({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'tls',
      message: expect.stringContaining('not trusted'),
    });
    await client.close();
  });

  test('without encryption is refused at once, except on this machine', () => {
    expect(() => createClient(access('http://10.0.0.1:8080'))).toThrow('not an https:// address');
    expect(createClient(access('http://127.0.0.1:8001')).server).toBe('http://127.0.0.1:8001');
  });
});

import { createHash, X509Certificate } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import send from 'undici/lib/api/api-request.js';
import { createConnections } from './connections.ts';
import { type Authenticator, type Credentials, createAuthenticator, fileOrData } from './credentials.ts';
import { fromNetwork, fromStatus } from './errors.ts';
import { type Access, KubeConfigError } from './kubeconfig.ts';
import { type KubeClient, KubeError, type KubeJson, type KubeRequest, type KubeText } from './types.ts';

const DEFAULT_TIMEOUT = 10_000;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * A client for one cluster and one user over one pool of kept-alive connections. Nothing is retried: a read that fails is evidence, a
 * mutation must not happen twice.
 */
export function createClient(access: Access, options: { readonly userAgent?: string } = {}): KubeClient {
  const server = new URL(access.cluster.server);
  if (
    server.protocol !== 'https:' &&
    !(server.protocol === 'http:' && (isLoopback(server) || access.cluster.skipTLSVerify))
  ) {
    throw new KubeConfigError('malformed', `The server ${access.cluster.server} is not an https:// address.`);
  }
  const shown = server.origin;
  const prefix = server.pathname.replace(/\/$/, '');
  const authenticator = createAuthenticator(access);
  const connections = createConnections(access, server);
  const counters = { requests: 0, bytes: 0 };
  const fingerprint = caFingerprint(access);
  const userAgent = options.userAgent ?? 'promfix';

  async function exchange<T>(
    request: KubeRequest,
    receive: (response: Dispatcher.ResponseData) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    try {
      const credentials = await prepare(authenticator, shown);
      signal.throwIfAborted();
      counters.requests += 1;
      const response = await send.call(await connections.pool(credentials), {
        path: `${prefix}${request.path}${queryString(request.query)}`,
        method: request.method,
        headers: headersOf(request, credentials, userAgent),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      if (response.statusCode >= 200 && response.statusCode < 300) return await receive(response);
      const { text } = await readBody(response, MAX_ERROR_BYTES, counters);
      if (response.statusCode === 401) authenticator.forget();
      throw fromStatus(response.statusCode, text, one(response.headers['retry-after']));
    } catch (error) {
      const known = fromNetwork(error, shown, signal.aborted);
      // A rotated CA or client certificate: the next request opens new connections with what the files hold then.
      if (known.kind === 'tls') connections.forget();
      throw known;
    }
  }

  const json = (request: KubeRequest): Promise<KubeJson> =>
    exchange(request, async (response) => {
      const { text, bytes, cut } = await readBody(response, request.maxBytes ?? DEFAULT_MAX_BYTES, counters);
      if (cut)
        throw new KubeError('too-large', `the answer is larger than ${request.maxBytes ?? DEFAULT_MAX_BYTES} bytes`);
      const date = isoDate(one(response.headers['date']));
      return {
        status: response.statusCode,
        body: parseObject(text),
        bytes,
        ...(date === undefined ? {} : { serverDate: date }),
        warnings: warnings(response.headers['warning']),
      };
    });

  const text = (request: KubeRequest): Promise<KubeText> =>
    exchange(request, (response) => readBody(response, request.maxBytes ?? DEFAULT_MAX_BYTES, counters));

  return {
    server: shown,
    context: access.context,
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
    ...(access.namespace === undefined ? {} : { contextNamespace: access.namespace }),
    json,
    text,
    counters,
    close: () => connections.close(),
  };
}

async function prepare(authenticator: Authenticator, server: string): Promise<Credentials> {
  try {
    return await authenticator.credentials();
  } catch (error) {
    if (error instanceof KubeError) throw error;
    throw new KubeError('unauthorized', `the credentials for ${server} can't be read`, { cause: error });
  }
}

function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]';
}

function headersOf(request: KubeRequest, credentials: Credentials, userAgent: string): Record<string, string> {
  return {
    ...credentials.headers,
    accept: request.accept ?? 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': userAgent,
    ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
  };
}

function queryString(query: KubeRequest['query']): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) pairs.append(name, String(value));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Reads at most `maxBytes` of the decoded body; the rest is not transferred. */
async function readBody(
  response: Dispatcher.ResponseData,
  maxBytes: number,
  counters: { bytes: number },
): Promise<KubeText> {
  const body: Readable = response.body;
  const decoded = one(response.headers['content-encoding']) === 'gzip' ? unzip(body, counters) : body;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  for await (const chunk of decoded) {
    const part: Buffer = Buffer.from(chunk);
    if (decoded === body) counters.bytes += part.length;
    const room = maxBytes - bytes;
    chunks.push(part.length > room ? part.subarray(0, room) : part);
    bytes += Math.min(part.length, room);
    if (part.length > room) {
      cut = true;
      break;
    }
  }
  // Leaving the loop early destroys `decoded`; the socket underneath has to be told as well.
  if (cut) body.destroy();
  return { text: Buffer.concat(chunks).toString('utf8'), bytes, cut };
}

function unzip(body: Readable, counters: { bytes: number }): Readable {
  const gunzip = createGunzip();
  body.on('data', (chunk: Buffer) => {
    counters.bytes += chunk.length;
  });
  body.on('error', (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KubeError('malformed', 'the answer is not JSON: is a login page or a proxy in front of the API server?', {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KubeError('malformed', 'the answer is not a JSON object');
  }
  return { ...value };
}

function isoDate(header: string | undefined): string | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** `299 - "text"` per header line (RFC 7234). */
function warnings(header: string | string[] | undefined): string[] {
  const lines = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return lines.flatMap((line) =>
    [...line.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1')),
  );
}

/** SHA-256 over the DER form of the first configured CA certificate. */
function caFingerprint(access: Access): string | undefined {
  let pem: Buffer | undefined;
  try {
    pem = fileOrData(access.cluster.caFile, access.cluster.caData);
  } catch (error) {
    throw new KubeConfigError(
      'unreadable',
      `The CA file ${access.cluster.caFile ?? ''} of the cluster "${access.cluster.name}" can't be read.`,
      error,
    );
  }
  if (pem === undefined || pem.length === 0) return undefined;
  try {
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
  } catch (error) {
    throw new KubeConfigError(
      'malformed',
      `The CA of the cluster "${access.cluster.name}" is not a certificate.`,
      error,
    );
  }
}

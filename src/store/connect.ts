import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';

/** ioredis' options; its constructor does not take every `replyMapping` that its own type allows. */
export type ConnectOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * How a connection behaves when Redis is gone.
 * - `bounded`: answers within a second or fails; nothing is kept to be sent later. For clicks and everything a person waits for.
 * - `patient`: waits for Redis forever. For blocking reads; a command timeout would cut them off.
 */
type Patience = 'bounded' | 'patient';

/** Milliseconds that one call to Redis may take before it counts as failed. */
export const CALL_MS = 1000;

/**
 * Milliseconds without a word after which a connection that waits for an answer counts as dead, so that a new one is looked for: a primary
 * that is frozen or cut off says no goodbye. BullMQ blocks for 10 s at most.
 */
const QUIET_MS = 15_000;

const PATIENCE = {
  bounded: {
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    commandTimeout: CALL_MS,
    connectTimeout: 2000,
    socketTimeout: 2 * CALL_MS,
  },
  patient: { maxRetriesPerRequest: null, connectTimeout: 5000, socketTimeout: QUIET_MS },
} as const satisfies Record<Patience, ConnectOptions>;

/**
 * Options for `redis://`, `rediss://` (TLS), `unix:///path` or a socket's path. With `?sentinel=NAME` the host is a Sentinel (further ones:
 * `&sentinels=host:port,host:port`, its login: `&sentinel-username=` and `&sentinel-password=`) and NAME the primary to follow. For TLS, `ca`,
 * `cert` and `key` name files of PEM: the authority to trust, and the client's own certificate.
 * @throws RedisFileError when such a file can't be read
 */
export function redisOptions(url: string, patience: Patience): ConnectOptions {
  const common: ConnectOptions = {
    ...PATIENCE[patience],
    retryStrategy: (times) => Math.min(50 * times, 1000),
    // A primary that has become a replica does not say so by closing the connection: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  if (url.startsWith('/')) return { ...common, path: url };
  const parsed = new URL(url);
  const login: ConnectOptions = {
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
  };
  if (parsed.protocol === 'unix:') return { ...common, ...login, path: decodeURIComponent(parsed.pathname) };
  const db = parsed.pathname.length > 1 ? { db: Number(parsed.pathname.slice(1)) } : {};
  const tls = parsed.protocol === 'rediss:' ? tlsFiles(parsed.searchParams) : undefined;
  const host = hostname(parsed);
  const master = parsed.searchParams.get('sentinel');
  if (master !== null)
    return {
      ...common,
      ...login,
      ...db,
      ...sentinelOptions(parsed, tls),
      name: master,
      sentinels: sentinelsOf(parsed),
    };
  return {
    ...common,
    ...login,
    ...db,
    ...(tls && { tls: { ...tls, ...(isIP(host) === 0 && { servername: host }) } }),
    host,
    port: Number(parsed.port || 6379),
  };
}

function sentinelOptions({ searchParams }: URL, tls: TlsFiles | undefined): ConnectOptions {
  const sentinelUsername = searchParams.get('sentinel-username');
  const sentinelPassword = searchParams.get('sentinel-password');
  return {
    ...(tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    ...(sentinelUsername !== null && { sentinelUsername }),
    ...(sentinelPassword !== null && { sentinelPassword }),
    sentinelRetryStrategy: (times) => Math.min(50 * times, 1000),
    sentinelCommandTimeout: CALL_MS,
    // Not ioredis' failoverDetector: its news ends a client for good that is about to connect again at that moment.
    failoverDetector: false,
  };
}

function sentinelsOf(url: URL): { host: string; port: number }[] {
  const others = (url.searchParams.get('sentinels') ?? '').split(',').filter((text) => text !== '');
  return [url.host, ...others].map((text) => {
    const sentinel = new URL(`redis://${text}`);
    return { host: hostname(sentinel), port: Number(sentinel.port || 26379) };
  });
}

interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

function tlsFiles(parameters: URLSearchParams): TlsFiles {
  const files = (['ca', 'cert', 'key'] as const).flatMap((name) => {
    const path = parameters.get(name);
    return path === null ? [] : [[name, pem(path)]];
  });
  return Object.fromEntries(files);
}

/** A file of PEM that the connection needs can't be read. */
export class RedisFileError extends Error {
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(`${path} can't be read`, { cause });
    this.name = 'RedisFileError';
    this.path = path;
  }
}

function pem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RedisFileError(path, error);
  }
}

/** A client that is connecting; connection errors are handed to `onError` and never thrown at the process. */
export function connectRedis(url: string, patience: Patience, onError: (error: Error) => void = () => {}): Redis {
  const client = new Redis(redisOptions(url, patience));
  client.on('error', (error: Error) => {
    // ioredis hears the first error of a socket only; one that is closed in the middle of a handshake has two, and the second would be thrown
    // at the process. There is no socket before the first attempt, whatever its type says.
    const socket: Redis['stream'] | undefined = client.stream;
    socket?.on('error', () => {});
    onError(error);
  });
  return client;
}

function hostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

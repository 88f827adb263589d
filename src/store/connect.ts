import { Redis, type RedisOptions } from 'ioredis';

/** ioredis' options; its constructor does not take every `replyMapping` that its own type allows. */
export type ConnectOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * How a connection behaves when Redis is gone.
 * - `bounded`: answers within a second or fails; nothing is kept to be sent later. For clicks and everything a person waits for.
 * - `patient`: waits for Redis for ever. For blocking reads; a command timeout would cut them off.
 */
export type Patience = 'bounded' | 'patient';

/** Milliseconds that one call to Redis may take before it counts as failed. */
export const CALL_MS = 1000;

const PATIENCE = {
  bounded: {
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    commandTimeout: CALL_MS,
    connectTimeout: 2000,
  },
  patient: { maxRetriesPerRequest: null, connectTimeout: 5000 },
} as const satisfies Record<Patience, ConnectOptions>;

/**
 * Options for `redis://`, `rediss://` (TLS; a private CA comes with NODE_EXTRA_CA_CERTS), `unix:///path` or a socket's path. With
 * `?sentinel=NAME` the host is a Sentinel (further ones: `&sentinels=host:port,host:port`) and NAME the master to follow.
 */
export function redisOptions(url: string, patience: Patience): ConnectOptions {
  const common: ConnectOptions = { ...PATIENCE[patience], retryStrategy: (times) => Math.min(50 * times, 1000) };
  if (url.startsWith('/')) return { ...common, path: url };
  const parsed = new URL(url);
  const login: ConnectOptions = {
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
  };
  if (parsed.protocol === 'unix:') return { ...common, ...login, path: decodeURIComponent(parsed.pathname) };
  const db = parsed.pathname.length > 1 ? { db: Number(parsed.pathname.slice(1)) } : {};
  const tls = parsed.protocol === 'rediss:' ? { tls: { servername: parsed.hostname } } : {};
  const master = parsed.searchParams.get('sentinel');
  if (master === null)
    return { ...common, ...login, ...db, ...tls, host: hostname(parsed), port: Number(parsed.port || 6379) };
  const others = (parsed.searchParams.get('sentinels') ?? '').split(',').filter((text) => text !== '');
  return {
    ...common,
    ...login,
    ...db,
    ...(parsed.protocol === 'rediss:' ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    name: master,
    sentinels: [parsed.host, ...others].map((text) => {
      const sentinel = new URL(`redis://${text}`);
      return { host: hostname(sentinel), port: Number(sentinel.port || 26379) };
    }),
  };
}

/** A client that is connecting; connection errors are handed to `onError` and never thrown at the process. */
export function connectRedis(url: string, patience: Patience, onError: (error: Error) => void = () => {}): Redis {
  const client = new Redis(redisOptions(url, patience));
  client.on('error', onError);
  return client;
}

function hostname(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

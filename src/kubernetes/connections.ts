import { createHash } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { type Credentials, fileOrData } from './credentials.ts';
import type { Access } from './kubeconfig.ts';
import { KubeError } from './types.ts';

/** How long certificate files are taken as unchanged. */
const FILES_FRESH_MS = 60_000;
const CONNECTIONS = 16;

/** The connections to one API server: one pool, replaced when the CA or the client certificate changes. */
interface Connections {
  pool(credentials: Credentials): Promise<Dispatcher>;
  /** The next request opens new connections with what the files hold then; requests under way finish on the old ones. */
  forget(): void;
  close(): Promise<void>;
}

export function createConnections(access: Access, server: URL): Connections {
  let current: { readonly key: string; readonly pool: Promise<Dispatcher> } | undefined;
  let ca: { readonly value: Buffer | undefined; readonly readAt: number } | undefined;

  const authority = (): Buffer | undefined => {
    if (ca === undefined || performance.now() - ca.readAt > FILES_FRESH_MS) {
      ca = { value: fileOrData(access.cluster.caFile, access.cluster.caData), readAt: performance.now() };
    }
    return ca.value;
  };
  const retire = (): void => {
    const old = current;
    current = undefined;
    void old?.pool.then((pool) => pool.close()).catch(() => undefined);
  };

  return {
    pool: (credentials) => {
      const tls = tlsOptions(access, authority(), credentials);
      const key = fingerprintOf(tls);
      if (current?.key === key) return current.pool;
      retire();
      const pool = openPool(access, server, tls);
      current = { key, pool };
      return pool;
    },
    forget: () => {
      ca = undefined;
      retire();
    },
    close: async () => {
      const old = current;
      current = undefined;
      await (await old?.pool)?.destroy();
    },
  };
}

interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

function tlsOptions(access: Access, ca: Buffer | undefined, credentials: Credentials): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(credentials.cert === undefined ? {} : { cert: credentials.cert }),
    ...(credentials.key === undefined ? {} : { key: credentials.key }),
    ...(access.cluster.skipTLSVerify ? { rejectUnauthorized: false } : {}),
    ...(access.cluster.tlsServerName ? { servername: access.cluster.tlsServerName } : {}),
  };
}

function fingerprintOf(tls: TlsOptions): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(tls)) {
    hash.update(`\0${name}\0`);
    hash.update(Buffer.isBuffer(value) ? value : String(value));
  }
  return hash.digest('hex');
}

async function openPool(access: Access, server: URL, tls: TlsOptions): Promise<Dispatcher> {
  const proxy = access.cluster.proxyUrl;
  if (!proxy) {
    const { ca, cert, key, ...others } = tls;
    // Read once and not for each connection anew.
    const secureContext = server.protocol === 'https:' ? createSecureContext({ ca, cert, key }) : undefined;
    return new Pool(server.origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: 30_000,
      allowH2: false,
      connect: { ...others, ...(secureContext && { secureContext }), keepAlive: true, keepAliveInitialDelay: 30_000 },
    });
  }
  if (!/^https?:/.test(proxy)) {
    throw new KubeError('unavailable', 'the kubeconfig names a SOCKS proxy, which promfix does not support');
  }
  // Rare, and needs the whole of undici.
  const { ProxyAgent } = await import('undici');
  const agent = new ProxyAgent({ uri: proxy, requestTls: tls, connections: CONNECTIONS, keepAliveTimeout: 30_000 });
  // A ProxyAgent serves many origins and wants to be told which one with every request.
  return agent.compose((dispatch) => (options, handler) => dispatch({ ...options, origin: server.origin }, handler));
}

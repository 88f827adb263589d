import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
// By file, not by the package's entry: see kubeconfig.ts.
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { FileAuth } from '@kubernetes/client-node/dist/file_auth.js';
import { within } from '../within.ts';
import type { Access } from './kubeconfig.ts';
import { KubeError } from './types.ts';

/** What a request carries and what its connection presents. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** Gives the credentials of one user; `forget` makes the next call ask the source again (after a 401). */
export interface Authenticator {
  credentials(): Promise<Credentials>;
  forget(): void;
}

interface Provider {
  isAuthProvider(user: User): boolean;
  applyAuthentication(user: User, options: RequestOptions): Promise<void>;
}

/** Milliseconds an exec plug-in may take; client-node sets no limit of its own. */
const EXEC_TIMEOUT = 20_000;

export function createAuthenticator(access: Access): Authenticator {
  const user = prepareUser(access);
  let provider: Provider | undefined;
  let running: Promise<Credentials> | undefined;

  const ask = async (): Promise<Credentials> => {
    const options: RequestOptions = { headers: {} };
    if (needsProvider(user)) {
      provider ??= await loadProvider(user);
      await withTimeout(provider.applyAuthentication(user, options), user.name);
    }
    return assemble(user, options);
  };

  return {
    // One question at a time: many first requests would otherwise start as many exec plug-ins.
    credentials: () => {
      running ??= ask().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget: () => {
      provider = undefined;
    },
  };
}

function needsProvider(user: User): boolean {
  return Boolean(user.exec) || Boolean(user.authProvider);
}

async function loadProvider(user: User): Promise<Provider> {
  const light: readonly Provider[] = [new ExecAuth(), { ...fileProvider() }];
  const found = light.find((candidate) => candidate.isAuthProvider(user));
  if (found !== undefined) return found;
  // OIDC, GCP and Azure need the whole package (0.7 s): loaded only for users who have one.
  const { AzureAuth } = await import('@kubernetes/client-node/dist/azure_auth.js');
  const { GoogleCloudPlatformAuth } = await import('@kubernetes/client-node/dist/gcp_auth.js');
  const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
  const heavy: readonly Provider[] = [new AzureAuth(), new GoogleCloudPlatformAuth(), new OpenIDConnectAuth()];
  const other = heavy.find((candidate) => candidate.isAuthProvider(user));
  if (other !== undefined) return other;
  throw new KubeError('unauthorized', `promfix does not know the authentication provider of the user "${user.name}"`);
}

function fileProvider(): Provider {
  const file = new FileAuth();
  return {
    isAuthProvider: (user) => Boolean(file.isAuthProvider(user)),
    applyAuthentication: (user, options) => file.applyAuthentication(user, options),
  };
}

async function withTimeout(work: Promise<void>, user: string): Promise<void> {
  try {
    await within(
      EXEC_TIMEOUT,
      work,
      () => new KubeError('unauthorized', `the credential plug-in of the user "${user}" did not answer in time`),
    );
  } catch (error) {
    if (error instanceof KubeError) throw error;
    // The plug-in's own words may hold tokens: they stay in `cause`.
    throw new KubeError('unauthorized', `the credentials of the user "${user}" can't be obtained`, { cause: error });
  }
}

function assemble(user: User, options: RequestOptions): Credentials {
  const headers: Record<string, string> = {};
  if (user.username) {
    headers['authorization'] = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
  }
  const provided = authorizationOf(options);
  if (provided !== undefined) headers['authorization'] = provided;
  if (user.token) headers['authorization'] = `Bearer ${user.token.trim()}`;
  if (user.impersonateUser) headers['impersonate-user'] = user.impersonateUser;
  const cert = pem(options.cert) ?? fileOrData(user.certFile, user.certData);
  const key = pem(options.key) ?? fileOrData(user.keyFile, user.keyData);
  return { headers, ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
}

function authorizationOf(options: RequestOptions): string | undefined {
  const headers = options.headers;
  if (headers === undefined || Array.isArray(headers)) return undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value.trim();
  }
  return undefined;
}

function pem(value: unknown): string | Buffer | undefined {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;
}

/** Kubeconfig's pair of a file and base64 data; the file wins, as in client-node. */
export function fileOrData(file: string | undefined, data: string | undefined): Buffer | undefined {
  if (file) return readFileSync(file);
  if (data) return Buffer.from(data, 'base64');
  return undefined;
}

/** Adds KUBERNETES_EXEC_INFO, which client-node leaves out and some plug-ins insist on. */
function prepareUser(access: Access): User {
  const exec: unknown = access.user.exec;
  if (typeof exec !== 'object' || exec === null) return access.user;
  const plugin: Readonly<Record<string, unknown>> = { ...exec };
  const env = Array.isArray(plugin['env']) ? plugin['env'] : [];
  const cluster = { server: access.cluster.server, 'certificate-authority-data': access.cluster.caData };
  const info = {
    apiVersion: plugin['apiVersion'] ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin['provideClusterInfo'] === true ? { cluster } : {}) },
  };
  return {
    ...access.user,
    exec: { ...plugin, env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] },
  };
}

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
// Imported by file: the package's entry loads 880 generated modules (0.7 s), this file a few lines. The versions are pinned together.
import {
  type Cluster,
  type Context,
  newClusters,
  newContexts,
  newUsers,
  type User,
} from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';

const SERVICE_ACCOUNT_ROOT = '/var/run/secrets/kubernetes.io/serviceaccount';

type KubeConfigCode = 'not-found' | 'unreadable' | 'malformed' | 'no-context' | 'unknown-context' | 'dangling';

/** No usable access to a cluster could be put together; `message` is a sentence that helps the person at the terminal. */
export class KubeConfigError extends Error {
  readonly code: KubeConfigCode;
  constructor(code: KubeConfigCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'KubeConfigError';
    this.code = code;
  }
}

/** One cluster with one user: what a client needs. */
export interface Access {
  readonly cluster: Cluster;
  readonly user: User;
  readonly context: string;
  readonly namespace?: string;
}

export interface KubeConfigSources {
  /** Value of $KUBECONFIG or of `--kubeconfig`: one path, or several with the platform's delimiter. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Where `~/.kube/config` is looked for; the home directory by default. */
  readonly home?: string | undefined;
  /** The mounted ServiceAccount; the standard place by default. */
  readonly serviceAccountRoot?: string | undefined;
  /** The API server as a pod sees it; `https://kubernetes.default.svc` by default. */
  readonly inClusterServer?: string | undefined;
}

/** Finds access in kubectl's order: the given files, `~/.kube/config`, the pod's ServiceAccount. */
export function loadAccess(sources: KubeConfigSources): Access {
  const given = (sources.kubeconfig ?? '').split(delimiter).filter((path) => path !== '');
  if (given.length > 0) return choose(readFiles(given, true), sources.context, given.join(', '));
  const standard = join(sources.home ?? homedir(), '.kube', 'config');
  const merged = readFiles([standard], false);
  if (merged !== undefined) return choose(merged, sources.context, standard);
  const pod = inCluster(sources);
  if (pod !== undefined) return pod;
  throw new KubeConfigError(
    'not-found',
    `No cluster is configured: $KUBECONFIG is not set, ${standard} does not exist, and this is not a pod with a ServiceAccount. Set KUBECONFIG to a kubeconfig file.`,
  );
}

interface Merged {
  readonly clusters: Map<string, Cluster>;
  readonly users: Map<string, User>;
  readonly contexts: Map<string, Context>;
  current: string | undefined;
}

function readFiles(paths: readonly string[], required: true): Merged;
function readFiles(paths: readonly string[], required: false): Merged | undefined;
function readFiles(paths: readonly string[], required: boolean): Merged | undefined {
  const merged: Merged = { clusters: new Map(), users: new Map(), contexts: new Map(), current: undefined };
  let found = 0;
  for (const path of paths) {
    const text = readText(path, required && paths.length === 1);
    if (text === undefined) continue;
    found += 1;
    merge(merged, path, text);
  }
  if (found > 0) return merged;
  if (!required) return undefined;
  throw new KubeConfigError('not-found', `None of the kubeconfig files exists: ${paths.join(', ')}.`);
}

function readText(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && !required) return undefined;
    if (missing) throw new KubeConfigError('not-found', `The kubeconfig file ${path} does not exist.`, error);
    throw new KubeConfigError('unreadable', `The kubeconfig file ${path} can't be read.`, error);
  }
}

/** As kubectl does: the first file that has a name wins. */
function merge(into: Merged, path: string, text: string): void {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new KubeConfigError('malformed', `The kubeconfig file ${path} is not valid YAML.`, error);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new KubeConfigError('malformed', `The kubeconfig file ${path} holds no kubeconfig.`);
  }
  const config: Readonly<Record<string, unknown>> = { ...document };
  const root = dirname(path);
  try {
    for (const cluster of newClusters(config['clusters'])) {
      keepFirst(into.clusters, { ...cluster, ...absolute('caFile', cluster.caFile, root) });
    }
    for (const user of newUsers(withTokenFiles(config['users'], root))) {
      keepFirst(into.users, {
        ...user,
        ...absolute('certFile', user.certFile, root),
        ...absolute('keyFile', user.keyFile, root),
      });
    }
    for (const context of newContexts(config['contexts'])) keepFirst(into.contexts, context);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new KubeConfigError('malformed', `The kubeconfig file ${path} is incomplete: ${why}.`, error);
  }
  const current = config['current-context'];
  if (typeof current === 'string' && current !== '') into.current ??= current;
}

function keepFirst<T extends { readonly name: string }>(map: Map<string, T>, value: T): void {
  if (!map.has(value.name)) map.set(value.name, value);
}

function absolute<K extends string>(key: K, path: string | undefined, root: string): { [P in K]?: string } {
  if (!path) return {};
  // The computed key is K by construction; TypeScript widens it to string.
  return { [key]: isAbsolute(path) ? path : join(root, path) } as { [P in K]?: string };
}

/** kubectl's `tokenFile` becomes client-node's token-file authenticator, which reads the file again as it is rotated. */
function withTokenFiles(users: unknown, root: string): unknown {
  if (!Array.isArray(users)) return users;
  return users.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('user' in entry)) return entry;
    const user = entry.user;
    if (typeof user !== 'object' || user === null || !('tokenFile' in user)) return entry;
    const file = user.tokenFile;
    if (typeof file !== 'string' || file === '') return entry;
    const tokenFile = isAbsolute(file) ? file : join(root, file);
    return { ...entry, user: { ...user, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } };
  });
}

function choose(merged: Merged, wanted: string | undefined, where: string): Access {
  const name = wanted ?? merged.current;
  if (name === undefined) {
    throw new KubeConfigError(
      'no-context',
      `${where} has no current context. Name one with --context: ${known(merged)}.`,
    );
  }
  const context = merged.contexts.get(name);
  if (context === undefined) {
    throw new KubeConfigError('unknown-context', `There is no context "${name}" in ${where}. Known: ${known(merged)}.`);
  }
  const cluster = merged.clusters.get(context.cluster);
  if (cluster === undefined) {
    throw new KubeConfigError(
      'dangling',
      `The context "${name}" names the cluster "${context.cluster}", which ${where} does not have.`,
    );
  }
  const user = merged.users.get(context.user) ?? { name: context.user ?? '' };
  return { cluster, user, context: name, ...(context.namespace ? { namespace: context.namespace } : {}) };
}

function known(merged: Merged): string {
  return [...merged.contexts.keys()].join(', ') || 'none';
}

function inCluster(sources: KubeConfigSources): Access | undefined {
  const root = sources.serviceAccountRoot ?? SERVICE_ACCOUNT_ROOT;
  const tokenFile = join(root, 'token');
  if (readText(tokenFile, false) === undefined) return undefined;
  const namespace = readText(join(root, 'namespace'), false)?.trim();
  return {
    context: 'in-cluster',
    cluster: {
      name: 'in-cluster',
      server: sources.inClusterServer ?? 'https://kubernetes.default.svc',
      caFile: join(root, 'ca.crt'),
      skipTLSVerify: false,
    },
    user: { name: 'in-cluster', authProvider: { name: 'tokenFile', config: { tokenFile } } },
    ...(namespace ? { namespace } : {}),
  };
}

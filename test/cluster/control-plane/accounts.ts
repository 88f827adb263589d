import { join } from 'node:path';
import type { TokenRequest } from '../kinds.ts';
import { core } from '../names.ts';
import type { Api } from './api.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** A rule of a Role or ClusterRole. */
export interface RightsRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface AccountRights {
  /** Rights everywhere: a ClusterRole. */
  readonly cluster?: readonly RightsRule[];
  /** Rights in one namespace each: a Role. */
  readonly namespaced?: Readonly<Record<string, readonly RightsRule[]>>;
}

/** What of a cluster it takes to make an account. */
interface AccountsCluster {
  readonly api: Pick<Api, 'post'>;
  readonly run: string;
  readonly server: string;
  readonly pki: string;
  readonly apply: (what: unknown) => Promise<string>;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Makes a ServiceAccount with exactly these rights, or changes the rights of one made before, and writes a kubeconfig with its token.
 * Returns the kubeconfig's file. The user is `system:serviceaccount:NAMESPACE:NAME`.
 */
export async function serviceAccount(
  cluster: AccountsCluster,
  name: string,
  rights: AccountRights,
  namespace = 'promfix',
): Promise<string> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await bind(cluster, 'ClusterRole', { name: `${namespace}-${name}` }, rights.cluster ?? [], subjects);
  for (const [where, rules] of Object.entries(rights.namespaced ?? {}))
    await bind(cluster, 'Role', { name: `${namespace}-${name}`, namespace: where }, rules, subjects);
  return accountKubeconfig(cluster, name, namespace);
}

/** A kubeconfig with a token of a ServiceAccount that is there. */
export async function accountKubeconfig(cluster: AccountsCluster, name: string, namespace: string): Promise<string> {
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } };
  const { status } = await cluster.api.post<TokenRequest>(`${core('serviceaccounts', name, namespace)}/token`, request);
  const file = join(cluster.run, `${namespace}-${name}.kubeconfig`);
  return writeKubeconfig(file, {
    server: cluster.server,
    ca: join(cluster.pki, 'ca.crt'),
    user: { token: status.token },
  });
}

async function bind(
  cluster: AccountsCluster,
  kind: 'Role' | 'ClusterRole',
  metadata: { name: string; namespace?: string },
  rules: readonly RightsRule[],
  subjects: unknown,
): Promise<void> {
  await cluster.apply({ apiVersion: `${RBAC}/v1`, kind, metadata, rules });
  await cluster.apply({
    apiVersion: `${RBAC}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: RBAC, kind, name: metadata.name },
    subjects,
  });
}

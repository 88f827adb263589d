import { randomBytes } from 'node:crypto';
import type { User } from './rbac.ts';
import type { State } from './state.ts';
import { seconds } from './times.ts';

/** A rule of a Role or ClusterRole. */
interface AccountRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface AccountRights {
  /** Rights everywhere: a ClusterRole. */
  readonly cluster?: readonly AccountRule[];
  /** Rights in one namespace each: a Role. */
  readonly namespaced?: Readonly<Record<string, readonly AccountRule[]>>;
}

/** Who may talk to the simulated server. Tokens are made up and known to this process only. */
export interface Accounts {
  /** The token of cluster-admin. */
  readonly admin: string;
  userOf(token: string): User | undefined;
  /** A ServiceAccount with exactly these rights; returns its token. Asked again, its rights are replaced. */
  serviceAccount(name: string, rights: AccountRights, namespace: string): string;
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

export function createAccounts(state: State): Accounts {
  const users = new Map<string, User>();
  const add = (user: User): string => {
    const token = randomBytes(24).toString('base64url');
    users.set(token, user);
    return token;
  };
  const admin = add({ name: 'admin', groups: ['system:masters', 'system:authenticated'] });
  const put = (collection: string, item: Readonly<Record<string, unknown>> & { metadata: object }): void => {
    const kind = state.kindAt(collection);
    if (kind === undefined) throw new Error(`${collection} is not served`);
    const creationTimestamp = seconds(state.now());
    state.put(kind, { ...item, metadata: { ...item.metadata, uid: state.newUid(), creationTimestamp } });
  };
  const bind = (
    kind: 'Role' | 'ClusterRole',
    metadata: object & { name: string },
    rules: readonly AccountRule[],
    subjects: unknown,
  ): void => {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name };
    put(`${RBAC}/${kind.toLowerCase()}s`, { apiVersion, kind, metadata, rules });
    put(`${RBAC}/${kind.toLowerCase()}bindings`, { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects });
  };
  return {
    admin,
    userOf: (token) => users.get(token),
    serviceAccount(name, rights, namespace) {
      if (state.get('/api/v1/namespaces', undefined, namespace) === undefined)
        put('/api/v1/namespaces', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } },
          spec: { finalizers: ['kubernetes'] },
          status: { phase: 'Active' },
        });
      if (state.get('/api/v1/serviceaccounts', namespace, name) === undefined)
        put('/api/v1/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
      const subjects = [{ kind: 'ServiceAccount', name, namespace }];
      bind('ClusterRole', { name: `${namespace}-${name}` }, rights.cluster ?? [], subjects);
      for (const [where, rules] of Object.entries(rights.namespaced ?? {}))
        bind('Role', Object.assign({ name: `${namespace}-${name}` }, { namespace: where }), rules, subjects);
      return add({
        name: `system:serviceaccount:${namespace}:${name}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      });
    },
  };
}

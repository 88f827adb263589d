import type { Resource } from '../../kubernetes/paths.ts';
import { contentHash } from '../content-hash.ts';
import { defined, type Json, objects, sortedBy, string } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { listObjects, made, notAttempted, project, type Reading } from '../reading.ts';
import { subjectJson } from '../rights.ts';
import type { BindingView, OperatorDeployment, Read, RoleView } from '../types.ts';
import type { Rights } from './reviews.ts';
import { isSame, RBAC, type ReadRole } from './roles.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ROLES = 8;

interface Bindings {
  readonly bindings: Read<readonly BindingView[]>;
  readonly roles: Read<readonly RoleView[]>;
}

/**
 * Bindings and roles of the operator's ServiceAccount, read only where a review says no: a large cluster has thousands of them. They are
 * asked for already when it looks like that, and dropped when all reviews say yes after all.
 */
export async function readBindings(
  reading: Reading,
  deployment: OperatorDeployment,
  { answers, suspect, namespaces }: Rights,
  readRole: ReadRole,
): Promise<Bindings> {
  const ahead = suspect.then((wrong) => (wrong ? readBound(reading, deployment, namespaces, readRole) : undefined));
  const rights = await answers;
  if (rights.state !== 'read' || rights.value.every((answer) => answer.allowed)) {
    await ahead;
    const skipped = notAttempted(
      rights.state === 'read' ? 'all access reviews were answered with yes' : 'the access reviews could not be read',
    );
    return { bindings: skipped, roles: skipped };
  }
  return (await ahead) ?? readBound(reading, deployment, namespaces, readRole);
}

async function readBound(
  reading: Reading,
  deployment: OperatorDeployment,
  asked: readonly string[],
  readRole: ReadRole,
): Promise<Bindings> {
  const namespaces = [...new Set([deployment.meta.namespace ?? '', ...asked])].slice(0, 4);
  const lists = await Promise.all([
    listBindings(reading, 'ClusterRoleBinding', undefined, deployment),
    ...namespaces.map((name) => listBindings(reading, 'RoleBinding', name, deployment)),
  ]);
  const missing = lists.find((read) => read.state !== 'read');
  const kept = lists.flatMap((read) => (read.state === 'read' ? read.value : []));
  const bindings: Read<readonly BindingView[]> =
    missing !== undefined && missing.state === 'unread'
      ? missing
      : made(
          reading,
          sortedBy(kept, (binding) => `${binding.kind} ${binding.meta.namespace ?? ''}/${binding.meta.name}`),
        );
  return { bindings, roles: await readRoles(reading, deployment, kept, readRole) };
}

async function listBindings(
  reading: Reading,
  kind: BindingView['kind'],
  namespace: string | undefined,
  deployment: OperatorDeployment,
): Promise<Read<readonly BindingView[]>> {
  const resource: Resource = kind === 'RoleBinding' ? 'rolebindings' : 'clusterrolebindings';
  const list = await listObjects(reading, resource, namespace === undefined ? {} : { namespace }, {
    maxBytes: MAX_BYTES,
    query: { limit: 5000 },
  });
  return project(list, ({ items }) => {
    const all = items.map((item) => projectBinding(item, kind, reading));
    const own = all.filter((binding) => concerns(binding, deployment));
    // Whoever else has the same role would get what is added to it.
    const roles = new Set(own.map(({ role }) => `${role.kind} ${role.name}`));
    return all.filter((binding) => own.includes(binding) || roles.has(`${binding.role.kind} ${binding.role.name}`));
  });
}

function projectBinding(item: Json, kind: BindingView['kind'], reading: Reading): BindingView {
  const subjects = objects(item['subjects'], 100).map((subject) =>
    defined<BindingView['subjects'][number]>({
      kind: string(subject, 'kind') ?? '',
      name: string(subject, 'name') ?? '',
      namespace: string(subject, 'namespace'),
      apiGroup: string(subject, 'apiGroup'),
    }),
  );
  return {
    kind,
    meta: projectMeta(item, reading.redactor),
    ...(isSame(subjects.map(subjectJson), item['subjects']) && {
      // An item of a list does not say what it is.
      contentHash: contentHash({ ...item, apiVersion: RBAC, kind }),
    }),
    role: { kind: string(item, 'roleRef', 'kind') ?? '', name: string(item, 'roleRef', 'name') ?? '' },
    subjects,
  };
}

/** Bound to the operator's account, or meant for it by its look: a subject of the same name elsewhere, or the operator's own name. */
function concerns(binding: BindingView, deployment: OperatorDeployment): boolean {
  const account = deployment.serviceAccount;
  const names = new Set([account, deployment.meta.name]);
  if (account !== 'default' && binding.subjects.some((subject) => subject.name === account)) return true;
  if (binding.subjects.some((subject) => subject.name === account && subject.namespace === deployment.meta.namespace))
    return true;
  if (
    binding.subjects.some(
      (subject) =>
        subject.kind === 'User' &&
        subject.name === `system:serviceaccount:${deployment.meta.namespace ?? ''}:${account}`,
    )
  )
    return true;
  return names.has(binding.meta.name) || names.has(binding.role.name);
}

async function readRoles(
  reading: Reading,
  deployment: OperatorDeployment,
  bindings: readonly BindingView[],
  readRole: ReadRole,
): Promise<Read<readonly RoleView[]>> {
  const wanted = new Map<
    string,
    { readonly kind: RoleView['kind']; readonly name: string; readonly namespace?: string }
  >();
  for (const { role, meta } of bindings) {
    if (role.kind === 'ClusterRole') wanted.set(`ClusterRole/${role.name}`, { kind: 'ClusterRole', name: role.name });
    else if (meta.namespace !== undefined)
      wanted.set(`Role/${meta.namespace}/${role.name}`, { kind: 'Role', name: role.name, namespace: meta.namespace });
  }
  // Where the binding is gone, the role it bound mostly still bears the operator's name.
  if (bindings.length === 0) wanted.set('guess', { kind: 'ClusterRole', name: deployment.meta.name });
  const reads = await Promise.all(
    [...wanted.values()].slice(0, MAX_ROLES).map(({ kind, name, namespace }) => readRole(kind, name, namespace)),
  );
  const missing = reads.find((read) => read.state === 'unread');
  if (missing !== undefined && missing.state === 'unread') return missing;
  return made(
    reading,
    sortedBy(
      reads.flatMap((read) => (read.state === 'read' ? [read.value] : [])),
      (role) => `${role.kind} ${role.meta.namespace ?? ''}/${role.meta.name}`,
    ),
  );
}

import { type RuleJson, ruleJson } from '../../evidence/rights.ts';
import type { BindingView, Evidence, OperatorView, RoleView } from '../../evidence/types.ts';
import { named } from '../parts/operator.ts';
import { applicationOf, selfHeals } from '../parts/ownership.ts';
import { type Reason, refuse, unread } from '../parts/refuse.ts';
import type { ObjectRef, RoleRule } from '../types.ts';
import { isWithinTable } from './operator-rules.ts';

export const RBAC = 'rbac.authorization.k8s.io';
export const ROLE_RESOURCES = { ClusterRole: 'clusterroles', Role: 'roles' } as const;
export const BINDING_RESOURCES = { ClusterRoleBinding: 'clusterrolebindings', RoleBinding: 'rolebindings' } as const;

/** The chart's labels, and the one of the ClusterRole that it makes for the operator: rules go there where Argo CD keeps the operator's own. */
const NAME = 'app.kubernetes.io/name';
const COMPONENT = 'app.kubernetes.io/component';
export const EXTRA_ROLE = 'operator-rights';

export interface Account {
  readonly name: string;
  readonly namespace: string;
}

export function accountName({ deployment }: OperatorView): Account {
  return { name: deployment.serviceAccount, namespace: deployment.meta.namespace ?? '' };
}

/** A role that a repair may add rules to. */
export interface Mendable {
  readonly view: RoleView;
  readonly object: ObjectRef;
  readonly contentHash: string;
}

export function objectOf({ kind, meta }: Pick<RoleView | BindingView, 'kind' | 'meta'>): ObjectRef {
  const { name, uid, namespace } = meta;
  return { apiVersion: `${RBAC}/v1`, kind, name, uid, ...(namespace !== undefined && { namespace }) };
}

export function isAccount(subject: BindingView['subjects'][number], account: Account): boolean {
  if (subject.kind === 'ServiceAccount')
    return subject.name === account.name && subject.namespace === account.namespace;
  return subject.kind === 'User' && subject.name === `system:serviceaccount:${account.namespace}:${account.name}`;
}

/** promfix's own roles and bindings, except the one that it keeps for the operator. */
export function isOurOwn({ meta }: Pick<RoleView | BindingView, 'meta'>): boolean {
  return meta.labels[NAME] === 'promfix' && meta.labels[COMPONENT] !== EXTRA_ROLE;
}

const isExtra = ({ meta }: RoleView): boolean =>
  meta.labels[NAME] === 'promfix' && meta.labels[COMPONENT] === EXTRA_ROLE;

/** Rules as they stand in the object. */
export const rulesOf = ({ rules }: RoleView): readonly RuleJson[] => rules.map(ruleJson);

/** The same as a Role states them, without what names no resource. */
export function resourceRules({ rules }: RoleView): readonly RoleRule[] {
  return rules.map(({ groups, resources, verbs, resourceNames }) => ({
    apiGroups: groups,
    resources,
    verbs,
    ...(resourceNames !== undefined && { resourceNames }),
  }));
}

/**
 * The role that gives the operator its rights in a namespace, or in all of them: found by its bindings. The one of promfix's own chart where
 * Argo CD would put the operator's own back, or there is none.
 */
export function roleFor(evidence: Evidence, operator: OperatorView, namespace: string | undefined): Mendable | Reason {
  const { bindings, roles } = operator;
  const account = accountName(operator);
  const what = `the roles of ${account.namespace}/${account.name}`;
  if (bindings.state === 'unread') return unread(`the bindings of ${account.namespace}/${account.name}`, bindings);
  if (roles.state === 'unread') return unread(what, roles);
  if (bindings.state === 'absent' || roles.state === 'absent') return refuse('not-judged', { what });
  const bound = bindings.value.filter(
    (one) => reaches(one, namespace) && one.subjects.some((subject) => isAccount(subject, account)),
  );
  const candidates = roles.value.filter((role) => bound.some((binding) => isOf(binding, role)));
  const extra = candidates.find(isExtra);
  // What is missing in a namespace is not handed out for the whole cluster where there is a role for the namespace alone.
  const isNarrow = (role: RoleView): number =>
    Number(
      namespace !== undefined &&
        likeness(role) > 0 &&
        !bound.some((binding) => binding.kind === 'ClusterRoleBinding' && isOf(binding, role)),
    );
  const [own] = candidates
    .filter((role) => !isExtra(role))
    .sort((a, b) => isNarrow(b) - isNarrow(a) || likeness(b) - likeness(a) || a.meta.name.localeCompare(b.meta.name));
  const healed = own && applicationOf(evidence, own.kind, own.meta);
  const heals = healed !== undefined && selfHeals(healed.application);
  if (own && !heals) return mendable(own, bindings.value, account);
  if (extra) return mendable(extra, bindings.value, account);
  return own && healed
    ? refuse('argocd-reverts-rights', { object: named(objectOf(own)), application: healed.application.meta.name })
    : refuse('no-role-bound', {
        account: `${account.namespace}/${account.name}`,
        ...(namespace !== undefined && { namespace }),
      });
}

function reaches({ kind, meta }: BindingView, namespace: string | undefined): boolean {
  return kind === 'ClusterRoleBinding' || (namespace !== undefined && meta.namespace === namespace);
}

export function isOf({ role, meta }: BindingView, { kind, meta: of }: RoleView): boolean {
  return role.kind === kind && role.name === of.name && (kind === 'ClusterRole' || meta.namespace === of.namespace);
}

/** How many of its rules are the operator's. */
const likeness = (role: RoleView): number => resourceRules(role).filter(isWithinTable).length;

/** Whether it may be written: exactly known, nobody else's, and neither Kubernetes' own nor promfix's. */
function mendable(view: RoleView, bindings: readonly BindingView[], account: Account): Mendable | Reason {
  const object = objectOf(view);
  const { meta, contentHash, aggregated } = view;
  if (isOurOwn(view)) return refuse('own-rights', { object: named(object) });
  if (meta.labels['kubernetes.io/bootstrapping'] !== undefined || meta.name.startsWith('system:'))
    return refuse('role-of-kubernetes', { object: named(object) });
  if (meta.deleting !== undefined) return refuse('being-deleted', { object: named(object) });
  if (aggregated === true) return refuse('role-is-aggregated', { object: named(object) });
  const others = bindings
    .filter((binding) => isOf(binding, view))
    .flatMap(({ subjects }) => subjects)
    .filter((subject) => !isAccount(subject, account));
  const [other] = others;
  if (other)
    return refuse('role-is-shared', {
      object: named(object),
      subject: named(other),
    });
  return contentHash === undefined ? refuse('not-judged', { what: named(object) }) : { view, object, contentHash };
}

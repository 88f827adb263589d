import { ACCOMPANYING } from '../parts/accompanying.ts';
import type { DeclaredWrite, Limit } from '../types.ts';
import { all, literal, onlyChanged, place, unchanged } from './cel.ts';

/** A ValidatingAdmissionPolicy and its binding, as the API server takes them (admissionregistration.k8s.io/v1, Kubernetes 1.30). */
interface AdmissionPolicy {
  readonly apiVersion: 'admissionregistration.k8s.io/v1';
  readonly kind: 'ValidatingAdmissionPolicy' | 'ValidatingAdmissionPolicyBinding';
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly reason: 'Forbidden';
}

/**
 * The policy that holds the worker to the fields it declares: of the kinds among `writes`, the user may create, delete and change only what
 * stands there. Everybody else's requests are none of its business; a request that it can't judge is refused.
 *
 * @param user `system:serviceaccount:NAMESPACE:NAME`
 * @param held kinds on which the user has rights only to hand them on: of these it may write nothing
 */
export function admissionPolicy(
  name: string,
  user: string,
  writes: readonly DeclaredWrite[],
  held: readonly Pick<DeclaredWrite, 'group' | 'resource'>[] = [],
): readonly [policy: AdmissionPolicy, binding: AdmissionPolicy] {
  const kinds = byKind(writes);
  const idle = byGroup(held);
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [...kinds, ...idle].map(resourceRule) },
        matchConditions: [{ name: 'only-the-worker', expression: `request.userInfo.username == ${literal(user)}` }],
        validations: [
          ...kinds.flatMap((kind) => [operations(kind), ...fields(kind), ...limits(kind)]),
          ...idle.map(unused),
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

/** Resources of one API group of which the same is declared. */
interface Kind {
  readonly group: string;
  readonly resources: readonly string[];
  readonly writes: readonly DeclaredWrite[];
}

function byKind(writes: readonly DeclaredWrite[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const resource of new Set(writes.map((write) => write.resource))) {
    const own = writes.filter((write) => write.resource === resource);
    const [group = '', ...others] = new Set(own.map((write) => write.group));
    if (others.length > 0) throw new Error(`${resource} of several API groups`);
    const declared = JSON.stringify([group, ...own.map(({ resource: _, ...rest }) => rest)]);
    kinds.set(declared, { group, resources: [...(kinds.get(declared)?.resources ?? []), resource], writes: own });
  }
  return [...kinds.values()];
}

function byGroup(held: readonly Pick<DeclaredWrite, 'group' | 'resource'>[]): readonly Kind[] {
  return [...new Set(held.map(({ group }) => group))].map((group) => ({
    group,
    resources: held.filter((one) => one.group === group).map(({ resource }) => resource),
    writes: [],
  }));
}

function unused(kind: Kind): Validation {
  return {
    expression: `request.resource.group != ${literal(kind.group)} || ${isOther(kind)}`,
    message: `the worker of promfix holds rights on ${named(kind)} only to hand them on to the operator`,
    reason: 'Forbidden',
  };
}

/** Subresources as well: what is written through `/scale` or `/status` is not declared, and refused. */
function resourceRule({ group, resources }: Kind) {
  return {
    apiGroups: [group],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    resources: resources.flatMap((resource) => [resource, `${resource}/*`]),
  };
}

const OPERATIONS = { patch: 'UPDATE', create: 'CREATE', delete: 'DELETE' } as const;

/** Left out of the request where there is none. */
const NO_SUBRESOURCE = '(!has(request.subResource) || request.subResource == "")';

function operations(kind: Kind): Validation {
  const verbs = [...new Set(kind.writes.map(({ verb }) => verb))].sort();
  return {
    expression: `${isOther(kind)} || (${NO_SUBRESOURCE} && request.operation in ${literal(verbs.map((verb) => OPERATIONS[verb]))})`,
    message: `the worker of promfix may only ${verbs.join(' and ')} ${named(kind)}, and no subresource`,
    reason: 'Forbidden',
  };
}

function fields(kind: Kind): readonly Validation[] {
  const declared = [...new Set(kind.writes.filter(({ verb }) => verb === 'patch').flatMap((one) => one.fields))].sort();
  if (declared.length === 0) return [];
  return onlyChanged([...declared, ...ACCOMPANYING]).map(({ path, except, condition }) => ({
    expression: `${isOther(kind)} || request.operation != "UPDATE" || (${condition})`,
    message: `the worker of promfix may change${path === '' ? '' : ` under ${path}`} only: ${except.filter((field) => !SERVERS_OWN.includes(field)).join(', ')}; ${named(kind)}`,
    reason: 'Forbidden',
  }));
}

/** Of the metadata: written by the API server itself. */
const SERVERS_OWN = ['managedFields', 'resourceVersion', 'generation'];

function limits(kind: Kind): readonly Validation[] {
  const validations = new Map<string, Validation>();
  for (const { limit, operation } of merged(kind.writes)) {
    const { condition, message } = judged(limit);
    const expression = `${isOther(kind)} || request.operation != ${literal(operation)} || (${condition})`;
    validations.set(expression, { expression, message: `${message}; ${named(kind)}`, reason: 'Forbidden' });
  }
  return [...validations.values()];
}

interface Bound {
  readonly limit: Limit;
  readonly operation: string;
}

/** Limits hold together, except that each repair may add the rules it needs to the same list. */
function merged(writes: readonly DeclaredWrite[]): readonly Bound[] {
  const bounds: Bound[] = [];
  const rules = new Map<string, Extract<Limit, { limit: 'rules-within' }>>();
  for (const write of writes)
    for (const limit of [...(write.limits ?? []), ...implied(write)])
      if (limit.limit === 'rules-within')
        rules.set(limit.path, { ...limit, rules: [...(rules.get(limit.path)?.rules ?? []), ...limit.rules] });
      else bounds.push({ limit, operation: OPERATIONS[write.verb] });
  return [...bounds, ...[...rules.values()].map((limit) => ({ limit, operation: OPERATIONS.patch }))];
}

/** What holds for a field wherever it is declared: an operation brings no manifests and no source, a binding nobody but an account. */
function implied({ resource, fields }: DeclaredWrite): readonly Limit[] {
  if (resource === 'applications' && fields.some((field) => '/operation/sync/x'.startsWith(`${field}/`)))
    return ['manifests', 'source', 'sources'].map((key) => ({ limit: 'unchanged', path: `/operation/sync/${key}` }));
  if (resource === 'clusterrolebindings') return [{ limit: 'service-accounts-elsewhere', path: '/subjects' }];
  return [];
}

function judged(limit: Limit): { readonly condition: string; readonly message: string } {
  switch (limit.limit) {
    case 'unchanged':
      return { condition: unchanged(limit.path), message: `the worker of promfix may not touch ${limit.path}` };
    case 'one-of':
      return { condition: oneOf(limit), message: `the worker of promfix may not set that in ${limit.path}` };
    case 'members-within':
      return { condition: membersWithin(limit), message: `the worker of promfix may not list that in ${limit.path}` };
    case 'gone-or-but':
      return {
        condition: goneOrBut(limit),
        message: `the worker of promfix may only remove ${limit.path}, or set its ${limit.key}`,
      };
    case 'rules-within':
      return { condition: rulesWithin(limit), message: `the worker of promfix may not grant that in ${limit.path}` };
    case 'service-accounts-elsewhere':
      return {
        condition: accountsElsewhere(limit.path),
        message: `the worker of promfix may not name that subject in ${limit.path}`,
      };
    case 'owned-by':
      return {
        condition: `dyn(oldObject)[?"metadata"][?"ownerReferences"].orValue([]).exists(r, r.apiVersion.startsWith(${literal(`${limit.group}/`)}))`,
        message: `the worker of promfix may delete only what a resource of ${limit.group} owns`,
      };
  }
}

/**
 * A rule of the new list stood in the old one, or lies within one of the allowed ones. None of the old ones is lost, except such as lie
 * within them: what was added can be taken back.
 */
function rulesWithin({ path, rules }: Extract<Limit, { limit: 'rules-within' }>): string {
  const { now, was } = lists(path);
  const parts = ['apiGroups', 'resources', 'verbs'] as const;
  const keys = literal([...parts]);
  const within = (rule: (typeof rules)[number]) =>
    all(parts.map((list) => `r[${literal(list)}].all(v, v in ${literal(rule[list])})`));
  const ours = `(r.all(k, k in ${keys}) && ${keys}.all(k, k in r) && (${rules.map((rule) => `(${within(rule)})`).join(' || ') || 'false'}))`;
  return all([`${now}.all(r, r in ${was} || ${ours})`, `${was}.all(r, r in ${now} || ${ours})`]);
}

/** A list before and after. A role without rules, or a binding without subjects, has null there. */
function lists(path: string): { readonly now: string; readonly was: string } {
  const { now, was } = place(path);
  const list = (value: string) => `(${value}.orValue(null) == null ? [] : ${value}.value())`;
  return { now: list(now), was: list(was) };
}

type LimitOf<Name extends Limit['limit']> = Extract<Limit, { limit: Name }>;

function oneOf({ path, values }: LimitOf<'one-of'>): string {
  const { now, was } = place(path);
  return `!${now}.hasValue() || ${now} == ${was} || ${now}.value() in ${JSON.stringify(values)}`;
}

function membersWithin({ path, values }: LimitOf<'members-within'>): string {
  const { now, was } = place(path);
  const within = (one: string, other: string) =>
    `${one}.orValue([]).all(m, m in ${other}.orValue([]) || m in ${literal(values)})`;
  return all([within(now, was), within(was, now)]);
}

/** Read as maps with `orValue`: of `value()[k]` the API server’s checker takes `k` for the index of a list. */
function goneOrBut({ path, key, values }: LimitOf<'gone-or-but'>): string {
  const { now, was } = place(path);
  const kept = `${now}.orValue({}).all(k, (k in ${was}.orValue({}) && ${now}.orValue({})[k] == ${was}.orValue({})[k]) || (k in ${literal([key])} && ${now}.orValue({})[k] in ${literal(values)}))`;
  return `!${now}.hasValue() || (${was}.hasValue() && ${all([kept, `${was}.orValue({}).all(k, k in ${now}.orValue({}))`])})`;
}

function accountsElsewhere(path: string): string {
  const { now, was } = lists(path);
  return `${now}.all(s, s in ${was} || (${all([
    's.kind == "ServiceAccount"',
    '"namespace" in s',
    '!request.userInfo.username.startsWith("system:serviceaccount:" + s.namespace + ":")',
  ])}))`;
}

function isOther({ resources }: Kind): string {
  return `!(request.resource.resource in ${literal(resources)})`;
}

function named({ group, resources }: Kind): string {
  return group === '' ? resources.join(', ') : `${resources.join(', ')} of ${group}`;
}

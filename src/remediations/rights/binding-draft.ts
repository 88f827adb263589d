import { allows, subjectJson } from '../../evidence/rights.ts';
import type { BindingView, Evidence, OperatorView, RoleView } from '../../evidence/types.ts';
import { named } from '../parts/operator.ts';
import { ownership, selfHeals } from '../parts/ownership.ts';
import { type Draft, rightsFor } from '../parts/planned.ts';
import { check, isRefused, type Reason, refuse, unread } from '../parts/refuse.ts';
import { settleSeconds } from '../parts/settle.ts';
import { afterwards } from './after-rights.ts';
import {
  type Account,
  accountName,
  BINDING_RESOURCES,
  isAccount,
  isOf,
  isOurOwn,
  objectOf,
  resourceRules,
} from './operator-roles.ts';
import { isWithinTable } from './operator-rules.ts';
import { accountOf } from './start-up-rights.ts';

type Subject = BindingView['subjects'][number];

/** Lets the operator's binding name the ServiceAccount that the operator's pod runs as; nobody else is ever named. */
export function bindingDraft(evidence: Evidence, operator: OperatorView): Draft | Reason {
  const account = runningAccount(operator);
  if (isRefused(account)) return account;
  const found = meantBinding(operator, account);
  if (isRefused(found)) return found;
  const { binding, role } = found;
  const object = objectOf(binding);
  const reverts = ownership(
    evidence,
    named(object),
    binding.kind,
    binding.meta,
    ({ application }) => !selfHeals(application),
  );
  if (!reverts.survives)
    return refuse('argocd-reverts-rights', { object: named(object), application: reverts.name ?? '' });
  const { contentHash } = binding;
  if (contentHash === undefined) return refuse('not-judged', { what: named(object) });
  const rules = resourceRules(role);
  const after = afterwards(evidence, operator, 'crb-wrong-subject', (right) => allows(rules, right));
  if (isRefused(after)) return after;
  const kept = keptSubjects(binding, account, evidence);
  const ours = { kind: 'ServiceAccount', ...account };
  return {
    steps: [
      { do: 'patch', object, contentHash, patch: { subjects: [...kept, ours].map(subjectJson) } },
      ...after.steps,
    ],
    diff: [
      {
        object: named(object),
        path: 'subjects',
        before: binding.subjects.map(named).join(', ') || null,
        after: [...kept, ours].map(named).join(', '),
      },
      ...after.diff,
    ],
    checks: [
      check('pod-runs-as', { account: accountOf(operator) }),
      check('role-within-table', { object: named(objectOf(role)), count: role.rules.length }),
      ...after.checks,
    ],
    effects: [
      check('operator-is-bound', { account: accountOf(operator), object: named(objectOf(role)) }),
      ...after.effects,
    ],
    manages: after.manages,
    untouched: [check('role-itself'), check('workloads'), check('custom-resources'), check('secrets'), check('git')],
    undo: { kind: 'none', because: check('only-the-operators-account', { object: named(object) }) },
    ownership: [reverts],
    permanent: check('rbac-at-its-source'),
    settleSeconds: settleSeconds(evidence, [binding]),
    rights: [...rightsFor(object, BINDING_RESOURCES[binding.kind]), ...after.rights],
  };
}

/** The ServiceAccount that a pod of the operator runs as now, and that its Deployment asks for. */
function runningAccount(operator: OperatorView): Account | Reason {
  const account = accountName(operator);
  const { pods } = operator;
  if (pods.state === 'unread') return unread('the operator’s pods', pods);
  const runs =
    pods.state === 'read' &&
    pods.value.some(
      (pod) =>
        pod.phase === 'Running' &&
        pod.meta.deleting === undefined &&
        pod.meta.namespace === account.namespace &&
        pod.serviceAccount === account.name,
    );
  return runs ? account : refuse('no-pod-with-account', { account: accountOf(operator) });
}

/** The one binding that is meant for the operator by its name or its subjects, with the role that it hands out. */
function meantBinding(
  operator: OperatorView,
  account: Account,
): { readonly binding: BindingView; readonly role: RoleView } | Reason {
  const { bindings, roles, deployment } = operator;
  if (bindings.state === 'unread') return unread(`the bindings of ${account.namespace}/${account.name}`, bindings);
  if (roles.state === 'unread') return unread(`the roles of ${account.namespace}/${account.name}`, roles);
  const all = bindings.state === 'read' ? bindings.value : [];
  const names = [account.name, deployment.meta.name];
  const meant = all.filter(
    (one) =>
      one.kind === 'ClusterRoleBinding' &&
      !one.subjects.some((subject) => isAccount(subject, account)) &&
      (names.includes(one.meta.name) ||
        names.includes(one.role.name) ||
        one.subjects.some((subject) => subject.name === account.name)),
  );
  const [binding, another] = meant;
  if (!binding) return refuse('no-binding-meant', { account: accountOf(operator) });
  if (another) return refuse('several-bindings-meant', { objects: meant.map(({ meta }) => meta.name).join(', ') });
  const object = named(objectOf(binding));
  const role = roles.state === 'read' ? roles.value.find((one) => isOf(binding, one)) : undefined;
  if (isOurOwn(binding) || (role && isOurOwn(role))) return refuse('own-rights', { object });
  if (binding.meta.deleting !== undefined) return refuse('being-deleted', { object });
  if (!role) return refuse('role-gone', { object, role: `${binding.role.kind} ${binding.role.name}` });
  const beyond = role.rules.find((rule) => (rule.nonResourceURLs ?? []).length > 0 || rule.resources.length === 0);
  if (beyond || !resourceRules(role).every(isWithinTable))
    return refuse('role-beyond-table', { object: named(objectOf(role)) });
  return { binding, role };
}

/**
 * Who stays: everybody but the one that stands there instead of the operator, which is the only subject, or one of the operator's name in
 * another namespace. One that another operator runs as stays in any case.
 */
function keptSubjects(binding: BindingView, account: Account, evidence: Evidence): readonly Subject[] {
  const operators = evidence.operators.state === 'read' ? evidence.operators.value : [];
  const isUsed = (subject: Subject) => operators.some((one) => isAccount(subject, accountName(one)));
  return binding.subjects.filter(
    (subject) =>
      isUsed(subject) ||
      subject.kind !== 'ServiceAccount' ||
      (binding.subjects.length > 1 && subject.name !== account.name),
  );
}

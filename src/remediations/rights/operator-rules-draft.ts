import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Grant } from '../../evidence/rights.ts';
import type { AccessAnswer, Evidence, OperatorView } from '../../evidence/types.ts';
import { named } from '../parts/operator.ts';
import { ownership, selfHeals } from '../parts/ownership.ts';
import { type Draft, rightsFor } from '../parts/planned.ts';
import { check, isRefused, type Reason, refuse } from '../parts/refuse.ts';
import { settleSeconds } from '../parts/settle.ts';
import type { DiffLine, RoleRule, Step } from '../types.ts';
import { afterwards, grantOf } from './after-rights.ts';
import { type Mendable, ROLE_RESOURCES, roleFor, rulesOf } from './operator-roles.ts';
import { grantsOf, releaseFor, rulesFor } from './operator-rules.ts';
import { accountOf } from './start-up-rights.ts';

/** Rules to be added to one role. */
interface Addition extends Mendable {
  readonly added: readonly RoleRule[];
}

/** Adds to the operator's role exactly the rights that it was refused and that its release is meant to have. */
export function rulesDraft(
  evidence: Evidence,
  operator: OperatorView,
  cause: CauseSlug,
  answers: readonly AccessAnswer[],
): Draft | Reason {
  const denied = answers.filter(({ allowed }) => !allowed);
  const account = accountOf(operator);
  if (denied.length === 0) return refuse('rights-in-order', { account });
  const { version } = operator.deployment.container;
  const release = releaseFor(version);
  if (!release) return refuse('operator-version-unknown', { version: version ?? operator.deployment.container.image });
  const missing = grantsOf(release, denied.map(grantOf));
  if (missing.length === 0) return refuse('beyond-the-table', { ...firstOf(denied), version: release.version });
  const additions = additionsTo(evidence, operator, denied, missing);
  if (isRefused(additions)) return additions;
  const after = afterwards(evidence, operator, cause, (right) => missing.some((one) => isSame(one, right)));
  if (isRefused(after)) return after;
  const roles = additions.map(({ object }) => named(object)).join(', ');
  return {
    steps: [...additions.map(addition), ...after.steps],
    diff: [...additions.flatMap(lines), ...after.diff],
    checks: [
      check('rights-are-refused', { count: missing.length, account }),
      check('rights-from-table', { version: version ?? '', release: release.version }),
      check('role-is-the-operators', { object: roles, account }),
      ...after.checks,
    ],
    effects: [check('operator-gets-rights', { count: missing.length, account }), ...after.effects],
    manages: after.manages,
    untouched: [check('other-rules'), check('workloads'), check('custom-resources'), check('secrets'), check('git')],
    undo: { kind: 'steps', steps: additions.map(removal) },
    ownership: additions.map(({ view, object }) =>
      ownership(evidence, named(object), view.kind, view.meta, ({ application }) => !selfHeals(application)),
    ),
    permanent: check('rbac-at-its-source'),
    settleSeconds: settleSeconds(
      evidence,
      additions.map(({ view }) => view),
    ),
    rights: [...additions.flatMap(({ object, view }) => rightsFor(object, ROLE_RESOURCES[view.kind])), ...after.rights],
  };
}

/** The roles that reach where the rights are missing, each with its rules. */
function additionsTo(
  evidence: Evidence,
  operator: OperatorView,
  denied: readonly AccessAnswer[],
  missing: readonly Grant[],
): readonly Addition[] | Reason {
  const wanted = new Map<string, { readonly role: Mendable; readonly grants: Grant[] }>();
  for (const answer of denied) {
    const grant = grantOf(answer);
    if (!missing.some((one) => isSame(one, grant))) continue;
    const role = roleFor(evidence, operator, answer.namespace);
    if (isRefused(role)) return role;
    const one = wanted.get(role.view.meta.uid) ?? { role, grants: [] };
    wanted.set(role.view.meta.uid, one);
    if (!one.grants.some((known) => isSame(known, grant))) one.grants.push(grant);
  }
  return [...wanted.values()].map(({ role, grants }) => ({ ...role, added: rulesFor(grants) }));
}

/** A merge patch writes the whole list: what stands there now, and the new rules after it. */
function addition({ object, contentHash, view, added }: Addition): Step {
  return { do: 'patch', object, contentHash, patch: { rules: [...rulesOf(view), ...added] } };
}

function removal({ object, view }: Addition): Step {
  return { do: 'patch', object, contentHash: '', patch: { rules: rulesOf(view) } };
}

function lines({ object, added }: Addition): readonly DiffLine[] {
  return added.map(({ apiGroups: [group = ''], resources, verbs }) => ({
    object: named(object),
    path: 'rules[+]',
    before: null,
    after: `${verbs.join(', ')} ${resources.join(', ')}${group === '' ? '' : ` (${group})`}`,
  }));
}

function firstOf(denied: readonly AccessAnswer[]) {
  const [first] = denied;
  return first ? { verb: first.verb, resource: grantOf(first).resource, group: first.group } : {};
}

function isSame(one: Grant, other: Grant): boolean {
  return one.verb === other.verb && one.group === other.group && one.resource === other.resource;
}

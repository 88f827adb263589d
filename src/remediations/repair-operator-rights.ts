import type { Evidence } from '../evidence/types.ts';
import { NUDGE_FIELD } from './nudge.ts';
import { responsibleOperator } from './parts/operator.ts';
import type { Definition } from './parts/planned.ts';
import { isRefused, refuse, unread } from './parts/refuse.ts';
import { patchesTarget } from './parts/target-object.ts';
import { RESTART_FIELD } from './restart-operator.ts';
import { grantOf } from './rights/after-rights.ts';
import { bindingDraft } from './rights/binding-draft.ts';
import { BINDING_RESOURCES, RBAC, ROLE_RESOURCES } from './rights/operator-roles.ts';
import { addableRules, grantsOf, releaseFor } from './rights/operator-rules.ts';
import { rulesDraft } from './rights/operator-rules-draft.ts';
import { accountOf } from './rights/start-up-rights.ts';

/**
 * Gives the operator the rights back that it is refused: those that the table of its release has, and that access reviews say are missing;
 * or the binding that names another account. High risk: a role decides what may be done in the whole cluster.
 */
export const repairOperatorRights: Definition = {
  id: 'repair-operator-rights',
  risk: 'high',
  writes: [
    ...Object.values(ROLE_RESOURCES).map((resource) => ({
      group: RBAC,
      resource,
      verb: 'patch' as const,
      fields: ['/rules'],
      limits: [{ limit: 'rules-within' as const, path: '/rules', rules: addableRules() }],
    })),
    ...Object.values(BINDING_RESOURCES).map((resource) => ({
      group: RBAC,
      resource,
      verb: 'patch' as const,
      fields: ['/subjects'],
      limits: [{ limit: 'service-accounts-elsewhere' as const, path: '/subjects' }],
    })),
    { group: 'apps', resource: 'deployments', verb: 'patch', fields: [RESTART_FIELD] },
    ...patchesTarget(NUDGE_FIELD),
  ],
  deadlineSeconds: 300,
  holds: hasItsRights,
  draft(evidence, _diagnosis, cause) {
    const operator = responsibleOperator(evidence);
    if (isRefused(operator)) return operator;
    const { rights } = operator;
    if (rights.state === 'unread') return unread(`the rights of ${accountOf(operator)}`, rights);
    if (rights.state === 'absent') return refuse('not-judged', { what: `the rights of ${accountOf(operator)}` });
    return cause === 'crb-wrong-subject'
      ? bindingDraft(evidence, operator)
      : rulesDraft(evidence, operator, cause, rights.value);
  },
};

/** Whether the operator may do now all that was asked about and that its release is meant to do. */
function hasItsRights(evidence: Evidence): boolean {
  const operator = responsibleOperator(evidence);
  if (isRefused(operator) || operator.rights.state !== 'read') return false;
  const release = releaseFor(operator.deployment.container.version);
  const denied = operator.rights.value.filter(({ allowed }) => !allowed).map(grantOf);
  return release !== undefined && grantsOf(release, denied).length === 0;
}

import { countByKind, deploymentRef, managedBy, named, responsibleOperator } from './parts/operator.ts';
import { ownership, selfHeals } from './parts/ownership.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { startUpChecks } from './parts/start-up-checks.ts';

/** The chart runs one operator; it has no leader election, so more than one is never right. */
const REPLICAS = 1;

/**
 * Gives the operator its one replica back. Medium risk: somebody may have scaled it down on purpose, and whatever was changed in the
 * meantime is carried out as soon as it starts.
 */
export const scaleOperatorUp: Definition = {
  id: 'scale-operator-up',
  risk: 'medium',
  writes: [{ group: 'apps', resource: 'deployments', verb: 'patch', fields: ['/spec/replicas'] }],
  deadlineSeconds: 300,
  draft(evidence) {
    const operator = responsibleOperator(evidence);
    if (isRefused(operator)) return operator;
    const { deployment } = operator;
    const { target } = evidence;
    const managed = managedBy(evidence, deployment);
    if (isRefused(managed)) return managed;
    if (deployment.meta.deleting !== undefined)
      return refuse('being-deleted', { object: `Deployment ${deployment.meta.name}` });
    if (deployment.paused === true) return refuse('deployment-paused', { name: deployment.meta.name });
    if (deployment.replicas > 0)
      return refuse('already-scaled-up', { name: deployment.meta.name, replicas: deployment.replicas });
    const passed = startUpChecks(evidence, operator, managed);
    if (isRefused(passed)) return passed;

    const object = deploymentRef(deployment);
    return {
      steps: [{ do: 'scale', object, contentHash: deployment.contentHash, from: deployment.replicas, to: REPLICAS }],
      diff: [
        { object: named(object), path: 'spec.replicas', before: String(deployment.replicas), after: String(REPLICAS) },
      ],
      checks: [check('scaled-to-zero', { name: deployment.meta.name }), ...passed],
      effects: [
        check('operator-starts', { seconds: 30 }),
        check('pending-changes-apply', { count: managed.length }),
        check('blind-until-ready', { kind: target.kind, name: target.name, minutes: 2 }),
      ],
      manages: countByKind(managed),
      untouched: [check('custom-resources'), check('secrets'), check('git')],
      undo: {
        kind: 'steps',
        steps: [{ do: 'scale', object, contentHash: '', from: REPLICAS, to: deployment.replicas }],
      },
      ownership: [
        // A row that is out of sync says that Git wants another number; one that is in sync, that Git itself wants none.
        ownership(
          evidence,
          named(object),
          'Deployment',
          deployment.meta,
          ({ application, row }) => row.status === 'OutOfSync' || !selfHeals(application),
        ),
      ],
      permanent: check('replicas-at-their-source'),
      rights: rightsFor(object, 'deployments'),
    };
  },
};

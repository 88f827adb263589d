import type { CauseSlug } from '../diagnosis/causes.ts';
import type { OperatorDeployment } from '../evidence/types.ts';
import type { PermanentCode } from './codes.ts';
import { countByKind, deploymentRef, managedBy, named, responsibleOperator } from './parts/operator.ts';
import { ownership, replaces } from './parts/ownership.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused } from './parts/refuse.ts';
import { rolloutSettled, startUpChecks } from './parts/start-up-checks.ts';
import type { DiffLine, Step } from './types.ts';

export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
export const RESTART_FIELD = '/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt';

/** The step that replaces the operator's pod, and its line in the diff. */
export function restarted(deployment: OperatorDeployment): { readonly step: Step; readonly line: DiffLine } {
  const object = deploymentRef(deployment);
  return {
    step: { do: 'restart', object, contentHash: deployment.contentHash },
    line: {
      object: named(object),
      path: `spec.template.metadata.annotations[${RESTARTED_AT}]`,
      before: deployment.templateAnnotations[RESTARTED_AT] ?? null,
      after: '<time of the restart>',
    },
  };
}

/** What keeps each cause from coming back. */
const PERMANENT: Partial<Record<CauseSlug, PermanentCode>> = {
  'crd-race-at-start': 'crds-before-operator',
  'skipcrds-then-crds': 'crds-with-operator',
  'rbac-gate-prometheuses': 'rbac-at-its-source',
  'rbac-gate-status-update': 'rbac-at-its-source',
  'crb-wrong-subject': 'rbac-at-its-source',
  'apiserver-lost-after-sync': 'keep-the-token',
  'worker-blocked': 'find-what-blocked',
};

/**
 * Replaces the operator's pod by a rolling restart. The operator checks once, at its start, which kinds are served and which rights it has;
 * what was late or missing then is seen by the next process only. It holds no state: the StatefulSets and pods that it made run on.
 */
export const restartOperator: Definition = {
  id: 'restart-operator',
  risk: 'low',
  writes: [
    {
      group: 'apps',
      resource: 'deployments',
      verb: 'patch',
      fields: [RESTART_FIELD],
    },
  ],
  // A rollout takes seconds to a minute, the first StatefulSet seconds; the status may lag by a minute.
  deadlineSeconds: 300,
  draft(evidence, _diagnosis, cause) {
    const operator = responsibleOperator(evidence);
    if (isRefused(operator)) return operator;
    const { target } = evidence;
    const { deployment } = operator;
    const managed = managedBy(evidence, deployment);
    if (isRefused(managed)) return managed;
    const settled = rolloutSettled(operator);
    if (isRefused(settled)) return settled;
    const passed = startUpChecks(evidence, operator, managed);
    if (isRefused(passed)) return passed;

    const object = deploymentRef(deployment);
    const { step, line } = restarted(deployment);
    return {
      steps: [step],
      diff: [line],
      checks: [...passed, settled],
      effects: [
        check('operator-is-replaced', { replicas: deployment.replicas, seconds: 30 }),
        check('everything-is-checked-again', { count: managed.length }),
        check('blind-until-ready', { kind: target.kind, name: target.name, minutes: 2 }),
      ],
      manages: countByKind(managed),
      untouched: [check('workloads'), check('custom-resources'), check('secrets'), check('git')],
      undo: { kind: 'none', because: check('restart-needs-none') },
      ownership: [
        ownership(
          evidence,
          named(object),
          'Deployment',
          deployment.meta,
          ({ application }) => !replaces(application, deployment.meta),
        ),
      ],
      permanent: check(PERMANENT[cause] ?? 'find-what-blocked'),
      rights: rightsFor(object, 'deployments'),
    };
  },
};

import { otherShards, shardsOfTarget } from '../evidence/shards.ts';
import { MONITORING, TARGETS } from '../evidence/targets.ts';
import type { ApplicationView, Evidence } from '../evidence/types.ts';
import { applicationRef, unfit as unfitToAsk } from './argocd/application.ts';
import { REFRESH_FIELD } from './argocd/refresh-annotation.ts';
import { isProtected } from './parts/object-ref.ts';
import { named } from './parts/operator.ts';
import { applicationOf, ownership, selfHeals } from './parts/ownership.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse, unread } from './parts/refuse.ts';
import { type TargetObject, targetObject } from './parts/target-object.ts';
import { workloadsOf } from './parts/workloads.ts';
import { conflictOf } from './remove-owned-conflict.ts';
import type { Check, DeclaredWrite, ObjectRef } from './types.ts';

const INSTEAD = 'remove-owned-conflict';

/**
 * The other way past an object that the operator made for this resource and can't use any more: the resource is deleted and made anew, and
 * the cluster's garbage collector takes away what it owned. For where promfix may not delete that object itself. Only as long as nothing
 * runs for the resource. It helps against no other cause: an operator that does not look at the resource won't look at the next one either.
 */
export const recreateResource: Definition = {
  id: 'recreate-resource',
  risk: 'high',
  writes: [
    ...Object.values(TARGETS).flatMap(({ plural: resource }) =>
      (['delete', 'create'] as const).map(
        (verb): DeclaredWrite => ({ group: MONITORING, resource, verb, fields: [''] }),
      ),
    ),
    { group: 'argoproj.io', resource: 'applications', verb: 'patch', fields: [REFRESH_FIELD] },
  ],
  deadlineSeconds: 300,
  draft(evidence, diagnosis, cause) {
    const target = targetObject(evidence);
    if (isRefused(target)) return target;
    const conflict = conflictOf(evidence, diagnosis, cause, target);
    if (isRefused(conflict)) return conflict;
    const obstacle = unfit(evidence, target);
    if (obstacle) return obstacle;
    const { object, view, resource } = target;
    const { kind, name } = evidence.target;
    const maker = makerOf(evidence, target);
    const without = workloadsOf(evidence.target, view);
    const [get, remove] = rightsFor(object, resource, 'delete');
    const { name: _name, ...anyName } = { ...remove, verb: 'create' };
    return {
      steps: [
        {
          do: 'recreate',
          object,
          contentHash: view.contentHash,
          propagation: 'Background',
          by: maker.by,
          ...(maker.refresh && { refresh: maker.refresh }),
          without,
        },
      ],
      diff: [
        {
          object: named(object),
          path: 'the whole object',
          before: `made ${view.meta.created}`,
          after: 'made anew with the same content',
        },
        { object: named(conflict.object), path: 'the whole object', before: `made ${conflict.created}`, after: null },
      ],
      checks: [
        check('nothing-runs-for-it', { name }),
        check('object-is-ours', { object: named(conflict.object), owner: named(object) }),
        ...maker.checks,
      ],
      effects: [
        check('deleted-and-made-again', { kind, name }),
        check('blind-until-ready', { kind, name, minutes: 2 }),
      ],
      manages: [{ kind, count: 1 }],
      untouched: [whatBecomesOfClaims(view), check('other-resources'), check('git')],
      undo: { kind: 'none', because: check('made-again-as-it-was', { name }) },
      ownership: [ownership(evidence, named(object), kind, view.meta, () => true)],
      permanent: check('who-changed-the-object', { object: named(conflict.object) }),
      rights: [
        ...(get ? [get] : []),
        ...(remove ? [remove, { group: '', resource, ...anyName }] : []),
        ...without.map(({ namespace = '', name: workload }) => ({
          verb: 'get',
          group: 'apps',
          resource: 'statefulsets',
          namespace,
          name: workload,
        })),
      ],
    };
  },
};

/** Why this resource may not be deleted, for whatever cause. */
function unfit(evidence: Evidence, { object, view }: TargetObject): Reason | undefined {
  const { statefulSet, target } = evidence;
  if (isProtected(target)) return refuse('protected-namespace');
  if (view.meta.finalizers.length > 0)
    return refuse('held-by-finalizer', { object: named(object), finalizers: view.meta.finalizers.join(', ') });
  if (view.spec['mode'] === 'DaemonSet') return refuse('not-judged', { what: 'a DaemonSet that it may own' });
  const isOwned = ({ owners }: { readonly owners: readonly { readonly uid: string }[] }) =>
    owners.some(({ uid }) => uid === object.uid);

  if (statefulSet.state === 'unread') return unread('the StatefulSet', statefulSet);
  if (statefulSet.state === 'read' && isOwned(statefulSet.value.meta))
    return refuse('owns-a-workload', { object: `StatefulSet ${statefulSet.value.meta.name}`, instead: INSTEAD });
  const shards = shardsOfTarget(evidence);
  if (shards?.state === 'unread') return unread('the StatefulSets of all shards', shards);
  const running = otherShards(evidence).find(({ state }) => state !== 'absent' && state !== 'foreign');
  if (running) return refuse('owns-a-workload', { object: `StatefulSet ${running.name}`, instead: INSTEAD });
  // Pods and claims are found through the StatefulSet; the worker looks through all of the namespace before it deletes.
  return undefined;
}

/** Without a StatefulSet no retention policy is at work: claims of an earlier one stay, and the next pod of that name takes them again. */
function whatBecomesOfClaims({ spec }: TargetObject['view']): Check {
  return check(isSet(spec['storage']) ? 'claims-stay' : 'no-claims');
}

function isSet(storage: unknown): boolean {
  return typeof storage === 'object' && storage !== null && 'volumeClaimTemplate' in storage;
}

interface Maker {
  readonly by: 'argocd' | 'promfix';
  readonly refresh?: ObjectRef;
  readonly checks: readonly Check[];
}

/** Argo CD makes it anew from Git only where it would do that by itself; otherwise promfix does it from what it read. */
function makerOf(evidence: Evidence, { view }: TargetObject): Maker {
  const owned = applicationOf(evidence, evidence.target.kind, view.meta);
  if (!owned) return { by: 'promfix', checks: [check('made-again-by-promfix')] };
  const { application } = owned;
  const { name } = application.meta;
  const why = unfitToAsk(evidence, application) ? 'argocd-heals-not' : idle(application);
  if (why) return { by: 'promfix', checks: [check(why, { application: name })] };
  return {
    by: 'argocd',
    refresh: applicationRef(application),
    checks: [check('made-again-by-argocd', { application: name })],
  };
}

/** Why Argo CD would not bring a deleted resource back by itself now. */
function idle(application: ApplicationView) {
  const { operation, sync, operationRequested, windows } = application;
  if (!selfHeals(application)) return 'argocd-heals-not';
  // A failed sync turns self-healing off for its revision.
  if (operation?.phase !== 'Succeeded' || operation.revision === undefined || operation.revision !== sync?.revision)
    return operation?.phase === 'Running' ? 'argocd-is-busy' : 'argocd-sync-not-done';
  if (operationRequested) return 'argocd-is-busy';
  // A window that blocks leaves no trace in the Application: any that is meant for it is too many.
  return windows?.length === 0 ? undefined : 'argocd-window-unclear';
}

import { MONITORING, TARGETS } from '../../evidence/targets.ts';
import type { Evidence, ResourceView } from '../../evidence/types.ts';
import type { DeclaredWrite, Limit, ObjectRef, Ownership } from '../types.ts';
import { named } from './operator.ts';
import { ownership, replaces, selfHeals } from './ownership.ts';
import { type Reason, refuse, unread } from './refuse.ts';

/** The custom resource under diagnosis, as it was read. */
export interface TargetObject {
  readonly object: ObjectRef;
  readonly view: ResourceView;
  /** Plural of its kind. */
  readonly resource: string;
}

/** The custom resource that a repair would change; a refusal when it was not read, is not there, or is being deleted. */
export function targetObject({ resource, target }: Pick<Evidence, 'resource' | 'target'>): TargetObject | Reason {
  if (resource.state === 'unread') return unread(`${target.kind} ${target.namespace}/${target.name}`, resource);
  if (resource.state === 'absent') return refuse('resource-absent', { kind: target.kind, name: target.name });
  const { meta, apiVersion, kind } = resource.value;
  if (meta.deleting !== undefined) return refuse('being-deleted', { object: `${kind} ${meta.name}` });
  return {
    object: { apiVersion, kind, namespace: target.namespace, name: target.name, uid: meta.uid },
    view: resource.value,
    resource: TARGETS[target.kind].plural,
  };
}

/** Fields of the custom resource that a repair may change, for each kind that it can be. */
export function patchesTarget(...fields: readonly string[]): readonly DeclaredWrite[] {
  return Object.values(TARGETS).map(({ plural }) => ({
    group: MONITORING,
    resource: plural,
    verb: 'patch',
    fields,
  }));
}

/** Of a delete: only what one of these kinds owns. */
export const OWNED = [{ limit: 'owned-by', group: MONITORING }] as const satisfies readonly Limit[];

/**
 * Whether a change of the custom resource lasts. `adds` what its manifest does not mention: only a sync that replaces the object takes that
 * away. `corrects` what stands in the manifest: that comes back with the next sync, by itself where Argo CD heals; a row that is out of sync
 * says that the manifest wants something else than what is there.
 */
export function targetOwnership(
  evidence: Evidence,
  { object, view }: TargetObject,
  change: 'adds' | 'corrects',
): Ownership & { readonly object: string } {
  return ownership(evidence, named(object), object.kind, view.meta, ({ application, row }) =>
    change === 'adds' ? !replaces(application, view.meta) : row.status === 'OutOfSync' || !selfHeals(application),
  );
}

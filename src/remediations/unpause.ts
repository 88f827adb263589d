import { MONITORING, TARGETS } from '../evidence/targets.ts';
import { valuePath } from './parts/chart-values.ts';
import { named } from './parts/operator.ts';
import { ownership, selfHeals } from './parts/ownership.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, refuse, unread } from './parts/refuse.ts';
import type { ObjectRef } from './types.ts';

/** Takes `spec.paused` off the custom resource. Medium risk: somebody set it, and what was held back is carried out at once. */
export const unpause: Definition = {
  id: 'unpause',
  risk: 'medium',
  writes: Object.values(TARGETS).map(({ plural }) => ({
    group: MONITORING,
    resource: plural,
    verb: 'patch' as const,
    fields: ['/spec/paused'],
  })),
  deadlineSeconds: 300,
  draft(evidence) {
    const { resource, target } = evidence;
    if (resource.state === 'unread') return unread(`${target.kind} ${target.namespace}/${target.name}`, resource);
    if (resource.state === 'absent') return refuse('not-paused', { name: target.name });
    const { meta, spec, apiVersion, kind, contentHash } = resource.value;
    if (meta.deleting !== undefined) return refuse('being-deleted', { object: `${kind} ${meta.name}` });
    if (spec['paused'] !== true) return refuse('not-paused', { name: target.name });

    const object: ObjectRef = { apiVersion, kind, namespace: target.namespace, name: target.name, uid: meta.uid };
    return {
      steps: [{ do: 'patch', object, contentHash, patch: { spec: { paused: false } } }],
      diff: [{ object: named(object), path: 'spec.paused', before: 'true', after: 'false' }],
      checks: [check('is-paused', { name: target.name })],
      effects: [
        check('pending-changes-apply', { count: 1 }),
        check('blind-until-ready', { kind: target.kind, name: target.name, minutes: 2 }),
      ],
      manages: [{ kind: target.kind, count: 1 }],
      untouched: [check('secrets'), check('git')],
      undo: { kind: 'steps', steps: [{ do: 'patch', object, contentHash: '', patch: { spec: { paused: true } } }] },
      ownership: [
        ownership(
          evidence,
          named(object),
          kind,
          meta,
          ({ application, row }) => row.status === 'OutOfSync' || !selfHeals(application),
        ),
      ],
      permanent: check('paused-at-its-source', valuePath(target.kind, ['spec', 'paused'])),
      rights: rightsFor(object, TARGETS[target.kind].plural),
    };
  },
};

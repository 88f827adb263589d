import valid from 'semver/functions/valid.js';
import { valuePath } from './parts/chart-values.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { patchesTarget, targetObject, targetOwnership } from './parts/target-object.ts';

/** The tag of an image reference, without its digest; undefined where it has none. */
function tagOf(image: string): string | undefined {
  const [reference = ''] = image.split('@');
  return /:([^:/]+)$/.exec(reference)?.[1];
}

/**
 * The version that is meant, where the resource itself says it: the tag of the image that runs, or the version without the digest after it.
 * Undefined when neither is a version: then only a person knows.
 */
function meantVersion(version: string, image: string | undefined): string | undefined {
  const tag = image === undefined ? undefined : tagOf(image);
  const [bare = ''] = version.split('@');
  return [tag, bare].find((one) => one !== undefined && valid(one) !== null);
}

/** Sets `spec.version` to a version that the operator can read, taken from what the resource says already. Nothing is guessed. */
export const setVersion: Definition = {
  id: 'set-version',
  risk: 'medium',
  writes: patchesTarget('/spec/version'),
  deadlineSeconds: 300,
  draft(evidence) {
    const target = targetObject(evidence);
    if (isRefused(target)) return target;
    const { object, view, resource } = target;
    const before = typeof view.spec['version'] === 'string' ? view.spec['version'] : '';
    const image = typeof view.spec['image'] === 'string' ? view.spec['image'] : undefined;
    if (valid(before) !== null) return refuse('version-is-readable', { version: before });
    const after = meantVersion(before, image);
    if (after === undefined)
      return refuse('version-unknown', { version: before, ...(image !== undefined && { image }) });

    const { kind, name } = evidence.target;
    const patchTo = (version: string | null) => ({ spec: { version } });
    return {
      steps: [{ do: 'patch', object, contentHash: view.contentHash, patch: patchTo(after) }],
      diff: [{ object: named(object), path: 'spec.version', before: before || null, after }],
      checks: [
        image !== undefined && tagOf(image) === after
          ? check('version-from-image', { version: after, image })
          : check('version-without-digest', { version: after, before }),
      ],
      effects: [
        ...(image === undefined && before.includes('@') ? [check('digest-no-longer-pinned')] : []),
        check('pending-changes-apply', { count: 1 }),
        check('blind-until-ready', { kind, name, minutes: 2 }),
      ],
      manages: [{ kind, count: 1 }],
      untouched: [check('secrets'), check('git')],
      undo: {
        kind: 'steps',
        steps: [{ do: 'patch', object, contentHash: '', patch: patchTo(before || null) }],
      },
      ownership: [targetOwnership(evidence, target, 'corrects')],
      permanent: check('version-at-its-source', { version: after, ...valuePath(kind, ['spec', 'version']) }),
      rights: rightsFor(object, resource),
    };
  },
};

import type { Resource } from '../../kubernetes/paths.ts';
import { versionHash } from '../content-hash.ts';
import { projectMeta } from '../meta.ts';
import { getObject, made, project, type Reading } from '../reading.ts';
import { ownedNames } from '../targets.ts';
import type { Meta, OwnedObject, Read, Target } from '../types.ts';

const RESOURCES = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Service: 'services',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const satisfies Record<OwnedObject['kind'], Resource>;

/**
 * What the operator has made for the target so far: one metadata read by name each. The StatefulSet is read in full elsewhere; its metadata
 * is taken from there. Always `read` as a whole: what could not be read is said object by object.
 */
export async function readOwned(
  reading: Reading,
  target: Target,
  statefulSet: Promise<Read<Meta>>,
): Promise<Read<readonly OwnedObject[]>> {
  const owned = await Promise.all(
    ownedNames(target.kind, target.name).map(async (wanted): Promise<OwnedObject> => {
      if (wanted.kind === 'StatefulSet') return { ...wanted, object: await statefulSet };
      const place = { namespace: target.namespace, name: wanted.name };
      const read = await getObject(reading, RESOURCES[wanted.kind], place, { metadataOnly: true });
      const hashed = (wanted.kind === 'Secret' || wanted.kind === 'ConfigMap') && read.state === 'read';
      return {
        ...wanted,
        ...(hashed && { hash: versionHash(read.value) }),
        object: project(read, (body) =>
          projectMeta(body, reading.redactor, { allLabels: wanted.kind === 'ConfigMap' }),
        ),
      };
    }),
  );
  return made(reading, owned);
}

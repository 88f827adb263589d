import type { Resource } from '../../kubernetes/paths.ts';
import { versionHash } from '../content-hash.ts';
import { type Json, string } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, made, project, type Reading, rightTo } from '../reading.ts';
import { ownedNames, statefulSetName } from '../targets.ts';
import type { Meta, OwnedObject, Read, Target } from '../types.ts';
import type { Listed } from './services.ts';

const RESOURCES = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Service: 'services',
} as const satisfies Partial<Record<OwnedObject['kind'], Resource>>;

/** What comes last of it, which is read elsewhere. */
interface Workload {
  readonly kind: Promise<'StatefulSet' | 'DaemonSet'> | 'StatefulSet';
  readonly meta: Promise<Read<Meta>>;
  readonly shard: Promise<number>;
}

/**
 * What the operator has made for the target so far: one metadata read by name each, as far as it is not read elsewhere: the StatefulSet,
 * and the Service where all of the namespace are listed. Always `read` as a whole: what could not be read is said object by object.
 */
export async function readOwned(
  reading: Reading,
  target: Target,
  workload: Workload,
  listed: Promise<Listed | undefined>,
): Promise<Read<readonly OwnedObject[]>> {
  const names = ownedNames(target.kind, target.name, await workload.kind);
  const secrets = secretReader(reading, target, names);
  const owned = await Promise.all(
    names.map(async (wanted): Promise<OwnedObject> => {
      if (wanted.kind === 'StatefulSet' || wanted.kind === 'DaemonSet') {
        const name = statefulSetName(target.kind, target.name, await workload.shard);
        return { ...wanted, name, object: await workload.meta };
      }
      const place = { namespace: target.namespace, name: wanted.name };
      const known = wanted.kind === 'Service' ? among(await listed, wanted.name) : undefined;
      if (known !== undefined)
        return { ...wanted, object: project(known, (body) => projectMeta(body, reading.redactor)) };
      const read =
        wanted.kind === 'Secret'
          ? await secrets(wanted.name)
          : await getObject(reading, RESOURCES[wanted.kind], place, { metadataOnly: true });
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

/**
 * The right to read them is granted for all, or, as a rule, for none: the others are asked for when the first was not refused.
 */
function secretReader(
  reading: Reading,
  { namespace }: Target,
  names: readonly Omit<OwnedObject, 'object'>[],
): (name: string) => Promise<Read<Json>> {
  const read = (name: string): Promise<Read<Json>> =>
    getObject(reading, 'secrets', { namespace, name }, { metadataOnly: true });
  const first = names.find(({ kind }) => kind === 'Secret')?.name;
  const answer = first === undefined ? undefined : read(first);
  return async (name) => {
    const known = await answer;
    if (known === undefined || name === first) return known ?? read(name);
    const refused = known.state === 'unread' && known.because === 'forbidden';
    return refused ? { ...known, needs: rightTo('get', 'secrets', { namespace, name }) } : read(name);
  };
}

/** What a list of the namespace's Services says; a list that was cut or refused says nothing about one that is not in it. */
function among(listed: Listed | undefined, name: string): Read<Json> | undefined {
  if (listed?.state !== 'read') return undefined;
  const { items, rest } = listed.value;
  const item = items.find((candidate) => string(candidate, 'metadata', 'name') === name);
  const { at } = listed;
  if (item !== undefined) return { state: 'read', value: item, at };
  return rest ? undefined : { state: 'absent', how: 'no-such-object', at };
}

import { isObject, type Json, same } from './json.ts';
import { badRequest, failure } from './status.ts';

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Lists of these fields are merged by that key in a strategic merge patch. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  env: 'name',
  conditions: 'type',
  ownerReferences: 'uid',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
};

/** kubectl's own patch for built-in kinds, without its directives for order and retained keys. */
export function strategicPatch(target: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(patch)) {
    const key = MERGE_KEYS[field];
    if (key === undefined || !Array.isArray(target)) return patch;
    const merged: unknown[] = [...target];
    for (const part of patch) {
      if (!isObject(part)) continue;
      const index = merged.findIndex((one) => isObject(one) && one[key] === part[key]);
      if (part['$patch'] === 'delete') merged.splice(index, index < 0 ? 0 : 1);
      else if (index < 0) merged.push(part);
      else merged[index] = strategicPatch(merged[index], part);
    }
    return merged;
  }
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else result[key] = strategicPatch(result[key], value, key);
  }
  return result;
}

/** JSON patch (RFC 6902): add, replace, remove, test, copy, move. */
export function jsonPatch(target: Json, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return patch.reduce<unknown>((document, operation) => apply(document, isObject(operation) ? operation : {}), target);
}

/** The API server tells no more than this about a patch that does not fit. */
const rejected = () => failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

function apply(document: unknown, { op, path, value, from }: Json): unknown {
  const to = pointer(path);
  switch (op) {
    case 'add':
      return edit(document, to, () => value, 'add');
    case 'replace':
      find(document, to);
      return edit(document, to, () => value, 'replace');
    case 'remove':
      find(document, to);
      return edit(document, to, () => undefined, 'remove');
    case 'copy':
      return edit(document, to, () => find(document, pointer(from)), 'add');
    case 'move': {
      const moved = find(document, pointer(from));
      return edit(
        edit(document, pointer(from), () => undefined, 'remove'),
        to,
        () => moved,
        'add',
      );
    }
    case 'test':
      if (!same(find(document, to), value)) throw rejected();
      return document;
    default:
      throw rejected();
  }
}

function pointer(path: unknown): readonly string[] {
  if (typeof path !== 'string' || !path.startsWith('/')) throw rejected();
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(document: unknown, path: readonly string[]): unknown {
  let here = document;
  for (const part of path) {
    const next = Array.isArray(here) ? here[Number(part)] : isObject(here) ? here[part] : undefined;
    if (next === undefined) throw rejected();
    here = next;
  }
  return here;
}

function edit(
  document: unknown,
  path: readonly string[],
  make: () => unknown,
  how: 'add' | 'replace' | 'remove',
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return make();
  if (Array.isArray(document)) {
    const copy: unknown[] = [...document];
    const index = key === '-' ? copy.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > copy.length) throw rejected();
    if (rest.length > 0) copy[index] = edit(copy[index], rest, make, how);
    else if (how === 'add') copy.splice(index, 0, make());
    else if (how === 'remove') copy.splice(index, 1);
    else copy[index] = make();
    return copy;
  }
  if (!isObject(document)) throw rejected();
  const copy: Record<string, unknown> = { ...document };
  if (rest.length > 0) copy[key] = edit(copy[key], rest, make, how);
  else if (how === 'remove') delete copy[key];
  else copy[key] = make();
  return copy;
}

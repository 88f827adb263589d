import { at, isObject, type Json, object, objects, same, without } from './json.ts';

interface Writer {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly apiVersion: string;
  readonly subresource?: string;
  /** ISO. */
  readonly time: string;
}

/** Never owned by anybody. */
const SYSTEM = new Set([
  'apiVersion',
  'kind',
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'name',
  'namespace',
  'selfLink',
]);

/**
 * `metadata.managedFields` after a write: the writer owns what it changed, nobody else owns that any more. Lists count as one field, which
 * is coarser than the real server where lists have keys.
 */
export function managedFields(before: Json | undefined, after: Json, writer: Writer): readonly Json[] {
  const changed = changedFields(before, after);
  const known = objects(object(before, 'metadata')['managedFields']);
  if (Object.keys(changed).length === 0) return known;
  const isOwn = (entry: Json): boolean =>
    entry['manager'] === writer.manager &&
    entry['operation'] === writer.operation &&
    entry['apiVersion'] === writer.apiVersion &&
    entry['subresource'] === writer.subresource;
  const own = known.find(isOwn);
  const others = known.flatMap((entry) => {
    if (isOwn(entry)) return [];
    const fieldsV1 = minus(object(entry, 'fieldsV1'), changed);
    return Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }];
  });
  const fieldsV1 = present(plus(object(own, 'fieldsV1'), changed), after);
  if (Object.keys(fieldsV1).length === 0) return others;
  const entry = without({
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: writer.apiVersion,
    time: writer.time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    subresource: writer.subresource,
  });
  return [...others, entry];
}

/** Fields that differ, as a FieldsV1 tree; what is gone is in it as well. */
function changedFields(before: unknown, after: unknown): Json {
  const tree: Record<string, unknown> = {};
  const left: Json = isObject(before) ? before : {};
  const right: Json = isObject(after) ? after : {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (SYSTEM.has(key) || same(left[key], right[key])) continue;
    const inside = isObject(right[key]) || isObject(left[key]) ? changedFields(left[key], right[key]) : {};
    tree[`f:${key}`] = inside;
  }
  return tree;
}

function plus(a: Json, b: Json): Json {
  const sum: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) sum[key] = plus(object(sum[key]), object(value));
  return sum;
}

function minus(a: Json, b: Json): Json {
  return Object.fromEntries(
    Object.entries(a).flatMap(([key, value]): [string, unknown][] => {
      const taken = b[key];
      if (!isObject(taken)) return [[key, value]];
      if (Object.keys(taken).length === 0) return [];
      const left = minus(object(value), taken);
      return Object.keys(left).length === 0 ? [] : [[key, left]];
    }),
  );
}

/** Without what the object does not have any more. */
function present(tree: Json, item: unknown): Json {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]): [string, unknown][] => {
      if (!key.startsWith('f:')) return [[key, value]];
      const child = at(item, key.slice(2));
      if (child === undefined) return [];
      if (!isObject(child) || Object.keys(object(value)).length === 0) return [[key, value]];
      const left = present(object(value), child);
      return Object.keys(left).length === 0 ? [] : [[key, left]];
    }),
  );
}

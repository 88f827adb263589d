import { type Json, object, string } from '../evidence/json.ts';

export type { Json } from '../evidence/json.ts';
export { at, isObject, number, object, objects, string, strings } from '../evidence/json.ts';

/** `namespace/name`, or `/name` of a cluster-scoped object. */
export function keyOf(item: Json): string {
  return `${namespaceOf(item) ?? ''}/${nameOf(item)}`;
}

export function nameOf(item: Json): string {
  return string(item, 'metadata', 'name') ?? '';
}

export function namespaceOf(item: Json): string | undefined {
  return string(item, 'metadata', 'namespace');
}

export function uidOf(item: Json): string {
  return string(item, 'metadata', 'uid') ?? '';
}

/** The object with fields of its metadata replaced; `undefined` takes a field off. */
export function withMetadata(item: Json, fields: Json): Json {
  return { ...item, metadata: without({ ...object(item, 'metadata'), ...fields }) };
}

/** Of an object what its metadata say, as clients can ask for it. */
export function partial(item: Json): Json {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item['metadata'] };
}

/** Without the fields that are undefined. */
export function without(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  if (left.length !== Object.keys(b).length) return false;
  // Both are objects or both arrays: the keys of one are looked up in the other.
  return left.every(([key, value]) => key in b && same(value, (b as Json)[key]));
}

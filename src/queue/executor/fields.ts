import { at, object } from '../../evidence/json.ts';
import { keysOf, segmentOf } from '../../parse/json-pointer.ts';

/** What stands at a JSON pointer; undefined where there is nothing. */
export function atPointer(value: unknown, pointer: string): unknown {
  return at(value, ...keysOf(pointer));
}

/**
 * JSON pointer of the first value of a merge patch that is not what was stored: the API server dropped it, because the field is unknown or
 * is written by a subresource only, or somebody put another one there. A null is stored as nothing.
 */
export function unstored(patch: unknown, stored: unknown): string | undefined {
  const isStored = (pointer: string): boolean =>
    differences(atPointer(patch, pointer) ?? undefined, atPointer(stored, pointer)).length === 0;
  return patchedFields(patch).find((pointer) => !isStored(pointer));
}

/** JSON pointers of everything a merge patch sets or removes. */
export function patchedFields(patch: unknown): readonly string[] {
  return leaves(patch).map(({ pointer }) => pointer);
}

/** One value that a merge patch sets; null removes. */
interface Leaf {
  readonly pointer: string;
  readonly value: unknown;
}

export function leaves(patch: unknown, under = ''): readonly Leaf[] {
  const entries = Object.entries(object(patch));
  // An empty object would still replace a scalar; so would a list, which a merge patch writes whole.
  if (entries.length === 0 || Array.isArray(patch)) return [{ pointer: under, value: patch }];
  return entries.flatMap(([key, value]) => leaves(value, `${under}/${segmentOf(key)}`));
}

/**
 * JSON pointers of the single values in which two objects differ; lists are compared place by place. A field that is absent equals one that
 * is an empty object or list: the API server drops the latter.
 */
export function differences(before: unknown, after: unknown, under = ''): readonly string[] {
  const [one, other] = [before ?? emptyLike(after), after ?? emptyLike(before)];
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other))
    return Object.is(one, other) ? [] : [under];
  const [from, to] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) =>
    differences(from.get(key), to.get(key), `${under}/${segmentOf(key)}`),
  );
}

function emptyLike(value: unknown): unknown {
  if (!isContainer(value)) return undefined;
  return Array.isArray(value) ? [] : {};
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a JSON pointer lies at or under a declared one; `*` in it stands for one segment. */
export function isWithin(pointer: string, declared: string): boolean {
  const here = pointer.split('/');
  const wanted = declared.split('/');
  return wanted.length <= here.length && wanted.every((part, index) => part === '*' || part === here[index]);
}

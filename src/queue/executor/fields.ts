/** Reading raw JSON of the API server without trusting its shape. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  // An object that is not an array has string keys; its values stay unknown.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => record(here)[key], value);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** A JSON pointer's segment (RFC 6901). */
export function segment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The keys that a JSON pointer leads through. */
export function keysOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

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
export interface Leaf {
  readonly pointer: string;
  readonly value: unknown;
}

export function leaves(patch: unknown, under = ''): readonly Leaf[] {
  const entries = Object.entries(record(patch));
  // An empty object would still replace a scalar; so would a list, which a merge patch writes whole.
  if (entries.length === 0 || Array.isArray(patch)) return [{ pointer: under, value: patch }];
  return entries.flatMap(([key, value]) => leaves(value, `${under}/${segment(key)}`));
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
    differences(from.get(key), to.get(key), `${under}/${segment(key)}`),
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

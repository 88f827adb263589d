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
function segment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** JSON pointers of everything a merge patch sets or removes. */
export function patchedFields(patch: unknown, under = ''): readonly string[] {
  const entries = Object.entries(record(patch));
  // An empty object would still replace a scalar; so would a list, which a merge patch writes whole.
  if (entries.length === 0 || Array.isArray(patch)) return [under];
  return entries.flatMap(([key, value]) => patchedFields(value, `${under}/${segment(key)}`));
}

/** JSON pointers of the places where two values differ; lists are compared by their places. */
export function differences(before: unknown, after: unknown, under = ''): readonly string[] {
  if (Object.is(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after))
    return same(before, after) ? [] : [under];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differences(
      Object.entries(before).find(([name]) => name === key)?.[1],
      Object.entries(after).find(([name]) => name === key)?.[1],
      `${under}/${segment(key)}`,
    ),
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A field that is absent equals one that is empty: the API server drops the latter. */
function same(before: unknown, after: unknown): boolean {
  const empty = (value: unknown) => value === undefined || (isContainer(value) && Object.keys(value).length === 0);
  return empty(before) && empty(after);
}

/** Whether a JSON pointer lies at or under a declared one; `*` in it stands for one segment. */
export function isWithin(pointer: string, declared: string): boolean {
  const here = pointer.split('/');
  const wanted = declared.split('/');
  return wanted.length <= here.length && wanted.every((part, index) => part === '*' || part === here[index]);
}

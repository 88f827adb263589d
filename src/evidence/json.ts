/**
 * Total access to JSON of unknown shape: a field of the wrong type counts as missing, lists are capped. API objects can hold nulls where
 * lists are usual, and ten thousand conditions; nothing here throws.
 */

export type Json = Readonly<Record<string, unknown>>;

const EMPTY: Json = {};
/** Items that are kept of any list, unless a caller says otherwise. */
const LIST_CAP = 500;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a path of keys, or an empty one. */
export function object(value: unknown, ...path: readonly string[]): Json {
  const found = at(value, ...path);
  return isObject(found) ? found : EMPTY;
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here)) return undefined;
    here = here[key];
  }
  return here;
}

export function string(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function number(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function boolean(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = at(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

/** The objects of a list; anything else in it is skipped. */
export function objects(value: unknown, cap: number = LIST_CAP): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject).slice(0, cap) : [];
}

export function strings(value: unknown, cap: number = LIST_CAP): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, cap) : [];
}

/** A map of strings; numbers and booleans are printed, anything else is dropped. */
export function stringMap(value: unknown, cap: number = LIST_CAP): Record<string, string> {
  const pairs: [string, string][] = [];
  for (const [key, item] of Object.entries(object(value))) {
    if (typeof item === 'string') pairs.push([key, item]);
    else if (typeof item === 'number' || typeof item === 'boolean') pairs.push([key, String(item)]);
    if (pairs.length >= cap) break;
  }
  return Object.fromEntries(pairs);
}

type Loose<T> = { readonly [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

/** Leaves out the keys whose value is undefined, so that optional fields are absent and never undefined. */
export function defined<T extends object>(value: Loose<T>): T {
  // Only optional keys may be undefined in Loose<T>, and exactly those are dropped: what is left is a T.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted by a text key: the same evidence in the same order, whatever order the API server gave. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ item }) => item);
}

export type Json = Readonly<Record<string, unknown>>;

/** An object with one thing changed in it. */
interface Mutation {
  /** JSON pointer of what was changed. */
  readonly path: string;
  readonly what: 'other' | 'gone' | 'new';
  readonly object: Json;
}

/** Fields that name the object, or that the API server keeps itself. */
const NOT_MINE =
  /^\/(apiVersion|kind|status|metadata\/(name|namespace|uid|resourceVersion|generation|creationTimestamp|managedFields|selfLink))(\/|$)/;

/** Each value of an object changed, each left out, and a new field in each place that can have one; one at a time. */
export function mutations(object: Json): readonly Mutation[] {
  return [...places(object, '', [])]
    .filter(({ path }) => !NOT_MINE.test(path))
    .map(({ path, keys, what, value }) => ({ path, what, object: changed(object, keys, what, value) }));
}

interface Spot {
  readonly path: string;
  readonly keys: readonly string[];
  readonly what: Mutation['what'];
  readonly value?: unknown;
}

function* places(value: unknown, path: string, keys: readonly string[]): Generator<Spot> {
  if (typeof value !== 'object' || value === null) {
    yield { path, keys, what: 'other', value: other(value) };
    yield { path, keys, what: 'gone' };
    return;
  }
  if (path !== '') yield { path, keys, what: 'gone' };
  if (!Array.isArray(value))
    yield { path: `${path}/promfix-test`, keys: [...keys, 'promfix-test'], what: 'new', value: 'x' };
  for (const [key, below] of Object.entries(value))
    yield* places(below, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, [...keys, key]);
}

function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return `${String(value)}x`;
}

function changed(object: Json, keys: readonly string[], what: Mutation['what'], value: unknown): Json {
  const copy = structuredClone(object);
  const last = keys.at(-1) ?? '';
  // The keys lead to a container: they were found by walking this very object.
  const parent = keys.slice(0, -1).reduce<unknown>((here, key) => (here as Record<string, unknown>)[key], copy);
  if (Array.isArray(parent) && what === 'gone') parent.splice(Number(last), 1);
  else if (what === 'gone') delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
  return copy;
}

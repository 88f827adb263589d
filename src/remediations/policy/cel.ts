import { keysOf, segmentOf } from '../../parse/json-pointer.ts';
import { type FieldTree, fieldTree } from './field-tree.ts';

/** The same place in the object as it would be stored and as it is, as CEL expressions. */
interface Place {
  readonly now: string;
  readonly was: string;
  /** Whether both are optional values, which are empty where the field is absent. */
  readonly optional: boolean;
}

const ROOT: Place = { now: 'dyn(object)', was: 'dyn(oldObject)', optional: false };
/** Lists with `*` in a path are compared place by place, up to that many; a longer one is refused. */
const LONGEST = 32;
const INDEXES = JSON.stringify(Array.from({ length: LONGEST }, (_, index) => index));

/** What has to hold at one place of an object for it to differ in declared fields only. */
interface SameBeside {
  /** JSON pointer of the place; `*` for each element of a list. */
  readonly path: string;
  /** The fields at this place that may differ, or in which something may. */
  readonly except: readonly string[];
  readonly condition: string;
}

/** CEL conditions: together they say that an object differs from the one before in these fields (JSON pointers) only. */
export function onlyChanged(fields: readonly string[]): readonly SameBeside[] {
  return sameBeside(fieldTree(fields), ROOT, '');
}

/** A CEL condition: this field is what it was, or absent as it was. */
export function unchanged(pointer: string): string {
  const { now, was } = place(pointer);
  return `${now} == ${was}`;
}

/** A place by a JSON pointer without `*`; both sides are optional values. */
export function place(pointer: string): Place {
  const keys = keysOf(pointer);
  return keys.reduce(child, ROOT);
}

/** CEL's string literals are those of JSON. */
export function literal(value: string | readonly string[]): string {
  return JSON.stringify(value);
}

export function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' && ');
}

function child({ now, was }: Place, key: string): Place {
  return { now: `${now}[?${literal(key)}]`, was: `${was}[?${literal(key)}]`, optional: true };
}

function sameBeside(tree: FieldTree, here: Place, path: string): readonly SameBeside[] {
  if (tree === 'free') return [];
  const each = tree.get('*');
  if (each !== undefined) return [eachSame(each, here, path)];
  const { now, was } = orElse(here, '{}');
  const except = [...tree.keys()].sort();
  const names = literal(except);
  return [
    {
      path,
      except,
      condition: all([
        `${now}.all(k, k in ${names} || (k in ${was} && ${now}[k] == ${was}[k]))`,
        `${was}.all(k, k in ${names} || k in ${now})`,
      ]),
    },
    ...[...tree].flatMap(([name, below]) => sameBeside(below, child(here, name), `${path}/${segmentOf(name)}`)),
  ];
}

/** Each element beside the same one before; of a list within a list the index has another name. */
function eachSame(tree: FieldTree, here: Place, path: string): SameBeside {
  const { now, was } = orElse(here, '[]');
  const index = `i${path.split('*').length}`;
  const element: Place = { now: `${now}[${index}]`, was: `${was}[${index}]`, optional: false };
  const below = sameBeside(tree, element, `${path}/*`);
  return {
    path: `${path}/*`,
    except: below[0]?.except ?? [],
    condition: all([
      `size(${now}) == size(${was})`,
      `size(${now}) <= ${LONGEST}`,
      `${INDEXES}.all(${index}, ${index} >= size(${now}) || (${all(below.map(({ condition }) => condition))}))`,
    ]),
  };
}

/** Where the field is absent, there is nothing in it. Where it has another type the expression fails, and with it the request. */
function orElse({ now, was, optional }: Place, nothing: '{}' | '[]'): Pick<Place, 'now' | 'was'> {
  return optional ? { now: `${now}.orValue(${nothing})`, was: `${was}.orValue(${nothing})` } : { now, was };
}

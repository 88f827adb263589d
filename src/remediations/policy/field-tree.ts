import { keysOf } from '../../parse/json-pointer.ts';

/** Declared fields as a tree: the leaves may change, everything beside them may not. */
export type FieldTree = 'free' | ReadonlyMap<string, FieldTree>;

/**
 * @param fields JSON pointers; `*` stands for one segment
 * @returns the tree of all of them; a pointer covers those below it, and `*` at the end its neighbours. Throws when `*` with something below
 *   it stands beside a name: which of them holds would depend on the name.
 */
export function fieldTree(fields: readonly string[]): FieldTree {
  return grow(fields.map(keysOf));
}

function grow(paths: readonly (readonly string[])[]): FieldTree {
  if (paths.some((path) => path.length === 0)) return 'free';
  const below = new Map<string, (readonly string[])[]>();
  for (const [key = '', ...rest] of paths) below.set(key, [...(below.get(key) ?? []), rest]);
  const tree = new Map([...below].map(([key, rests]) => [key, grow(rests)] as const));
  const any = tree.get('*');
  if (any === 'free') return 'free';
  if (any !== undefined && tree.size > 1) throw new Error(`a * beside ${[...tree.keys()].join(', ')}`);
  return tree;
}

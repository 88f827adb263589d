/** So many of a list are kept at least; a workspace that lives long forgets what is older. */
const KEPT = 2000;

/** Adds to a list that nobody reads to its beginning. Returns what is forgotten for it. */
export function pushNewest<T>(list: T[], item: T): readonly T[] {
  list.push(item);
  return list.length > 2 * KEPT ? list.splice(0, list.length - KEPT) : [];
}

/** Order within these lists is what was said and how: a log, a command line. */
const ORDERED = new Set(['lines', 'args', 'pasted']);

/** The same value with every list in another order, chosen by the seed. Lists whose order is their content stay. */
export function shuffled<T>(value: T, seed: number): T {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  const walk = (one: unknown, key: string): unknown => {
    if (Array.isArray(one)) {
      const items: unknown[] = one.map((item) => walk(item, key));
      if (ORDERED.has(key)) return items;
      for (let index = items.length - 1; index > 0; index--) {
        const other = random(index + 1);
        [items[index], items[other]] = [items[other], items[index]];
      }
      return items;
    }
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, inner]) => [name, walk(inner, name === 'value' ? key : name)]),
    );
  };
  // Only the order of lists changes, so the type stays.
  return walk(value, '') as T;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const one of Object.values(value)) deepFreeze(one);
  }
  return value;
}

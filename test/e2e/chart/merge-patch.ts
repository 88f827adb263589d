import type { Json } from '../policy/mutations.ts';

/** The JSON merge patch (RFC 7386) that makes one object of the other. */
export function mergePatch(from: Json, to: Json): Json {
  const gone = Object.keys(from).filter((key) => to[key] === undefined);
  const changed = Object.entries(to).flatMap(([key, value]) => {
    const before = from[key];
    if (isMap(before) && isMap(value)) {
      const patch = mergePatch(before, value);
      return Object.keys(patch).length === 0 ? [] : [[key, patch] as const];
    }
    return JSON.stringify(before) === JSON.stringify(value) ? [] : [[key, value] as const];
  });
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(changed) };
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Values } from '../diagnosis/types.ts';

/** A value as it stands in a sentence; nothing where it is not given. */
export function valueText(values: Values, key: string): string {
  return String(values[key] ?? '');
}

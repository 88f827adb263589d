import type { Capture, Evidence } from './types.ts';

export const CAPTURE_SCHEMA = 'promfix.capture/v1';

/** The capture as text: keys sorted, so that the same evidence is the same file. */
export function formatCapture(evidence: Evidence, promfix: string): string {
  const capture: Capture = { schema: CAPTURE_SCHEMA, promfix, evidence };
  return `${JSON.stringify(sortKeys(capture), null, 1)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, item]) => [key, sortKeys(item)]));
}

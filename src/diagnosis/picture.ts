import type { RootCause, Values } from './types.ts';

/** What a root cause looked like: enough to tell whether something else was found since. */
export type Picture = Pick<RootCause, 'cause' | 'code' | 'values'>;

/** Words of somebody else, which differ from one attempt to the next, and names that are made anew with every pod. */
const PASSING: readonly string[] = ['message', 'detail', 'error', 'trouble', 'why', 'pod', 'pods', 'step'];
const TIME = /^\d{4}-\d{2}-\d{2}T/;

/**
 * Whether two root causes say the same, whenever it was: the same cause, found in the same way, with the same names. Counts and times don't
 * matter: an operator that was restarted starts at another time, and may be as blind as before.
 */
export function isSamePicture(a: Picture, b: Picture): boolean {
  return a.cause === b.cause && a.code === b.code && lasting(a.values) === lasting(b.values);
}

function lasting(values: Values): string {
  return Object.entries(values)
    .filter(([key, value]) => typeof value !== 'number' && !PASSING.includes(key) && !TIME.test(String(value)))
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join('\n');
}

import { within } from '../within.ts';
import { StoreUnavailable } from './types.ts';

/**
 * Waits for `work` for `atMost` milliseconds, and no longer than what is left of the whole. Rejects with StoreUnavailable when that is too
 * short; a write may still happen, and a repeated one is safe.
 */
export type Budget = <T>(atMost: number, work: Promise<T>) => Promise<T>;

/** A time that several waits, one after the other, share. It runs from now. */
export function budget(milliseconds: number): Budget {
  const end = performance.now() + milliseconds;
  return (atMost, work) => {
    const left = Math.max(0, Math.min(atMost, end - performance.now()));
    return within(left, work, () => new StoreUnavailable(`no answer within ${left} ms`));
  };
}

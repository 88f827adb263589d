import { type CommitResult, type Store, StoreUnavailable, type Transaction } from '../store/types.ts';

/** How often a write is built anew when somebody else was faster: enough for a crowd, few enough to end. */
const ATTEMPTS = 8;

/**
 * Reads, builds and commits until the write goes through. `build` reads what it needs each time; it returns a transaction with the result
 * that goes with it, or a result without one (nothing is to be written).
 * @throws StoreUnavailable also when the record never holds still
 */
export async function commitWith<Result>(
  store: Pick<Store, 'commit'>,
  build: () => Promise<{ readonly transaction?: Transaction; readonly result: Result }>,
): Promise<Result> {
  let last: CommitResult | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { transaction, result } = await build();
    if (transaction === undefined) return result;
    last = await store.commit(transaction);
    if (last.ok) return result;
  }
  throw new StoreUnavailable(`the record changed ${ATTEMPTS} times while it was being written`, last);
}

/** Rejects with StoreUnavailable when `work` takes longer; the write may still happen, and a repeated one is safe. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for `work` as `within` does, for `atMost` milliseconds and no longer than what is left of the whole. */
export type Budget = <T>(atMost: number, work: Promise<T>) => Promise<T>;

/** A time that several waits, one after the other, share. It runs from now. */
export function budget(milliseconds: number): Budget {
  const end = performance.now() + milliseconds;
  return (atMost, work) => within(Math.max(0, Math.min(atMost, end - performance.now())), work);
}

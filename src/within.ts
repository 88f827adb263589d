/**
 * Waits for `work`, but for no more than `milliseconds`: then it rejects with the error that `late` makes. The work itself is not stopped;
 * how it ends then is of no more interest, a failure included.
 */
export async function within<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), Math.max(0, milliseconds));
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

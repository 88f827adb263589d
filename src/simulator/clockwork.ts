/** Things that happen a little later, all of which can be called off. */
export interface Clockwork {
  /** After `ms` at pace 1; at pace 0 as soon as what runs now is through, in the order of asking. */
  after(ms: number, work: () => void): void;
  readonly pace: number;
  /** Resolves when nothing is left to happen. */
  idle(): Promise<void>;
  stop(): void;
}

export function createClockwork(pace: number): Clockwork {
  const pending = new Set<NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let stopped = false;
  const tellIdle = (): void => {
    if (pending.size > 0) return;
    for (const tell of waiting.splice(0)) tell();
  };
  return {
    pace,
    after(ms, work) {
      if (stopped) return;
      const timer = setTimeout(() => {
        work();
        pending.delete(timer);
        tellIdle();
      }, ms * pace);
      pending.add(timer);
    },
    idle: () => (pending.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stop() {
      stopped = true;
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
      tellIdle();
    },
  };
}

/** Somebody gave up waiting. */
export class Stuck extends Error {}

/** A look that comes late, because the machine had other things to do, counts as one that came after this time. */
const LONGEST_STEP_MS = 5000;

/**
 * How long nothing may get on. Counted in looks since the last progress and not by the clock, and longer where processes take long to start:
 * a machine that is busy does not read as a hang, and a hang stays one.
 */
export class Patience {
  readonly #ms: number;
  readonly #slowness: () => number;
  readonly #now: () => number;
  #mark: string | undefined;
  #waited = 0;
  #last: number;

  /** `ms`: on a machine that starts a process within a second. `slowness`: seconds that it takes right now, at least 1. */
  constructor(ms: number, slowness: () => number, now = () => performance.now()) {
    this.#ms = ms;
    this.#slowness = slowness;
    this.#now = now;
    this.#last = now();
  }

  /** Whether `mark`, which says how far it got, has been the same for too long. */
  isOver(mark: string): boolean {
    const now = this.#now();
    if (mark !== this.#mark) this.#waited = 0;
    else this.#waited += Math.min(now - this.#last, LONGEST_STEP_MS) / this.#slowness();
    this.#mark = mark;
    this.#last = now;
    return this.#waited > this.#ms;
  }

  /** @throws Stuck when it is over; `what` names whom it waits for */
  look(mark: string, what: string): void {
    if (this.isOver(mark)) throw new Stuck(what);
  }
}

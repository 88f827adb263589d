import type { Readiness } from './health.ts';

/** A role at work. */
export interface RunningRole {
  ready(): Readiness | Promise<Readiness>;
  stop(): Promise<void>;
}

import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Picture } from '../../diagnosis/picture.ts';
import type { RepairId } from '../ids.ts';

/** What an incident knows beside what was read: the same whenever its plan is worked out. */
export interface Circumstances {
  /** What became of the earlier proposals of this incident, oldest first. Absent where there is no incident to know of any. */
  readonly tried?: readonly Tried[];
  /** The version that a person named. */
  readonly version?: string;
}

/**
 * How an earlier proposal of the incident ended.
 * - `helped`; `in-vain`: carried out, and the same cause came back; `got-further`: its cause was gone, and it still was not healthy
 * - `put-back`: somebody took the change back; `not-tested`: the version was not brought in time
 * - `undone`: people took it back; `denied`: they did not want it; `failed`: nothing was changed
 * - `unknown`: nobody has said yet whether it was made
 */
export const ENDINGS = [
  'helped',
  'in-vain',
  'got-further',
  'put-back',
  'not-tested',
  'undone',
  'denied',
  'failed',
  'unknown',
] as const;

export interface Tried {
  /** `inc-12.p1` */
  readonly proposal: string;
  readonly remediation: RepairId;
  readonly cause: CauseSlug;
  readonly ending: (typeof ENDINGS)[number];
  /** When it ended, or was decided. */
  readonly at: string;
  /** The chart version that it set. */
  readonly version?: string;
  /** The root cause as it was found after it; where nothing was made, or it was taken back, before it. */
  readonly picture?: Picture;
}

import { isSamePicture } from '../../diagnosis/picture.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import type { WarningCode } from '../codes.ts';
import type { Check, Plan, Tried } from '../types.ts';
import { type Reason, refuse } from './refuse.ts';

/** What is asked about: a repair by its id. One that sets a version is another repair with each; without one, any of them is meant. */
interface Meant {
  readonly remediation: string;
  readonly version?: string | undefined;
}

export function meantBy({ remediation, steps }: Pick<Plan, 'remediation' | 'steps'>): Meant {
  return { remediation, version: steps.find((step) => step.do === 'set-chart-version')?.to };
}

/** Endings after which doing the same again against the same is for a person to ask for. */
const BARS = {
  'in-vain': 'tried-in-vain',
  'put-back': 'tried-put-back',
  'not-tested': 'tried-not-tested',
  denied: 'tried-denied',
  undone: 'tried-undone',
  unknown: 'tried-unknown',
} as const satisfies Partial<Record<Tried['ending'], string>>;

/** The newest time that this repair was tried in the incident. */
function newest({ remediation, version }: Meant, tried: readonly Tried[] | undefined): Tried | undefined {
  return tried?.findLast(
    (one) =>
      one.remediation === remediation &&
      (version === undefined || one.version === undefined || one.version === version),
  );
}

/**
 * Why a repair isn't offered again by itself: it was tried against what is found now, or nobody knows yet how it ended. Undefined when
 * nothing of the incident speaks against it.
 */
export function barred(
  meant: Meant,
  { rootCause }: Pick<Diagnosis, 'rootCause'>,
  tried: readonly Tried[] | undefined,
): Reason | undefined {
  const before = newest(meant, tried);
  if (before === undefined || !isBarring(before.ending)) return undefined;
  if (before.ending !== 'unknown' && !isFoundAgain(before, rootCause)) return undefined;
  return refuse(BARS[before.ending], { id: before.proposal, at: before.at, again: meant.remediation });
}

/** An outcome that nobody knows stands before every other repair. */
export function openOutcome(tried: readonly Tried[] | undefined): Meant | undefined {
  return tried?.find(({ ending }) => ending === 'unknown');
}

/** What is said above a plan for a repair that was tried in the incident before, whatever it was tried against. */
export function warnings(
  meant: Meant,
  { rootCause }: Pick<Diagnosis, 'rootCause'>,
  tried: readonly Tried[] | undefined,
): readonly Check[] {
  const before = newest(meant, tried);
  if (before === undefined) return [];
  const { ending, proposal, at } = before;
  const warning = (code: WarningCode): Check => ({ code, values: { id: proposal, at } });
  return [warning(`before-${ending}`), warning(isFoundAgain(before, rootCause) ? 'found-again' : 'found-otherwise')];
}

function isBarring(ending: Tried['ending']): ending is keyof typeof BARS {
  return Object.hasOwn(BARS, ending);
}

/** What can't be compared counts as the same. */
function isFoundAgain({ cause, picture }: Tried, rootCause: Diagnosis['rootCause']): boolean {
  if (rootCause === null || rootCause.cause !== cause) return false;
  return picture === undefined || picture.cause !== cause || isSamePicture(picture, rootCause);
}

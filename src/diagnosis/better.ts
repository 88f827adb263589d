import { CAUSES, type CauseSlug } from './causes.ts';
import type { Diagnosis } from './types.ts';

/**
 * Whether things are better than when this cause was the root cause: the target runs, or the cause is gone and the rung that it broke is
 * reached. Another cause below that rung is no progress, and a rung that nobody could look at is none either.
 */
export function isBetter(
  after: Pick<Diagnosis, 'verdict' | 'rootCause' | 'next' | 'ladder'>,
  cause: CauseSlug,
): boolean {
  if (after.verdict === 'healthy') return true;
  const { rung } = CAUSES[cause];
  if (after.rootCause?.cause === cause || after.next.some((one) => one.cause === cause)) return false;
  return rung !== null && after.ladder.some((one) => one.rung === rung && one.state === 'reached');
}

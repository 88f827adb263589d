import type { Diagnosis } from './types.ts';

/**
 * Somebody switched it off: scaled to 0, or paused, so that the operator does nothing for it. No repair is at fault, and yet nothing ends by
 * itself: a person says whether it was meant.
 */
export function isOnPurpose({ scaledToZero, rootCause }: Pick<Diagnosis, 'scaledToZero' | 'rootCause'>): boolean {
  return scaledToZero === true || rootCause?.cause === 'paused';
}

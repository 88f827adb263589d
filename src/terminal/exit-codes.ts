import type { Verdict } from '../diagnosis/types.ts';

/** What the terminal command ends with; 64 and above as in sysexits.h. */
export const EXIT = {
  healthy: 0,
  causeFound: 1,
  inconclusive: 2,
  usage: 64,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  cannotCreate: 73,
  noPermission: 77,
  config: 78,
} as const;

export function exitCodeOf(verdict: Verdict): number {
  switch (verdict) {
    case 'healthy':
      return EXIT.healthy;
    case 'degraded':
    case 'broken':
      return EXIT.causeFound;
    case 'inconclusive':
      return EXIT.inconclusive;
  }
}

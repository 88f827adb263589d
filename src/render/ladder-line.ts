import { RUNGS, type RungState } from '../diagnosis/ladder.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import { renderText, rungNames } from '../texts/en/render.ts';

const MARKS = { reached: '✓', 'not-reached': '·', unknown: '?' } as const satisfies Record<RungState, string>;
const BREAK = '✗';

/** The ladder as one line that fits a phone: a mark for each rung, and in words where it stops. */
export function ladderLine(ladder: Diagnosis['ladder']): string {
  const states = RUNGS.map((rung) => ladder.find((one) => one.rung === rung)?.state ?? 'unknown');
  const broken = states.indexOf('not-reached');
  const marks = states.map((state, index) => (index === broken ? BREAK : MARKS[state])).join('');
  const stop = broken >= 0 ? RUNGS[broken] : undefined;
  if (stop) return renderText.ladderStops(marks, broken + 1, RUNGS.length, rungNames[stop]);
  const unknown = states.indexOf('unknown');
  const dark = unknown >= 0 ? RUNGS[unknown] : undefined;
  if (dark) return renderText.ladderUnknown(marks, unknown + 1, RUNGS.length, rungNames[dark]);
  return renderText.ladderWhole(marks, RUNGS.length);
}

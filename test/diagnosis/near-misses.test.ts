import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSES, type CauseSlug } from '../../src/diagnosis/causes.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { diagnoseText } from '../../src/diagnosis/diagnose-text.ts';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { LOGS } from './logs.ts';
import { NEAR_MISSES, type NearMiss, type Sight } from './near-misses.ts';

const GOLDEN = join(import.meta.dirname, '../golden');

interface Seen {
  readonly text: string;
  readonly diagnosis: Diagnosis;
}

const known = new Map<string, Seen>();
function see(sight: Sight): Seen {
  const key = JSON.stringify(sight);
  const seen = known.get(key) ?? look(sight);
  known.set(key, seen);
  return seen;
}

function look(sight: Sight): Seen {
  if ('lines' in sight) return { text: sight.lines.join('\n'), diagnosis: diagnoseText(sight.lines) };
  let text = readFileSync(join(GOLDEN, sight.capture, 'evidence.json'), 'utf8');
  for (const [found, by] of sight.but ?? []) {
    expect(text).toContain(found);
    text = text.replaceAll(found, by);
  }
  const evidence = JSON.parse(text) as Evidence; // a capture of the suite
  return { text, diagnosis: diagnose(evidence) };
}

/** The faults themselves, as the suite and the texts show them. */
const FAULTS: readonly Seen[] = [
  ...readdirSync(GOLDEN).map((id) => see({ capture: id })),
  ...LOGS.map(({ lines }) => see({ lines })),
];
const faultsOf = (cause: CauseSlug) => FAULTS.filter(({ diagnosis }) => diagnosis.rootCause?.cause === cause);

const shows = ({ text, diagnosis }: Seen, sign: NearMiss['sign']): boolean =>
  typeof sign === 'string'
    ? diagnosis.byRunbook.some(({ findings }) => findings.some(({ code }) => code === sign))
    : sign.test(text);
const called = ({ diagnosis }: Seen) => [diagnosis.rootCause, ...diagnosis.next].map((one) => one?.cause);

const ALL = Object.entries(NEAR_MISSES).flatMap(([cause, misses]) =>
  misses.map((miss) => ({
    ...miss,
    cause: cause as CauseSlug,
    of: 'lines' in miss.like ? 'a text' : miss.like.capture,
  })),
);

describe('what looks like a cause and is another', () => {
  it('is known for every cause', () => {
    expect(Object.entries<readonly NearMiss[]>(NEAR_MISSES).filter(([, misses]) => misses.length === 0)).toEqual([]);
    expect(Object.keys(NEAR_MISSES).sort()).toEqual(Object.keys(CAUSES).sort());
  });

  it.each(ALL)('$of is not called $cause: $why', ({ cause, like }) => {
    expect(called(see(like))).not.toContain(cause);
  });

  it.each(ALL)('$of is tempting: it shows what $cause shows ($sign)', ({ cause, like, sign }) => {
    expect(shows(see(like), sign)).toBe(true);
    const faults = faultsOf(cause);
    if (faults.length > 0) expect(faults.some((fault) => shows(fault, sign))).toBe(true);
  });
});

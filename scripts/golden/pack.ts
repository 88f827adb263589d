import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { parseCapture } from '../../src/evidence/capture.ts';
import { goldenText, trim } from './trim.ts';

const MAX_BYTES = 80_000;

/** What a scenario says about its diagnosis. */
interface Expected {
  readonly id: string;
  /** `healthy` where nothing is wrong. */
  readonly cause: string;
}

/**
 * Writes `FOLDER/ID/{evidence,expected}.json` from a capture file. Returns a sentence when the capture is not what its scenario says, and
 * then writes nothing: a golden file never records a mistake as the truth.
 */
export function pack(file: string, { id, cause }: Expected, folder: string): string | undefined {
  const { evidence } = parseCapture(readFileSync(file, 'utf8'));
  const wanted = cause === 'healthy' ? null : cause;
  const whole = diagnose(evidence);
  const named = whole.rootCause?.cause ?? null;
  if (named !== wanted || (wanted === null) !== (whole.verdict === 'healthy'))
    return `${id}: the diagnosis is ${whole.verdict} ${named ?? ''}, not ${cause}`;
  const short = trim(evidence);
  const judged = diagnose(short);
  if (judged.verdict !== whole.verdict || (judged.rootCause?.cause ?? null) !== named)
    return `${id}: trimmed, the diagnosis is ${judged.verdict} ${judged.rootCause?.cause ?? ''}: trim.ts takes too much away`;
  const next = whole.next.map((one) => one.cause);
  if (judged.next.map((one) => one.cause).join() !== next.join())
    return `${id}: trimmed, what comes next is ${judged.next.map((one) => one.cause).join(', ')}, not ${next.join(', ')}`;
  const text = goldenText(short);
  if (Buffer.byteLength(text) > MAX_BYTES)
    return `${id}: ${Buffer.byteLength(text)} bytes, more than ${MAX_BYTES}: trim.ts takes too little away`;
  const target = join(folder, id);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'evidence.json'), text);
  writeFileSync(
    join(target, 'expected.json'),
    `${JSON.stringify({ cause: wanted, verdict: whole.verdict, ...(next.length > 0 && { next }) }, null, 2)}\n`,
  );
  return undefined;
}

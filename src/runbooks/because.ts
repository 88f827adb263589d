import type { Because, Finding } from '../diagnosis/types.ts';
import type { EvidenceKey, Read } from '../evidence/types.ts';

/** A longer quote is cut: the reader wants the reason, and the whole text is in the capture. */
const QUOTE = 600;

function cutQuote(text: string): string {
  return text.length <= QUOTE ? text : `${text.slice(0, QUOTE)} …`;
}

/** One piece of proof; absent `at` and `quote` are left out. */
export function because(
  source: Because['source'],
  path: string,
  more: { at?: string | undefined; quote?: string | undefined; values?: Because['values'] } = {},
): Because {
  return {
    source,
    path,
    ...(more.at === undefined ? {} : { at: more.at }),
    ...(more.quote === undefined ? {} : { quote: cutQuote(more.quote) }),
    ...(more.values === undefined ? {} : { values: more.values }),
  };
}

/** A `not-checked` finding for a source that could not be read; none when the answer is known. */
export function notChecked<C extends string>(
  code: C,
  source: EvidenceKey,
  read: Read<unknown>,
): readonly (Extract<Finding, { kind: 'not-checked' }> & { code: C })[] {
  if (read.state !== 'unread') return [];
  return [
    {
      kind: 'not-checked',
      code,
      values: { source },
      source,
      reason: read.because,
      ...(read.needs ? { needs: read.needs } : {}),
      because: [{ source, path: '', quote: cutQuote(read.detail) }],
    },
  ];
}

/** The value where it was read; undefined for absent and for unread. Use only where the two need not be told apart. */
export function readValue<T>(read: Read<T>): T | undefined {
  return read.state === 'read' ? read.value : undefined;
}

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How one scenario went with one operator. Written as one line of JSON, so that several runs can write into the same file. */
export interface Row {
  readonly scenario: string;
  readonly title: string;
  /** The operator's release. */
  readonly operator: string;
  /** The cause that must come first, or `healthy`. */
  readonly expected: string;
  /** The cause that came first; null where none was named; missing where there was no answer at all. */
  named?: string | null;
  verdict?: string;
  /** Where two faults were made at once: the causes that were said to come next. */
  next?: readonly string[];
  /** From asking to the answer, the start of the process included. */
  seconds?: number;
  /** Set only where cause, verdict and exit code are what they must be. */
  right?: true;
}

/** Adds a row to the end of the file. */
export function appendRow(file: string, row: Row): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** The rows of some reports, the last of each scenario and operator, in the order in which they first came. Throws on a line that is none. */
export function readReport(files: readonly string[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const file of files) {
    if (!existsSync(file)) throw new Error(`there is no ${file}`);
    for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
      if (line.trim() === '') continue;
      const row = parsed(line);
      if (!row) throw new Error(`${file}: line ${index + 1} is no row of a report`);
      rows.set(`${row.scenario} ${row.operator}`, row);
    }
  }
  return [...rows.values()];
}

function parsed(line: string): Row | undefined {
  try {
    const value = JSON.parse(line) as Partial<Row> | null; // what is used as a key or always shown is checked below
    const texts = [value?.scenario, value?.title, value?.operator, value?.expected];
    return texts.every((text) => typeof text === 'string') ? (value as Row) : undefined; // as checked
  } catch {
    return undefined;
  }
}

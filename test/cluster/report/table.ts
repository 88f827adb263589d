import semver from 'semver';
import type { Row } from './report.ts';

const unique = (words: readonly string[]): string[] => [...new Set(words)];
/** As people count: F9 before F10, F24 before F24b. */
const inOrder = (words: readonly string[]): string[] =>
  words.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));

function cell(row: Row | undefined): string {
  if (!row) return '';
  if (row.verdict === undefined) return '**no answer**';
  const said = row.named ?? row.verdict;
  const took = row.seconds === undefined ? '' : `, ${row.seconds.toFixed(2)} s`;
  const then = row.next && row.next.length > 0 ? `, then ${row.next.join(', ')}` : '';
  return row.right ? `${said}${then}${took}` : `**wrong: ${said}${then} (${row.verdict})**${took}`;
}

/** A Markdown table: a line for each scenario, a column for each release of the operator with the cause named first and the seconds it took. */
export function reportTable(rows: readonly Row[]): string {
  const operators = unique(rows.map((row) => row.operator)).toSorted(semver.compare);
  const lines = inOrder(unique(rows.map((row) => row.scenario))).map((scenario) => {
    const own = rows.filter((row) => row.scenario === scenario);
    const expected = unique(own.map((row) => row.expected)).join(' or ');
    const cells = operators.map((operator) => cell(own.find((row) => row.operator === operator)));
    return `| ${[scenario, expected, ...cells].join(' | ')} |`;
  });
  return [
    `| ${['scenario', 'expected', ...operators].join(' | ')} |`,
    `|${'---|'.repeat(operators.length + 2)}`,
    ...lines,
    '',
    ...operators.map((operator) =>
      summary(
        operator,
        rows.filter((row) => row.operator === operator),
      ),
    ),
  ].join('\n');
}

function summary(operator: string, rows: readonly Row[]): string {
  const wrong = rows.filter((row) => !row.right).map((row) => row.scenario);
  const times = rows.flatMap((row) => row.seconds ?? []).toSorted((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  const took =
    median === undefined ? '' : `; ${median.toFixed(2)} s at the median, ${times.at(-1)?.toFixed(2)} s at most`;
  const not = wrong.length === 0 ? '' : `; not right: ${inOrder(wrong).join(', ')}`;
  return `${operator}: ${rows.length - wrong.length} of ${rows.length} right${took}${not}`;
}

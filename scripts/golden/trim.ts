import type { Evidence, LogView, OperatorView, Read } from '../../src/evidence/types.ts';
import { parseLogLine } from '../../src/parse/log-line.ts';
import { type OperatorMessage, readMessage } from '../../src/parse/operator-message.ts';

const EVENTS = 12;

/** What a verdict needs of a capture, without the repetitions: a golden file is read by people and lives in the repository. */
export function trim(evidence: Evidence): Evidence {
  return {
    ...evidence,
    events: within(evidence.events, newest),
    operators: within(evidence.operators, (operators) => operators.map(trimOperator)),
  };
}

function trimOperator(operator: OperatorView): OperatorView {
  return {
    ...operator,
    events: within(operator.events, newest),
    log: within(operator.log, trimLog),
    previousLog: within(operator.previousLog, trimLog),
    // Why something is allowed is the name of a binding, many times over.
    rights: within(operator.rights, (answers) =>
      answers.map(({ reason, ...answer }) => (answer.allowed || reason === undefined ? answer : { ...answer, reason })),
    ),
  };
}

/** The first two lines, and of lines that say the same kind of thing the first and the last. */
function trimLog(log: LogView): LogView {
  const seen = new Map<string, { readonly first: number; last: number }>();
  for (const [index, line] of log.lines.entries()) {
    const message = readMessage(parseLogLine(line));
    if (message === undefined) continue;
    const kind = kindOf(message);
    const known = seen.get(kind);
    if (known === undefined) seen.set(kind, { first: index, last: index });
    else known.last = index;
  }
  const kept = new Set([0, 1, ...[...seen.values()].flatMap(({ first, last }) => [first, last])]);
  return { ...log, lines: log.lines.filter((_, index) => kept.has(index)) };
}

/** Times, addresses and counts are what lines of a kind differ by. */
const kindOf = (message: OperatorMessage): string => JSON.stringify(message).replace(/\d+/g, '0');

const newest = <T extends { readonly at: string }>(events: readonly T[]): readonly T[] =>
  [...events].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-EVENTS);

function within<T>(read: Read<T>, change: (value: T) => T): Read<T> {
  return read.state === 'read' ? { ...read, value: change(read.value) } : read;
}

/** One source a line, keys in order: the same evidence is the same file, and a change of one source is a change of one line. */
export function goldenText(evidence: Evidence): string {
  const lines = Object.entries(evidence)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

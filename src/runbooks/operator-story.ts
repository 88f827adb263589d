import type { Because } from '../diagnosis/types.ts';
import { chooseOperatorPod, isReady, operatorContainer } from '../evidence/operator-pod.ts';
import type { Evidence, LogLine, OperatorView, PodView } from '../evidence/types.ts';
import { type LogRecord, parseLogLine } from '../parse/log-line.ts';
import { type OperatorMessage, readMessage } from '../parse/operator-message.ts';
import { because, readValue } from './because.ts';

/** A line that says something, with its proof ready to be quoted. */
export interface Told<M extends OperatorMessage = OperatorMessage> {
  readonly message: M;
  readonly record: LogRecord;
  readonly proof: Because;
}

/** What the operator's process wrote, taken apart. `current` and `previous` are the two processes of the container, oldest first. */
export interface Story {
  readonly current: readonly Told[];
  readonly previous: readonly Told[];
  /** The current process's log was read (or text was pasted). */
  readonly read: boolean;
  /** The first line of the current process is among the lines, so what was not said at start was not said. */
  readonly fromStart: boolean;
  readonly pasted: boolean;
}

/** The operator responsible for the target: the first, as the evidence has them. */
export function responsible(evidence: Pick<Evidence, 'operators'>): OperatorView | undefined {
  return readValue(evidence.operators)?.[0];
}

/** Several runbooks read the same log: it is taken apart once. */
const STORIES = new WeakMap<object, Story>();

export function readStory(evidence: Pick<Evidence, 'operators' | 'pasted'>): Story {
  const key = evidence.pasted ?? responsible(evidence) ?? evidence.operators;
  const known = STORIES.get(key) ?? makeStory(evidence);
  STORIES.set(key, known);
  return known;
}

function makeStory(evidence: Pick<Evidence, 'operators' | 'pasted'>): Story {
  const pasted = evidence.pasted;
  if (pasted !== undefined) {
    const lines = pasted.map((text): LogLine => ({ text, part: 'head' }));
    return {
      current: tell(lines, (_, index) => ['pasted', `line ${index + 1}`]),
      previous: [],
      read: true,
      fromStart: false,
      pasted: true,
    };
  }
  const operator = responsible(evidence);
  const log = operator && readValue(operator.log);
  const before = operator && readValue(operator.previousLog);
  return {
    current: tell(log?.lines ?? [], (line) => [
      'operators',
      line.part === 'previous' ? 'log of the previous container' : `log ${line.part}`,
    ]),
    previous: tell(before?.lines ?? [], () => ['operators', 'log of the previous container']),
    read: log !== undefined,
    fromStart: log?.fromStart ?? false,
    pasted: false,
  };
}

function tell(
  lines: readonly LogLine[],
  place: (line: LogLine, index: number) => readonly [Because['source'], string],
): readonly Told[] {
  return lines.flatMap((line, index): Told[] => {
    const record = parseLogLine(line);
    const message = readMessage(record);
    if (!message) return [];
    const [source, path] = place(line, index);
    return [{ message, record, proof: because(source, path, { at: record.at, quote: record.raw }) }];
  });
}

/** The lines of one sort. */
export function those<I extends OperatorMessage['is']>(
  lines: readonly Told[],
  is: I,
): readonly Told<Extract<OperatorMessage, { is: I }>>[] {
  // The filter keeps exactly the lines whose message has this `is`.
  return lines.filter((line) => line.message.is === is) as unknown as readonly Told<
    Extract<OperatorMessage, { is: I }>
  >[];
}

/** The pod of the operator that is judged, where there is one. */
export function operatorPod(operator: OperatorView | undefined): PodView | undefined {
  return chooseOperatorPod((operator && readValue(operator.pods)) ?? []);
}

/** Whether the pod that is judged is ready. */
export function podReady(evidence: Pick<Evidence, 'operators'>): boolean {
  const pod = operatorPod(responsible(evidence));
  return pod !== undefined && isReady(pod);
}

/** When the operator's current process started. */
export function processStart(evidence: Pick<Evidence, 'operators'>): string | undefined {
  const operator = responsible(evidence);
  return operator && operatorContainer(operator.deployment, operatorPod(operator))?.state.running?.startedAt;
}

/** Seconds from `a` to `b`; undefined when one of them is not a time. */
export function secondsBetween(a: string | undefined, b: string | undefined): number | undefined {
  const seconds = (Date.parse(b ?? '') - Date.parse(a ?? '')) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

import type { Because } from '../diagnosis/types.ts';
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

/** The operator's newest pod, where there is one. A ready one goes first: while a rollout hangs, it does the work. */
export function operatorPod(operator: OperatorView | undefined): PodView | undefined {
  const pods = operator && readValue(operator.pods);
  return [...(pods ?? [])].sort(
    (a, b) =>
      Number(isReady(b)) - Number(isReady(a)) ||
      b.meta.created.localeCompare(a.meta.created) ||
      a.meta.name.localeCompare(b.meta.name),
  )[0];
}

export function isReady(pod: PodView): boolean {
  return pod.meta.deleting === undefined && pod.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
}

/** The operator's own container of its pod (sidecars may stand beside it). */
export function operatorContainer(
  operator: OperatorView,
  pod: PodView | undefined,
): PodView['containers'][number] | undefined {
  return pod?.containers.find((one) => one.name === operator.deployment.container.name) ?? pod?.containers[0];
}

/** When the operator's current process started. */
export function processStart(evidence: Pick<Evidence, 'operators'>): string | undefined {
  const operator = responsible(evidence);
  return operator && operatorContainer(operator, operatorPod(operator))?.state.running?.startedAt;
}

/** Seconds from `a` to `b`; undefined when one of them is not a time. */
export function secondsBetween(a: string | undefined, b: string | undefined): number | undefined {
  const seconds = (Date.parse(b ?? '') - Date.parse(a ?? '')) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

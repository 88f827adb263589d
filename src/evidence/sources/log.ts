import { resourcePath } from '../../kubernetes/paths.ts';
import { KubeError, type KubeText } from '../../kubernetes/types.ts';
import { chooseOperatorPod, operatorContainer } from '../operator-pod.ts';
import { failed, made, notAttempted, type Reading, rightTo } from '../reading.ts';
import { hidePemLines } from '../redact.ts';
import type { LogLine, LogView, OperatorDeployment, PodView, Read } from '../types.ts';

const HEAD_BYTES = 96 * 1024;
const TAIL_BYTES = 256 * 1024;
const TAIL_LINES = 400;
const MAX_LINE = 8 * 1024;
/** A process prints its first line within this many seconds after its container started. */
const FIRST_LINE_SECONDS = 10;

/** What it prints first, in all eras; or the flag package's complaint, when it got no further. */
const STARTING = /Starting Prometheus Operator|^(flag provided but not defined|invalid value )/;

interface OperatorLogs {
  readonly log: Read<LogView>;
  readonly previousLog: Read<LogView>;
}

/**
 * The operator's log, read three times: the head, because start-up warnings are written once; the tail; and both of the previous container,
 * where there was one. It is the process that the runbooks judge. Absent when no container of that pod has run.
 */
export async function readLogs(
  reading: Reading,
  deployment: OperatorDeployment,
  pods: Read<readonly PodView[]>,
): Promise<OperatorLogs> {
  if (pods.state !== 'read') {
    const skipped = pods.state === 'absent' ? pods : notAttempted('the pods of the operator could not be read');
    return { log: skipped, previousLog: skipped };
  }
  const pod = chooseOperatorPod(pods.value);
  const container = operatorContainer(deployment, pod);
  const none: Read<LogView> = {
    state: 'absent',
    how: 'no-such-object',
    at: reading.clock.latest ?? reading.now().toISOString(),
  };
  if (pod === undefined || container === undefined) return { log: none, previousLog: none };
  const [log, previousLog] = await Promise.all([
    readLog(reading, pod, container, false),
    container.restartCount > 0 || container.lastState.terminated !== undefined
      ? readLog(reading, pod, container, true)
      : none,
  ]);
  return { log, previousLog };
}

type Part = KubeText | Read<never>;

async function readLog(
  reading: Reading,
  pod: PodView,
  container: PodView['containers'][number],
  previous: boolean,
): Promise<Read<LogView>> {
  const ask = (query: Record<string, string | number | boolean>, maxBytes: number): Promise<Part> =>
    readPart(reading, pod, container.name, { ...query, previous }, maxBytes);
  const [head, tail] = await Promise.all([
    ask({ limitBytes: HEAD_BYTES }, HEAD_BYTES + 1024),
    ask({ tailLines: TAIL_LINES, limitBytes: TAIL_BYTES }, TAIL_BYTES + 1024),
  ]);
  if ('state' in head) return head;
  const started = previous
    ? container.lastState.terminated?.startedAt
    : (container.state.running?.startedAt ??
      container.state.terminated?.startedAt ??
      container.lastState.terminated?.startedAt);
  return made(
    reading,
    mergeLog({
      pod: pod.meta.name,
      container: container.name,
      head: head.text,
      headBytes: head.bytes,
      tail: 'state' in tail ? '' : tail.text,
      previous,
      scrub: reading.redactor.text,
      ...(started === undefined ? {} : { started }),
    }),
  );
}

async function readPart(
  reading: Reading,
  pod: PodView,
  container: string,
  query: Record<string, string | number | boolean>,
  maxBytes: number,
): Promise<Part> {
  const place = { namespace: pod.meta.namespace, name: pod.meta.name, subresource: 'log' };
  try {
    return await reading.client.text({
      method: 'GET',
      path: resourcePath('pods', place),
      query: { container, timestamps: true, ...query },
      accept: 'text/plain, application/json, */*',
      timeoutMs: reading.requestMs,
      maxBytes,
      signal: reading.signal,
    });
  } catch (error) {
    // 400: "container … is waiting to start", "previous terminated container … not found": there is no such process.
    if (error instanceof KubeError && error.status === 400) {
      return { state: 'absent', how: 'no-such-object', at: reading.clock.latest ?? reading.now().toISOString() };
    }
    return failed(reading, error, rightTo('get', 'pods', { namespace: pod.meta.namespace, subresource: 'log' }));
  }
}

export interface LogParts {
  readonly pod: string;
  readonly container: string;
  readonly head: string;
  readonly headBytes: number;
  readonly tail: string;
  readonly previous: boolean;
  /** When the container started. */
  readonly started?: string;
  readonly scrub: (text: string) => string;
}

/** Head and tail as one list of lines, each line once, oldest first. Scrubbed after merging, so that both parts compare as written. */
export function mergeLog(parts: LogParts): LogView {
  const cut = parts.headBytes >= HEAD_BYTES;
  const head = split(parts.head);
  // A head that was cut ends in the middle of a line.
  if (cut && head.length > 1) head.pop();
  const known = new Set(head.map(identity));
  const tail = cut ? split(parts.tail) : [];
  const overlaps = tail.some((line) => known.has(identity(line)));
  const fresh = tail.filter((line) => !known.has(identity(line)));
  const name = (part: LogLine['part']): LogLine['part'] => (parts.previous ? 'previous' : part);
  return {
    pod: parts.pod,
    container: parts.container,
    lines: [
      ...withoutPem(head).map((line) => finish(line, name('head'), parts.scrub)),
      ...withoutPem(fresh).map((line) => finish(line, name('tail'), parts.scrub)),
    ],
    gap: cut && !overlaps && fresh.length > 0,
    fromStart: head.slice(0, 3).some((line) => STARTING.test(line.text)) || near(head[0]?.at, parts.started),
    bytes: Buffer.byteLength(parts.head) + (cut ? Buffer.byteLength(parts.tail) : 0),
  };
}

function near(first: string | undefined, started: string | undefined): boolean {
  if (first === undefined || started === undefined) return false;
  return Math.abs(Date.parse(first) - Date.parse(started)) <= FIRST_LINE_SECONDS * 1000;
}

interface RawLine {
  readonly at: string | undefined;
  readonly text: string;
}

function split(text: string): RawLine[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/.exec(line);
    return stamp?.[1] === undefined
      ? { at: undefined, text: line }
      : { at: stamp[1], text: line.slice(stamp[0].length) };
  });
}

function identity(line: RawLine): string {
  return `${line.at ?? ''}\0${line.text}`;
}

function withoutPem(lines: readonly RawLine[]): readonly RawLine[] {
  const texts = hidePemLines(lines.map(({ text }) => text));
  return lines.map((line, index) => ({ ...line, text: texts[index] ?? line.text }));
}

function finish(line: RawLine, part: LogLine['part'], scrub: (text: string) => string): LogLine {
  const text = scrub(line.text.replaceAll('\r', '')).slice(0, MAX_LINE);
  return line.at === undefined ? { text, part } : { at: line.at, text, part };
}

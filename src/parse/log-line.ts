import type { LogLine } from '../evidence/types.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/**
 * One line of an operator's log, whatever its era: go-kit logfmt, klog text, klog wrapped in logfmt, slog logfmt, slog JSON, or plain
 * text (usage of a flag, a panic). Only `msg`, `text` and `raw` are always there. Callers match on messages, never on `caller` or line
 * numbers.
 *
 * - `at`: ISO time of the line itself where it has one, else the kubelet's
 * - `err`: keys `err` and `error`; `reason`: keys `reason` and `details`
 * - `type`: the Go type a reflector lists (`*v1.ServiceMonitor`)
 * - `text`: message and error joined by `: `, for searching
 * - `part`: which of the three reads of the log it comes from
 */
export interface LogRecord {
  readonly at?: string;
  readonly level?: LogLevel;
  readonly msg: string;
  readonly err?: string;
  readonly reason?: string;
  readonly component?: string;
  readonly key?: string;
  readonly informer?: string;
  readonly controller?: string;
  readonly statefulset?: string;
  readonly type?: string;
  readonly config?: string;
  readonly version?: string;
  readonly text: string;
  readonly part?: LogLine['part'];
  readonly raw: string;
}

/** What lies behind this many characters of a line is not looked at. */
export const MAX_LINE = 32_768;

/** Never throws: what is no known format is plain text. */
export function parseLogLine(line: LogLine | string): LogRecord {
  const given: Partial<LogLine> & Pick<LogLine, 'text'> = typeof line === 'string' ? { text: line } : line;
  const raw = given.text.slice(0, MAX_LINE).trimEnd();
  const { prefix, body } = withoutPrefix(raw);
  const fields = jsonFields(body) ?? klogFields(body) ?? logfmtRecord(body) ?? plainFields(body);
  return record(fields, raw, given.at ?? prefix, given.part);
}

/** Times that `kubectl logs --timestamps` and container runtimes put in front of a line. */
function withoutPrefix(raw: string): { readonly prefix?: string; readonly body: string } {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (?:(?:stdout|stderr) [FP] )?/.exec(raw);
  return match?.[1] ? { prefix: match[1], body: raw.slice(match[0].length) } : { body: raw };
}

type Fields = ReadonlyMap<string, string>;

function record(fields: Fields, raw: string, outer: string | undefined, part: LogLine['part'] | undefined): LogRecord {
  const msg = fields.get('msg') ?? '';
  const err = fields.get('err') ?? fields.get('error');
  const at = isoTime(fields.get('ts')) ?? isoTime(outer);
  const level = levelOf(fields.get('level'));
  const reason = fields.get('reason') ?? fields.get('details');
  const version = fields.get('kubernetes_version') ?? fields.get('cluster-version') ?? fields.get('version');
  return {
    ...(at === undefined ? {} : { at }),
    ...(level === undefined ? {} : { level }),
    msg,
    ...(err === undefined ? {} : { err }),
    ...(reason === undefined ? {} : { reason }),
    ...pick(fields, 'component'),
    ...pick(fields, 'key'),
    ...pick(fields, 'informer'),
    ...pick(fields, 'controller'),
    ...pick(fields, 'statefulset'),
    ...pick(fields, 'type'),
    ...pick(fields, 'config'),
    ...(version === undefined ? {} : { version }),
    text: err === undefined ? msg : `${msg}: ${err}`,
    ...(part === undefined ? {} : { part }),
    raw,
  };
}

function pick<K extends 'component' | 'key' | 'informer' | 'controller' | 'statefulset' | 'type' | 'config'>(
  fields: Fields,
  key: K,
): { readonly [P in K]?: string } {
  const value = fields.get(key);
  // A computed key widens to an index signature; it is exactly the one key K.
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
}

function isoTime(value: string | undefined): string | undefined {
  if (!value || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) return undefined;
  return Number.isNaN(Date.parse(value)) ? undefined : value;
}

/** slog prints contextual klog verbosities as `debug+1` to `debug+3`. */
function levelOf(value: string | undefined): LogLevel | undefined {
  const level = value?.toLowerCase().replace(/[+-]\d+$/, '');
  if (level === 'warning') return 'warn';
  return level === 'debug' || level === 'info' || level === 'warn' || level === 'error' || level === 'fatal'
    ? level
    : undefined;
}

function jsonFields(body: string): Fields | undefined {
  if (!body.startsWith('{')) return undefined;
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const fields = new Map<string, string>();
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'string') fields.set(key, value);
    else if (typeof value === 'number' || typeof value === 'boolean') fields.set(key, String(value));
  }
  if (fields.has('time') && !fields.has('ts')) fields.set('ts', fields.get('time') ?? '');
  return fields.has('msg') || fields.has('level') ? fields : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\s\]]{1,200}\] ?/;
const KLOG_LEVEL: Readonly<Record<string, string>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };

/** klog has no year: the line has no time of its own. Structured klog (`"msg" err="…"`) is taken apart. */
function klogFields(body: string): Fields | undefined {
  const match = KLOG.exec(body);
  if (!match?.[1]) return undefined;
  const rest = body.slice(match[0].length);
  const level: [string, string] = ['level', KLOG_LEVEL[match[1]] ?? ''];
  if (!rest.startsWith('"')) return new Map([level, ['msg', rest]]);
  const message = quoted(rest, 0);
  return new Map([level, ...logfmtPairs(rest.slice(message.end)), ['msg', message.value]]);
}

function logfmtRecord(body: string): Fields | undefined {
  if (!/(?:^|\s)(?:msg|level|ts|caller)=/.test(body.slice(0, 400))) return undefined;
  const fields = logfmtPairs(body);
  return fields.has('msg') || fields.has('level') || fields.has('err') ? fields : undefined;
}

function plainFields(body: string): Fields {
  const fatal = /^(?:panic:|fatal error:|flag provided but not defined:|invalid (?:boolean )?value )/.test(body);
  return new Map([['msg', body], ...(fatal ? [['level', 'fatal'] as const] : [])]);
}

/** Key=value pairs in one pass; text that is no pair is skipped, an unclosed quote runs to the end of the line. */
export function logfmtPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    const start = at;
    while (at < text.length && text[at] !== '=' && text[at] !== ' ') at++;
    if (text[at] !== '=') continue;
    const key = text.slice(start, at++);
    if (text[at] === '"') {
      const { value, end } = quoted(text, at);
      pairs.set(key, value);
      at = end;
      continue;
    }
    const from = at;
    while (at < text.length && text[at] !== ' ') at++;
    pairs.set(key, text.slice(from, at));
  }
  return pairs;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Reads a Go-quoted string whose opening quote is at `start`. */
function quoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = '';
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\' && at + 1 < text.length) {
      const next = text[at + 1] ?? '';
      value += ESCAPES[next] ?? next;
      at += 2;
    } else {
      value += text[at++] ?? '';
    }
  }
  return { value, end: at + 1 };
}

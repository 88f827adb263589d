import type { LogLine } from '../evidence/types.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/**
 * One line of an operator's log, whatever its era: go-kit logfmt, klog text, klog wrapped in logfmt, slog logfmt, slog JSON, or plain
 * text (usage of a flag, a panic). Only `msg` and `raw` are always there. Callers match on messages, never on `caller` or line numbers.
 *
 * - `at`: ISO time of the line itself where it has one, else the kubelet's
 * - `err`: keys `err` and `error`; `reason`: key `reason`
 * - `type`: the Go type a reflector lists (`*v1.ServiceMonitor`)
 * - `text`: message and error joined by `: `, for searching
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
  readonly type?: string;
  readonly config?: string;
  readonly text: string;
  readonly part?: LogLine['part'];
  readonly raw: string;
}

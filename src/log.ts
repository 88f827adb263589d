import { type DestinationStream, pino } from 'pino';
import type { Logger } from './ports.ts';
import { hideSecrets } from './secrets.ts';

const SECRET_KEYS = /^(token|authorization|response_url|trigger_id|password|secret|approvalKey|mac)$/i;
const MAX_DEPTH = 6;

/** A copy of a log record's data without secrets: by key, and by pattern in every string. */
function scrubLogData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return hideSecrets(value);
  if (value instanceof Error)
    return scrubLogData(
      {
        type: value.name,
        message: value.message,
        stack: value.stack,
        ...(value.cause !== undefined && { cause: value.cause }),
      },
      depth + 1,
    );
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, 100).map((one) => scrubLogData(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, SECRET_KEYS.test(key) ? '[hidden]' : scrubLogData(one, depth + 1)]),
  );
}

/** JSON lines on stderr (or `destination`), so that stdout stays for results. Messages are constant; data is in the object, errors under `err`. */
export function createLogger(
  level: string,
  role: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => error },
      formatters: {
        level: (label) => ({ level: label }),
        // Object.entries loses the type that pino wants; it stays an object.
        log: (data) => scrubLogData(data) as Record<string, unknown>,
      },
    },
    destination,
  );
}

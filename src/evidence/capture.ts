import packageJson from '../../package.json' with { type: 'json' };
import { captureSchema } from './capture-schema.ts';
import type { Capture, Evidence } from './types.ts';

const CAPTURE_SCHEMA = 'promfix.capture/v1';
/** Characters of a capture file; a real one has about 100,000. */
export const MAX_CAPTURE_LENGTH = 32 * 1024 * 1024;

/** A capture can't be used; `message` says why, for the person who named the file. */
export class CaptureError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CaptureError';
  }
}

/** The capture as text. Keys are sorted: the same evidence is the same file. */
export function captureText(evidence: Evidence): string {
  const capture: Capture = { schema: CAPTURE_SCHEMA, promfix: packageJson.version, evidence };
  return `${JSON.stringify(sortKeys(capture), null, 1)}\n`;
}

/** Reads a capture back. Throws a CaptureError for anything that can't be judged. */
export function parseCapture(text: string): Capture {
  if (text.length > MAX_CAPTURE_LENGTH)
    throw new CaptureError(`it is larger than ${MAX_CAPTURE_LENGTH / 1024 / 1024} MiB`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CaptureError('it is not JSON', error);
  }
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== CAPTURE_SCHEMA) {
    const found =
      typeof schema === 'string' ? `it says ${JSON.stringify(schema.slice(0, 60))}` : 'it has no field "schema"';
    throw new CaptureError(`it is not a capture of the form ${CAPTURE_SCHEMA}: ${found}`);
  }
  const parsed = captureSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CaptureError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown problem'}`, parsed.error);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted.map(([key, item]) => [key, sortKeys(item)]));
}

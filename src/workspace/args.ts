import { asList, isObject, type Json, type JsonObject } from './json.ts';
import { invalidArgument, Refusal } from './refusal.ts';

/** The arguments of a call, from a form (everything is text, objects are JSON text) or from a JSON body. */
export class Args {
  readonly raw: JsonObject;

  constructor(raw: JsonObject) {
    this.raw = raw;
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  /** Text, or undefined when absent or empty. A number is refused: a ts sent as a number has lost digits. */
  text(name: string): string | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw invalidArgument('must provide a string', `/${name}`);
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw invalidArgument(`missing required field: ${name}`, `/${name}`);
    return value;
  }

  flag(name: string): boolean {
    return ['true', '1', 'True'].includes(String(this.raw[name] ?? 'false'));
  }

  /** A whole number from 1 to `max`, or the default. */
  limit(name: string, fallback: number, max: number): number {
    if (!this.has(name)) return fallback;
    const value = Number(this.raw[name]);
    if (!Number.isInteger(value) || value < 1) throw new Refusal('invalid_limit');
    return Math.min(value, max);
  }

  /** A value that may be sent as JSON text; `format` is the error for text that is not JSON. */
  json(name: string, format: string): Json | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return value;
    try {
      // JSON.parse yields Json by definition.
      return JSON.parse(value) as Json;
    } catch {
      throw new Refusal(format);
    }
  }

  /** A list of objects, or undefined when absent. */
  objects(name: string, format: string): readonly JsonObject[] | undefined {
    const value = this.json(name, format);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw new Refusal(format);
    return asList(value).map((item) => {
      if (!isObject(item)) throw new Refusal(format);
      return item;
    });
  }

  object(name: string, format: string): JsonObject | undefined {
    const value = this.json(name, format);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw new Refusal(format);
    return value;
  }

  /** Ids separated by commas, or a list. */
  ids(name: string): readonly string[] {
    const value = this.raw[name];
    const list = typeof value === 'string' ? value.split(',') : asList(value).map(String);
    return list.map((id) => id.trim()).filter((id) => id !== '');
  }
}

/** One page of a list, with the cursor of the next one (empty at the end). */
export function page<T>(
  args: Args,
  items: readonly T[],
  fallback: number,
  max: number,
): { items: readonly T[]; next: string } {
  const cursor = args.text('cursor');
  const start = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('next:', ''));
  if (!Number.isInteger(start) || start < 0 || start > items.length) throw new Refusal('invalid_cursor');
  const end = start + args.limit('limit', fallback, max);
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}

import type { Resource } from '../../kubernetes/paths.ts';
import { isObject, type Json, string } from '../json.ts';
import { listObjects, made, notAttempted, type Reading } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import { type LogLine, type LogView, type Read, TARGET_KINDS, type UndecodableView } from '../types.ts';

/** Kinds that the operator lists, by the name of their Go type. */
const KIND_RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ...TARGET_KINDS.flatMap((kind) => [
    [kind, TARGETS[kind].plural] as const,
    ...TARGETS[kind].siblings.map(({ type, plural }) => [type, plural] as const),
  ]),
  ['ScrapeConfig', 'scrapeconfigs'],
]);
const PAGE = 500;
const PAGES = 4;
const FOUND_KEPT = 20;

interface DecodeError {
  readonly kind: string;
  /** JSON type that stands in the object. */
  readonly found: string;
  /** Go type that the operator wants. */
  readonly expected: string;
  /** Path below the object, `spec.endpoints`; lists are not marked. */
  readonly path: readonly string[];
}

/** `failed to list *v1.X: json: cannot unmarshal F into Go struct field S.items.path of type T`, once per kind and path. */
export function decodeErrors(lines: readonly LogLine[]): readonly DecodeError[] {
  const found = new Map<string, DecodeError>();
  for (const { text } of lines) {
    const match =
      /failed to list \*v\d\w*\.(\w+): (?:json: )?cannot unmarshal (\w+)(?: [^ ]+)? into Go (?:struct field (\w+)\.([\w.[\]-]+)|value) of type ([^\s"\\]+)/.exec(
        text,
      );
    const [, kind, json, , path, expected] = match ?? [];
    if (kind === undefined || json === undefined || expected === undefined || path === undefined) continue;
    const keys = path.split('.').filter((key) => key !== '' && key !== 'items');
    found.set(`${kind} ${path}`, { kind: kind.replace(/List$/, ''), found: json, expected, path: keys });
  }
  return [...found.values()].slice(0, 3);
}

/** The objects that don't decode; asked for only when the operator's log has such an error. */
export async function readUndecodable(reading: Reading, log: Read<LogView>): Promise<Read<readonly UndecodableView[]>> {
  if (log.state !== 'read')
    return log.state === 'absent' ? log : notAttempted('the log of the operator could not be read');
  const errors = decodeErrors(log.value.lines);
  if (errors.length === 0) return made(reading, []);
  const reads = await Promise.all(errors.map((error) => search(reading, error)));
  const missing = reads.find((read) => read.state === 'unread');
  if (missing !== undefined) return missing;
  return made(reading, reads.flatMap((read) => (read.state === 'read' ? read.value : [])).slice(0, FOUND_KEPT));
}

async function search(reading: Reading, error: DecodeError): Promise<Read<readonly UndecodableView[]>> {
  const resource = KIND_RESOURCES.get(error.kind);
  if (resource === undefined) return made(reading, []);
  const views: UndecodableView[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const list = await listObjects(reading, resource, {}, { query: { limit: PAGE, continue: token } });
    if (list.state !== 'read') return list;
    for (const item of list.value.items) {
      if (hasWrongType(item, error)) {
        views.push({
          kind: error.kind,
          namespace: string(item, 'metadata', 'namespace') ?? '',
          name: string(item, 'metadata', 'name') ?? '',
          path: error.path.join('.'),
          found: error.found,
          expected: error.expected,
        });
      }
    }
    token = string(list.value.body, 'metadata', 'continue');
    if (!list.value.rest) break;
  }
  return made(reading, views);
}

/** Whether the value at the path (through lists) has the JSON type of the message and not the one the Go type wants. */
export function hasWrongType(item: Json, error: DecodeError): boolean {
  const values = follow(item, error.path);
  // Older Go versions name only the innermost struct's field.
  const seen = values.length > 0 || error.path.length > 1 ? values : anywhere(item, error.path.at(-1) ?? '');
  return seen.some((value) => typeOf(value) === error.found && !fits(value, error.expected));
}

function follow(value: unknown, path: readonly string[]): readonly unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => follow(item, path));
  if (!isObject(value) || !(key in value)) return [];
  return follow(value[key], rest);
}

function anywhere(value: unknown, key: string, depth = 0): readonly unknown[] {
  if (depth > 12) return [];
  if (Array.isArray(value)) return value.flatMap((item) => anywhere(item, key, depth + 1));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => (name === key ? [item] : anywhere(item, key, depth + 1)));
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function fits(value: unknown, goType: string): boolean {
  const type = goType.replace(/^\*+/, '');
  if (type.startsWith('[]')) return Array.isArray(value);
  if (type.startsWith('map[')) return isObject(value);
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (/^u?int\d*$|^float\d+$/.test(type)) return typeof value === 'number';
  // A named type: only a struct is sure to want an object; strings and numbers can be named, too.
  return false;
}

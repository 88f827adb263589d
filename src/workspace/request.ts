import type { IncomingMessage } from 'node:http';
import { isObject, type Json, type JsonObject } from './json.ts';

const MAX_BODY = 4 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // A request without an encoding yields buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BODY) throw new Error('the body is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The arguments of a call, whichever way they were sent; undefined for a body that cannot be read. */
export function readArguments(request: IncomingMessage, body: Buffer): JsonObject | undefined {
  const query = fromForm(new URL(request.url ?? '/', 'http://slack').searchParams);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return query;
  if (type.startsWith('application/json')) {
    const parsed = parseJson(body.toString());
    return isObject(parsed) ? { ...query, ...parsed } : undefined;
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { ...query, ...fromForm(new URLSearchParams(body.toString())) };
  }
  return undefined;
}

export function parseJson(text: string): Json | undefined {
  try {
    // JSON.parse yields Json by definition.
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const fromForm = (form: URLSearchParams): JsonObject => Object.fromEntries(form);

/** The token: from the header, or from the `token` argument. */
export function readToken(request: IncomingMessage, args: JsonObject): string {
  const header = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? (typeof args['token'] === 'string' ? args['token'] : '');
}

/** The bytes of an uploaded file: the only part of a multipart form, or the body as it is. */
export async function readUpload(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const part of form.values()) {
    if (typeof part !== 'string') return Buffer.from(await part.arrayBuffer());
  }
  return Buffer.alloc(0);
}

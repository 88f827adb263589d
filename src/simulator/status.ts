import { type Json, without } from './json.ts';
import { type Kind, qualified } from './kinds.ts';

/** An answer before it is sent. A string body is sent as plain text. */
export interface Reply {
  readonly status: number;
  readonly body: Json | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts of Warning headers. */
  readonly warnings?: readonly string[];
}

type Named = Pick<Kind, 'group' | 'resource'>;

/** A refusal as the API server words it; thrown wherever it is noticed. */
export class Refused extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(typeof reply.body === 'string' ? reply.body : String(reply.body['message']));
    this.name = 'Refused';
    this.reply = reply;
  }
}

export function failure(code: number, reason: string, message: string, details?: Json): Refused {
  return new Refused({
    status: code,
    body: without({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      details,
      code,
    }),
  });
}

/** A path that nobody serves: plain text, not JSON. */
export const pageNotFound = (): Refused =>
  new Refused({
    status: 404,
    body: '404 page not found\n',
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });

/** A kind that a built-in group does not have. */
export const noSuchResource = (): Refused =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

export const notFound = (kind: Named, name: string): Refused =>
  failure(404, 'NotFound', `${qualified(kind)} "${name}" not found`, details(kind, name));

export const alreadyExists = (kind: Named, name: string): Refused =>
  failure(409, 'AlreadyExists', `${qualified(kind)} "${name}" already exists`, details(kind, name));

export const modified = (kind: Named, name: string): Refused =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    details(kind, name),
  );

export const badRequest = (message: string): Refused => failure(400, 'BadRequest', message);

/** A field that may not have this value. */
export function invalid(kind: Kind, name: string, field: string, message: string): Refused {
  const of = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return failure(422, 'Invalid', `${of} "${name}" is invalid: ${field}: ${message}`, {
    ...details({ ...kind, resource: kind.kind }, name),
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}

export const unauthorized = (): Refused => failure(401, 'Unauthorized', 'Unauthorized');

export const methodNotAllowed = (): Refused =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export function details({ group, resource }: Named, name: string): Json {
  return without({ name: name === '' ? undefined : name, group: group === '' ? undefined : group, kind: resource });
}

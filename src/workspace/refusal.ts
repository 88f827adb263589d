import type { JsonObject } from './json.ts';

/** An `ok: false` answer of the Web API. */
export class Refusal extends Error {
  readonly code: string;
  /** Further fields of the answer: `needed`, `errors`, `response_metadata` … */
  readonly extra: JsonObject;

  constructor(code: string, extra: JsonObject = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.extra = extra;
  }
}

/** `invalid_arguments` as Slack words it, with a pointer to the argument. */
export function invalidArgument(message: string, pointer: string): Refusal {
  return new Refusal('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] ${message} [json-pointer:${pointer}]`] },
  });
}

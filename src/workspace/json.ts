/** Values as they cross the wire. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is an object, else an empty one. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The value when it is a list, else an empty one. */
export function asList(value: Json | undefined): readonly Json[] {
  // Array.isArray widens a readonly union to any[]; the elements of a Json list are Json.
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Leaves out what is undefined, so that optional fields can be written in one expression. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  // Every field that was undefined is gone; the others are untouched.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Every object inside a value, itself included, outermost first. */
export function* objectsIn(value: Json | undefined): Generator<JsonObject> {
  if (Array.isArray(value)) {
    for (const item of asList(value)) yield* objectsIn(item);
  } else if (isObject(value)) {
    yield value;
    for (const field of Object.values(value)) yield* objectsIn(field);
  }
}

import { asList, isObject, type Json, type JsonObject } from '../json.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Collects what is wrong with a payload, in Slack's words. */
export interface Report {
  readonly surface: Surface;
  /** Block types that this workspace does not have yet. */
  readonly unsupported: readonly string[];
  /** `pointer` is a JSON pointer (RFC 6901) from the call's arguments. */
  problem(message: string, pointer: string): void;
}

/** Judges one value; everything wrong goes to the report. */
export type Check = (value: Json, at: string, report: Report) => void;
export interface Field {
  readonly check: Check;
  readonly required: boolean;
}

export const must = (check: Check): Field => ({ check, required: true });
export const may = (check: Check): Field => ({ check, required: false });

/** Text of `min` to `max` characters. Slack says "less than max + 1". */
export const text =
  (max: number, min = 1): Check =>
  (value, at, report) => {
    if (typeof value !== 'string') return report.problem('must provide a string', at);
    if (value.length < min) report.problem(`must be more than ${min - 1} characters`, at);
    if (value.length > max) report.problem(`must be less than ${max + 1} characters`, at);
  };

export const flag: Check = (value, at, report) => {
  if (typeof value !== 'boolean') report.problem('must provide a boolean', at);
};

export const integer =
  (min: number, max: number): Check =>
  (value, at, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return report.problem('must provide an integer', at);
    if (value < min) report.problem(`must be greater than ${min - 1}`, at);
    if (value > max) report.problem(`must be less than ${max + 1}`, at);
  };

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, at, report) => {
    if (typeof value !== 'string' || !allowed.includes(value)) {
      report.problem(`must be a valid enum value: ${allowed.join(', ')}`, at);
    }
  };

export const matching =
  (pattern: RegExp, what: string): Check =>
  (value, at, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) report.problem(`must be a valid ${what}`, at);
  };

/** An http(s) address. */
export const url =
  (max: number): Check =>
  (value, at, report) => {
    text(max)(value, at, report);
    if (typeof value === 'string' && !/^https?:\/\/[^\s/]+/.test(value)) report.problem('must be a valid URL', at);
  };

const PRIVATE_HOST =
  /^(localhost|[^.]+|.*\.(local|internal|svc|lan|test)|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|169\.254\..*|\[.*\])$/;

/** The address of an image: Slack downloads it at once, so a host inside somebody's network fails. */
export const imageUrl =
  (max: number): Check =>
  (value, at, report) => {
    url(max)(value, at, report);
    const host = typeof value === 'string' && URL.canParse(value) ? new URL(value).hostname : '';
    if (host !== '' && PRIVATE_HOST.test(host)) report.problem('downloading image failed', at);
  };

export const list =
  (item: Check, min: number, max: number): Check =>
  (value, at, report) => {
    if (!Array.isArray(value)) return report.problem('must provide an array', at);
    const items = asList(value);
    if (items.length < min) report.problem(`must provide at least ${min} items`, at);
    if (items.length > max) report.problem(`no more than ${max} items allowed`, at);
    for (const [index, one] of items.entries()) item(one, `${at}/${index}`, report);
  };

/** An object with these fields and no other: Slack refuses unknown properties. */
export const object =
  (fields: Readonly<Record<string, Field>>): Check =>
  (value, at, report) => {
    if (!isObject(value)) return report.problem('must provide an object', at);
    for (const name of Object.keys(value)) {
      if (!(name in fields)) report.problem(`invalid additional property: ${name}`, at);
    }
    for (const [name, field] of Object.entries(fields)) {
      const found = value[name];
      if (found !== undefined) field.check(found, `${at}/${name}`, report);
      else if (field.required) report.problem(`missing required field: ${name}`, at);
    }
  };

/** All of several checks. */
export const all =
  (...checks: readonly Check[]): Check =>
  (value, at, report) => {
    for (const check of checks) check(value, at, report);
  };

/** A rule about an object as a whole. */
export const rule =
  (judge: (value: JsonObject, at: string, report: Report) => void): Check =>
  (value, at, report) => {
    if (isObject(value)) judge(value, at, report);
  };

/** An object judged by its `type`. What is not in the table is an unsupported type at this place. */
export const byType =
  (table: Readonly<Record<string, Check>>): Check =>
  (value, at, report) => {
    if (!isObject(value)) return report.problem('must provide an object', at);
    const type = value['type'];
    if (typeof type !== 'string') return report.problem('missing required field: type', at);
    const check = Object.hasOwn(table, type) && !report.unsupported.includes(type) ? table[type] : undefined;
    if (check === undefined) return report.problem(`unsupported type: ${type}`, `${at}/type`);
    check(value, at, report);
  };

const constant = (value: string): Field => must(oneOf(value));

/** An object with a fixed `type` and these further fields. */
export const typed = (type: string, fields: Readonly<Record<string, Field>>): Check =>
  object({ type: constant(type), ...fields });

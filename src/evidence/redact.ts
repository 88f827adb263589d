/**
 * Hides secrets in free text (log lines, messages, annotations): what is hidden is replaced by `[hidden]` and counted. Total, linear in the
 * text's length, and idempotent: text that was scrubbed comes out unchanged and adds nothing to the count.
 */

export const HIDDEN = '[hidden]';
/** Longer text is cut before anything looks at it. */
export const MAX_TEXT = 16 * 1024;

interface Rule {
  readonly pattern: RegExp;
  /** What stands in place of the match; group 1 is kept where the pattern has one. */
  readonly keep: boolean;
}

/** A key that says that its value is secret. `secret` alone is not one: `secret "x" not found` is what people need to read. */
const KEY = [
  'password',
  'passwd',
  'passphrase',
  '(?<![a-z])pass',
  'client[_-]?secret',
  'secret[_-]?(?:access[_-]?)?key',
  '(?:api|access|private|account)[_-]?key(?:[_-]?id)?',
  'token',
  'credentials?',
  'cookie',
].join('|');
const BARE = `[^\\s"'&,;\\\\]`;

const keyed = (source: string): Rule => ({ pattern: new RegExp(source, 'gi'), keep: true });
const whole = (pattern: RegExp): Rule => ({ pattern, keep: false });

const RULES: readonly Rule[] = [
  // PEM blocks, also with escaped line breaks and also cut off before their end.
  whole(/-----BEGIN [A-Z0-9 ]{1,40}-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z0-9 ]{1,40}-----)?/g),
  // Credentials in URLs: scheme://user:pass@host.
  keyed(`(\\b[a-z][a-z0-9+.-]{1,20}://)[^\\s/?#"'@]{1,512}@`),
  // Authorization: Bearer x, authorization=Basic x, "Proxy-Authorization":"…".
  keyed(
    `(authorization["'\\\\]{0,3}\\s{0,4}[:=]\\s{0,4}["'\\\\[{]{0,4}?(?:(?:bearer|basic|digest|token|negotiate|aws4-hmac-sha256)\\s{1,4})?)[^\\s"'\\\\,;}]{1,8192}`,
  ),
  keyed('(\\b(?:bearer|basic)\\s{1,4})[A-Za-z0-9+/_.~=-]{12,8192}'),
  // JSON web tokens, and anything else that begins like one.
  whole(/\beyJ[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,8192}){0,4}/g),
  // Tokens that say what they are: Slack, GitHub, GitLab, AWS, Google, Stripe and its like, npm, Vault, Grafana.
  whole(/\b(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{6,512}/g),
  whole(/\bgh[pousr]_[A-Za-z0-9]{16,255}|\bgithub_pat_\w{16,255}|\bglpat-[\w-]{16,255}/g),
  whole(/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g),
  whole(/\bAIza[\w-]{30,60}/g),
  whole(/\b[srp]k[_-](?:live|test|proj|ant)[_-][\w-]{16,255}|\bnpm_[A-Za-z0-9]{30,60}/g),
  whole(/\bhv[sbr]\.[\w-]{20,255}|\bgl(?:c|sa)_[A-Za-z0-9+/=_-]{20,512}/g),
  keyed('(hooks\\.slack\\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{8,256}'),
  // "key":"value" (also escaped), 'key': 'value', key=value.
  keyed(`((?:${KEY})\\\\{0,3}["']?\\s{0,2}[:=]\\s{0,2}\\\\{0,3}")[^"\\\\]{1,8192}`),
  keyed(`((?:${KEY})["']?\\s{0,2}[:=]\\s{0,2}')[^']{1,8192}`),
  keyed(`((?:${KEY})=)${BARE}{1,8192}`),
  // key:value as Go prints structs; `key: value` as a whole line of YAML; within prose only what has a digit, as words go on there.
  keyed(`((?:${KEY}):)(?!//)${BARE}{1,8192}`),
  keyed(
    `((?:^|\\n|\\\\n)[ \\t-]{0,80}[\\w.-]{0,80}(?:${KEY}): {1,4})${BARE}{1,8192}(?=[ \\t]{0,8}(?:$|\\n|\\r|\\\\n))`,
  ),
  keyed(`((?:${KEY}): {1,2})(?=${BARE}{0,200}\\d)${BARE}{6,8192}`),
  keyed(`(--[\\w.-]{0,80}(?:${KEY}) {1,2})(?!-)[^\\s"']{1,8192}`),
];

export interface Redacted {
  readonly text: string;
  /** How many values were hidden. */
  readonly hidden: number;
}

export function redact(input: string): Redacted {
  let text = input.length > MAX_TEXT ? `${input.slice(0, MAX_TEXT)}…` : input;
  let hidden = 0;
  for (const { pattern, keep } of RULES) {
    text = text.replace(pattern, (match: string, kept: unknown) => {
      const head = keep && typeof kept === 'string' ? kept : '';
      const tail = keep && match.endsWith('@') ? '@' : '';
      if (match === `${head}${HIDDEN}${tail}`) return match;
      hidden += 1;
      return `${head}${HIDDEN}${tail}`;
    });
  }
  return { text, hidden };
}

/** Scrubs one text after the other and counts over all of them. */
export interface Redactor {
  readonly hidden: number;
  text(input: string): string;
  /** Scrubs every string in a JSON value, keys included. */
  deep(input: unknown): unknown;
}

export function createRedactor(): Redactor {
  let hidden = 0;
  const text = (input: string): string => {
    const result = redact(input);
    hidden += result.hidden;
    return result.text;
  };
  const deep = (input: unknown, depth = 0): unknown => {
    if (typeof input === 'string') return text(input);
    if (typeof input !== 'object' || input === null) return input;
    if (depth > 40) return undefined;
    if (Array.isArray(input)) return input.slice(0, 1000).map((item) => deep(item, depth + 1));
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [text(key), deep(item, depth + 1)]));
  };
  return {
    get hidden() {
      return hidden;
    },
    text,
    deep: (input) => deep(input),
  };
}

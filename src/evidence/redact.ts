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

/**
 * A key that says that its value is secret. `secret` alone is not one: `secret "x" not found` and `secret=x-tls` are what people need to
 * read; see the rule of its own below.
 */
const KEY = [
  'password',
  'passwd',
  'passphrase',
  '(?<![a-z])pass',
  '(?<![a-z])pwd',
  '(?:client|shared|webhook|app|api|auth|oauth2?|consumer|signing|hmac|jwt|session|integration)[_-]?secret',
  'secret[_-]?(?:access[_-]?)?key',
  '(?:api|access|private|account|routing|service|integration|signing|encryption)[_-]?key(?:[_-]?id)?',
  'token',
  'credentials?',
  'cookie',
].join('|');
/** An authorization header up to its value. */
const HEADER = `authorization["'\\\\]{0,3}\\s{0,4}[:=]\\s{0,4}["'\\\\[{]{0,4}?`;
const SCHEMES = 'bearer|basic|token|negotiate';
const BARE = `[^\\s"'&,;\\\\]`;

const keyed = (source: string): Rule => ({ pattern: new RegExp(source, 'gi'), keep: true });
const whole = (pattern: RegExp): Rule => ({ pattern, keep: false });

const RULES: readonly Rule[] = [
  // PEM blocks, also with escaped line breaks and also cut off before their end.
  whole(/-----BEGIN [A-Z0-9 ]{1,40}-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z0-9 ]{1,40}-----)?/g),
  // Credentials in URLs: scheme://user:pass@host, up to the last @ of what may be a host; a password may contain one, and # or ? as well.
  keyed(`(\\b[a-z][a-z0-9+.-]{1,20}://)(?:[^\\s/?#"':]{0,256}:[^\\s/"']{0,512}|[^\\s/?#"']{1,512})@`),
  // Authorization: Bearer x, authorization=Basic x, "Proxy-Authorization":"…". The scheme is kept where it is known to be one.
  keyed(`(${HEADER}(?:digest|aws4-hmac-sha256)\\s{1,4})[^\\r\\n]{1,8192}`),
  keyed(`(${HEADER}(?:${SCHEMES})\\s{1,4})[^\\s"'\\\\,;}]{1,8192}`),
  keyed(
    `(${HEADER})(?!\\[?hidden\\]|(?:${SCHEMES}|digest|aws4-hmac-sha256)\\s)[^\\s"'\\\\,;}]{1,8192}(?: {1,4}[^\\s"'\\\\,;}=]{4,8192}(?![^\\s"'\\\\,;}]))?`,
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
  keyed('(discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks/)[\\w/-]{8,256}'),
  keyed('(\\.webhook\\.office\\.com/)[\\w@/-]{8,512}'),
  keyed('(/bot)\\d{4,20}:[\\w-]{20,100}'),
  // Signed URLs: who has one needs nothing else.
  keyed(`([?&](?:sig|signature)=)${BARE}{6,8192}`),
  keyed(`(\\bX-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)=)${BARE}{6,8192}`),
  // `secret` alone: names of objects have a hyphen, a dot or no digit.
  keyed(`((?<![\\w.-])secret["']?[:=] {0,2}["']?)(?=[A-Za-z_+/=]{0,200}\\d)[\\w+/=]{10,8192}(?![\\w.-])`),
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

interface Redacted {
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

/** A line of a PEM block's body, or one of its headers. */
const PEM_BODY = /^\s*(?:[A-Za-z0-9+/=]{1,80}|(?:Proc-Type|DEK-Info): .{1,100})\s*$/;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{1,40}-----(?![\s\S]*-----END )/;
const PEM_END = /^\s*-----END [A-Z0-9 ]{1,40}-----/;
/** Lines of the longest block: a chain of certificates is several. */
const PEM_LINES = 200;

/**
 * Lines of one log with PEM blocks hidden that go over several of them, which `redact` can't see line by line; also those whose beginning or
 * end was cut off. The line with the beginning is left to `redact`, which counts it.
 */
export function hidePemLines(lines: readonly string[]): readonly string[] {
  const result = [...lines];
  const hide = (from: number, to: number) => result.fill(HIDDEN, from, to);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (PEM_END.test(line)) {
      let from = at;
      while (from > 0 && PEM_BODY.test(result[from - 1] ?? '')) from -= 1;
      hide(from, at + 1);
    } else if (PEM_BEGIN.test(line)) {
      const end = lines.slice(at + 1, at + 1 + PEM_LINES).findIndex((one) => PEM_END.test(one));
      let to = at + 1;
      if (end >= 0) to = at + 2 + end;
      else while (to < lines.length && PEM_BODY.test(lines[to] ?? '')) to += 1;
      hide(at + 1, to);
      at = to - 1;
    }
  }
  return result;
}

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
const SECRET_KEY =
  '(?:pass(?:word|wd|phrase)?|client[_-]?secret|secret[_-]?(?:key|access[_-]?key)|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|id[_-]?token|bearer[_-]?token|session[_-]?token|token|credentials?|x-api-key|set-cookie|cookie)';

const RULES: readonly Rule[] = [
  // PEM blocks, also with escaped line breaks and also cut off before their end.
  {
    pattern: /-----BEGIN [A-Z0-9 ]{1,40}-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z0-9 ]{1,40}-----)?/g,
    keep: false,
  },
  // Credentials in URLs: scheme://user:pass@host.
  { pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)(?!\[hidden\]@)[^\s/?#"'@]{1,512}@/gi, keep: true },
  // Authorization: Bearer x, authorization=Basic x, "Proxy-Authorization":"…".
  {
    pattern:
      /((?:proxy-)?authorization["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\[{]{0,4}(?:(?:bearer|basic|digest|token|negotiate|aws4-hmac-sha256)\s{1,4})?)(?!\[hidden\])[^\s"'\\,;\]}]{1,8192}/gi,
    keep: true,
  },
  { pattern: /(\b(?:bearer|basic)\s{1,4})(?!\[hidden\])[A-Za-z0-9+/_.~=-]{12,8192}/gi, keep: true },
  // JSON web tokens, and anything else that begins like one.
  { pattern: /\beyJ[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,8192}){0,4}/g, keep: false },
  // Tokens that say what they are: Slack, GitHub, GitLab, AWS, Google, Stripe, OpenAI-like, npm, Vault, Grafana.
  { pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{6,512}|\bxapp-[A-Za-z0-9-]{6,512}/g, keep: false },
  {
    pattern: /\bgh[pousr]_[A-Za-z0-9]{16,255}|\bgithub_pat_[A-Za-z0-9_]{16,255}|\bglpat-[A-Za-z0-9_-]{16,255}/g,
    keep: false,
  },
  { pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g, keep: false },
  { pattern: /\bAIza[A-Za-z0-9_-]{30,60}/g, keep: false },
  {
    pattern:
      /\b(?:sk|rk|pk)[_-](?:live|test|proj|ant)[_-][A-Za-z0-9_-]{16,255}|\bnpm_[A-Za-z0-9]{30,60}|\bhv[sbr]\.[A-Za-z0-9_-]{20,255}|\bgl(?:c|sa)_[A-Za-z0-9+/=_-]{20,512}/g,
    keep: false,
  },
  {
    pattern: /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)(?!\[hidden\])[A-Za-z0-9/_-]{8,256}/gi,
    keep: true,
  },
  // key=value, key: value, "key":"value", --key value; the value up to its closing quote or the next blank.
  {
    pattern: new RegExp(
      `((?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,40}[_.-]){0,4}${SECRET_KEY}\\\\{0,2}["']?\\s{0,2}[:=]\\s{0,2}\\\\{0,2}")(?!\\[hidden\\])[^"\\\\]{1,8192}`,
      'gi',
    ),
    keep: true,
  },
  {
    pattern: new RegExp(
      `((?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,40}[_.-]){0,4}${SECRET_KEY}["']?\\s{0,2}[:=]\\s{0,2}')(?!\\[hidden\\])[^']{1,8192}`,
      'gi',
    ),
    keep: true,
  },
  {
    pattern: new RegExp(
      `((?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,40}[_.-]){0,4}${SECRET_KEY}=)(?!\\[hidden\\])[^\\s"'&,;\\\\]{1,8192}`,
      'gi',
    ),
    keep: true,
  },
  {
    pattern: new RegExp(
      `((?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,40}[_.-]){0,4}${SECRET_KEY}: {0,2})(?!\\[hidden\\])[^\\s"'&,;\\\\]{6,8192}`,
      'gi',
    ),
    keep: true,
  },
  {
    pattern: new RegExp(`(--(?:[a-z0-9]{1,40}[.-]){0,4}${SECRET_KEY} {1,2})(?!\\[hidden\\]|-)[^\\s"']{1,8192}`, 'gi'),
    keep: true,
  },
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

import { accessSync, constants } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { configText } from './texts/en/config.ts';

/**
 * One schema for `promfix.yaml` and the environment. Secrets come from the environment only; nothing else in the code base reads
 * `process.env` or the file.
 */

const userId = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'a Slack user id such as U012AB3CD');
const groupId = z.string().regex(/^S[A-Z0-9]{2,}$/, 'a Slack user-group id such as S012AB3CD');
const channelId = z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'a Slack channel id such as C012AB3CD');
/** `30m`, `2h`, `90s` → seconds. */
const duration = z
  .string()
  .regex(/^\d+(s|m|h)$/, 'a duration such as 90s, 30m or 2h')
  .transform((text) => Number(text.slice(0, -1)) * { s: 1, m: 60, h: 3600 }[text.slice(-1) as 's' | 'm' | 'h']);

const rule = z.strictObject({
  users: z.array(userId).default([]),
  groups: z.array(groupId).default([]),
  approvals: z.int().min(1).max(5).default(1),
  self: z.enum(['never', 'with-reason']).default('never'),
  expires: duration.prefault('30m'),
});

const fileSchema = z.strictObject({
  /** The name that stands first in everything promfix says. */
  cluster: z.string().min(1).max(60),
  slack: z.strictObject({
    /** Where incidents open when the command was given elsewhere. */
    incidentChannel: channelId,
    /** Commands are answered here; the incident channel is always one of them. */
    commandChannels: z.array(channelId).default([]),
  }),
  /** Who may approve, by risk of the repair. A risk without a rule can't be approved by anybody. */
  approvals: z
    .strictObject({
      low: rule.optional(),
      medium: rule.optional(),
      high: rule.optional(),
      /** Who may approve alone in an emergency, with a reason and announced to everybody; nobody when it is left out. */
      breakGlass: z.strictObject({ users: z.array(userId).min(1).max(20) }).optional(),
    })
    .prefault({}),
  /** Where the permanent fix is to be made; only used in texts. */
  git: z
    .strictObject({ application: z.string().max(300).optional(), values: z.string().max(300).optional() })
    .prefault({}),
  timeouts: z
    .strictObject({
      /** Everything that one diagnosis reads. */
      read: duration.prefault('10s'),
      /** Until a repair has shown its effect, at most; a remediation may need less. */
      verify: duration.prefault('5m'),
    })
    .prefault({}),
  /** Namespaces that may be read; empty: all. Resources are then looked for in these alone. */
  read: z
    .strictObject({
      namespaces: z
        .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/))
        .max(10)
        .default([]),
    })
    .prefault({}),
  /** Whether the operator's metrics may be read through the API server's Service proxy. */
  readMetrics: z.boolean().default(true),
});
export type FileConfig = z.output<typeof fileSchema>;

const readableFile = z.string().refine((path) => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}, configText.unreadable());

export const environmentSchema = z.object({
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-').optional(),
  /** Another Slack than slack.com: the local workspace of the demo and the tests. */
  SLACK_API_URL: z.url().optional(),
  REDIS_URL: z
    .string()
    .regex(/^(rediss?:\/\/|unix:\/\/|\/)/, 'redis://host:6379, rediss://… or a socket path')
    .optional(),
  /** For `rediss://`: PEM of the authority to trust, and of this client's own certificate and key. */
  REDIS_CA_FILE: readableFile.optional(),
  REDIS_CERT_FILE: readableFile.optional(),
  REDIS_KEY_FILE: readableFile.optional(),
  /** Key of the approvals' MAC, at least 32 characters; bot and worker need the same one. */
  PROMFIX_APPROVAL_KEY: z.string().min(32).optional(),
  PROMFIX_CONFIG: z.string().optional(),
  /** Where `promfix start` and the demo keep an embedded Redis. */
  PROMFIX_DATA_DIR: z.string().optional(),
  REDIS_SERVER_BIN: z.string().optional(),
  /** Port of /livez and /readyz; not served when it is not set. */
  PROMFIX_HEALTH_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  KUBECONFIG: z.string().optional(),
  HOME: z.string().optional(),
  PATH: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});
export type Environment = z.output<typeof environmentSchema>;

/** One mistake: where (`slack.incidentChannel`, `REDIS_URL`), what is wrong, and an example of the right form where there is one. */
interface ConfigProblem {
  readonly where: string;
  readonly problem: string;
  readonly example?: string;
}

/** All mistakes of one source at once. The message is for people; no value of a secret is in it. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(source: string, problems: readonly ConfigProblem[]) {
    super(configText.problems(source, problems));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** An example for each place a person may get wrong; the longest matching prefix is shown. */
const EXAMPLES: Readonly<Record<string, string>> = {
  cluster: 'cluster: production-eu',
  'slack.incidentChannel': 'incidentChannel: C012AB3CD',
  'slack.commandChannels': 'commandChannels: [C012AB3CD, C045EF6GH]',
  slack: 'slack: { incidentChannel: C012AB3CD }',
  'approvals.breakGlass': 'breakGlass: { users: [U012AB3CD] }',
  approvals: 'low: { users: [U012AB3CD], approvals: 1, self: with-reason, expires: 30m }',
  git: 'git: { application: apps/monitoring.yaml, values: apps/monitoring/values.yaml }',
  timeouts: 'timeouts: { read: 10s, verify: 5m }',
  read: 'read: { namespaces: [monitoring] }',
  readMetrics: 'readMetrics: true',
  SLACK_BOT_TOKEN: 'SLACK_BOT_TOKEN=xoxb-…',
  SLACK_APP_TOKEN: 'SLACK_APP_TOKEN=xapp-…',
  SLACK_API_URL: 'SLACK_API_URL=http://127.0.0.1:4000/api/',
  REDIS_URL: 'REDIS_URL=redis://redis:6379',
  REDIS_CA_FILE: 'REDIS_URL=rediss://redis:6380 REDIS_CA_FILE=/etc/promfix/redis/ca.crt',
  REDIS_CERT_FILE: 'REDIS_CERT_FILE=/etc/promfix/redis/tls.crt REDIS_KEY_FILE=/etc/promfix/redis/tls.key',
  REDIS_KEY_FILE: 'REDIS_CERT_FILE=/etc/promfix/redis/tls.crt REDIS_KEY_FILE=/etc/promfix/redis/tls.key',
  PROMFIX_APPROVAL_KEY: 'PROMFIX_APPROVAL_KEY=$(openssl rand -hex 32)',
  LOG_LEVEL: 'LOG_LEVEL=info',
};

function exampleFor(where: string): string | undefined {
  for (let path = where; path; path = path.replace(/\.?[^.]*$/, '')) if (EXAMPLES[path]) return EXAMPLES[path];
  return undefined;
}

function problemsOf(error: z.ZodError): ConfigProblem[] {
  return error.issues.map((issue) => {
    const where = issue.path.join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : 'the file');
    const example = exampleFor(where);
    return { where, problem: configText.issue(issue), ...(example && { example }) };
  });
}

/** `promfix.yaml` is a page long; anything bigger is not one. */
const MAX_FILE_BYTES = 64 * 1024;

/**
 * Reads `promfix.yaml`. Aliases are limited, so that a small file can't grow into a large one.
 * @throws ConfigError with every mistake
 */
export function parseFile(text: string, source = 'promfix.yaml'): FileConfig {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES)
    throw new ConfigError(source, [{ where: 'the file', problem: configText.tooLarge(MAX_FILE_BYTES) }]);
  const document = parseDocument(text, { merge: false, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new ConfigError(
      source,
      document.errors.map((error) => ({
        where: `line ${error.linePos?.[0].line ?? '?'}`,
        problem: error.message.split('\n')[0] ?? 'not YAML',
      })),
    );
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch {
    throw new ConfigError(source, [{ where: 'the file', problem: configText.aliases() }]);
  }
  const parsed = fileSchema.safeParse(value ?? {});
  if (!parsed.success) throw new ConfigError(source, problemsOf(parsed.error));
  return parsed.data;
}

/**
 * Reads the environment; empty variables count as not set.
 * @throws ConfigError with every mistake
 */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) throw new ConfigError('the environment', problemsOf(parsed.error));
  return withTlsFiles(parsed.data);
}

/** Every connection is made from the URL alone, so the files for TLS become a part of it. */
function withTlsFiles(environment: Environment): Environment {
  const files = { ca: 'REDIS_CA_FILE', cert: 'REDIS_CERT_FILE', key: 'REDIS_KEY_FILE' } as const;
  const { REDIS_URL: url } = environment;
  const given = Object.entries(files).filter(([, variable]) => environment[variable] !== undefined);
  if (url === undefined || given.length === 0) return environment;
  if (!url.startsWith('rediss://'))
    throw new ConfigError(
      'the environment',
      given.map(([, where]) => ({ where, problem: configText.withoutTls(), example: EXAMPLES[where] ?? where })),
    );
  const full = new URL(url);
  for (const [parameter, variable] of given) full.searchParams.set(parameter, environment[variable] ?? '');
  return { ...environment, REDIS_URL: full.href };
}

/** What a role can't start without. */
const NEEDED = {
  bot: ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'REDIS_URL', 'PROMFIX_APPROVAL_KEY'],
  worker: ['REDIS_URL', 'PROMFIX_APPROVAL_KEY'],
  start: ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
} as const satisfies Record<string, readonly (keyof Environment)[]>;
export type Role = keyof typeof NEEDED;

/** @throws ConfigError naming every variable that this role lacks */
export function requireFor(role: Role, environment: Environment): void {
  const missing = NEEDED[role].filter((name) => environment[name] === undefined);
  if (missing.length > 0)
    throw new ConfigError(
      `the environment of promfix ${role}`,
      missing.map((where) => ({ where, problem: configText.notSet(), example: EXAMPLES[where] ?? where })),
    );
}

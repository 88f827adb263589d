import { z } from 'zod';

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

export const fileSchema = z.strictObject({
  /** The name that stands first in everything promfix says. */
  cluster: z.string().min(1).max(60),
  slack: z.strictObject({
    /** Where incidents open when the command was given elsewhere. */
    incidentChannel: channelId,
    /** Commands are answered here; the incident channel is always one of them. */
    commandChannels: z.array(channelId).default([]),
  }),
  /** Who may approve, by risk of the repair. A risk without a rule can't be approved by anybody. */
  approvals: z.strictObject({ low: rule.optional(), medium: rule.optional(), high: rule.optional() }).prefault({}),
  /** Where the permanent fix is to be made; only used in texts. */
  git: z.strictObject({ application: z.string().max(300).optional(), values: z.string().max(300).optional() }).prefault({}),
  timeouts: z
    .strictObject({
      /** Everything that one diagnosis reads. */
      read: duration.prefault('10s'),
      /** Until a repair has shown its effect, at most; a remediation may need less. */
      verify: duration.prefault('5m'),
    })
    .prefault({}),
  /** Whether the operator's metrics may be read through the API server's Service proxy. */
  readMetrics: z.boolean().default(true),
});
export type FileConfig = z.output<typeof fileSchema>;

export const environmentSchema = z.object({
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-').optional(),
  /** Another Slack than slack.com: the local workspace of the demo and the tests. */
  SLACK_API_URL: z.url().optional(),
  REDIS_URL: z.string().regex(/^(rediss?:\/\/|unix:\/\/|\/)/, 'redis://host:6379, rediss://… or a socket path').optional(),
  /** Key of the approvals' MAC, at least 32 characters; bot and worker need the same one. */
  PROMFIX_APPROVAL_KEY: z.string().min(32).optional(),
  PROMFIX_CONFIG: z.string().optional(),
  /** Where `promfix start` and the demo keep an embedded Redis. */
  PROMFIX_DATA_DIR: z.string().optional(),
  REDIS_SERVER_BIN: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});
export type Environment = z.output<typeof environmentSchema>;

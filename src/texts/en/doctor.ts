import type { Check, CheckCode } from '../../commands/checks.ts';
import type { Ink } from '../ink.ts';
import { policySentence } from './policy.ts';
import { redisText } from './redis.ts';

type Sentence = (values: Check['values'], ink: Ink) => string;

const value = (values: Check['values'], key: string): string => String(values[key] ?? '');

/** The store's own sentence for what is wrong with a Redis. */
function redisSentence(values: Check['values'], ink: Ink): string {
  const problem = value(values, 'problem');
  const known = Object.entries(redisText).find(([code]) => code === problem)?.[1];
  return ink.text(known ? known(values) : `Redis has a problem: ${problem}`);
}

/** What doctor found, each with the line that fixes it. */
export const doctorText = {
  'slack-reached': (v, ink) => `Slack answers as ${ink.text(value(v, 'bot'))} of ${ink.text(value(v, 'team'))}.`,
  'slack-unreachable': (v, ink) =>
    `Slack can’t be reached (${ink.text(value(v, 'detail'))}). Check egress to slack.com.`,
  'slack-auth': (v, ink) =>
    `Slack refuses the bot token (${ink.code(value(v, 'error'))}). Set SLACK_BOT_TOKEN to the app’s xoxb- token.`,
  'scopes-complete': () => 'The app has every scope it needs.',
  'scopes-missing': (v, ink) =>
    `The app lacks ${ink.code(value(v, 'scopes'))}. Add it under OAuth & Permissions (or apply docs/manifest.yaml) and install the app again.`,
  'channel-joined': (v, ink) => `promfix is in ${ink.channel(value(v, 'channel'))}.`,
  'channel-not-joined': (v, ink) =>
    `promfix is not in ${ink.channel(value(v, 'channel'))}. Type ${ink.code('/invite @promfix')} there.`,
  'channel-unknown': (v, ink) =>
    `There is no channel ${ink.code(value(v, 'channel'))} that promfix can see. Correct slack in promfix.yaml, or invite promfix there.`,
  'channel-shared': (v, ink) =>
    `${ink.channel(value(v, 'channel'))} is shared with another organisation: nothing can be approved there. Use a channel of your own.`,
  'group-unreadable': (v, ink) =>
    `The members of the user group ${ink.code(value(v, 'group'))} can’t be read: none of them may approve. Add usergroups:read, or list people in users.`,
  policy: (v) => policySentence(value(v, 'problem'), v),
  'approvers-ok': () => 'The approval rules can be met.',
  'store-reached': () => 'Redis answers.',
  'store-unavailable': () => 'Redis can’t be reached: incidents and repairs are off. Check REDIS_URL.',
  'redis-policy': redisSentence,
  'redis-persistence': redisSentence,
  'cluster-reached': (v, ink) => `The cluster ${ink.code(value(v, 'name'))} answers.`,
  'cluster-unreachable': (v, ink) =>
    `The cluster can’t be reached (${ink.text(value(v, 'detail'))}). Check the kubeconfig or the ServiceAccount.`,
  'right-missing': (v, ink) =>
    `promfix may not ${ink.code(`${value(v, 'verb')} ${value(v, 'resource')}`)}${value(v, 'group') === '' ? '' : ` of ${ink.code(value(v, 'group'))}`}${v['namespace'] === undefined ? '' : ` in ${ink.code(value(v, 'namespace'))}`}: ${ink.text(value(v, 'for'))} stays unchecked. docs/permissions.md has the rule to add.`,
  'rights-complete': () => 'promfix has every right to read that its runbooks need.',
} as const satisfies Record<CheckCode, Sentence>;

/** What a role says when it can't start. */
export const startText = {
  otherCluster: (here: string, there: string, since: string): string =>
    `This Redis belongs to the promfix of ${there} (since ${since}), and this one is for ${here}. Give each cluster a Redis of its own, so that a repair of one is never carried out in the other.`,
  policyRefused: (sentences: readonly string[]): string =>
    [
      'The approval rules of promfix.yaml are not safe, so promfix does not start with them:',
      ...sentences.map((one) => `  ${one}`),
    ].join('\n'),
  noRedisProgram: (): string =>
    'No redis-server was found. Install it (Debian: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL.',
  redisDidNotStart: (detail: string): string => `The embedded Redis did not start: ${detail}`,
  keyIsTemporary: (): string =>
    'PROMFIX_APPROVAL_KEY is not set: a new key is used, so approvals that are not carried out yet will not count after a restart.',
} as const;

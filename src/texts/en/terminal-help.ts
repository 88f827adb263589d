/** What frames the generated help of the terminal. */
export const helpText = {
  intro: () =>
    'promfix finds out why a Prometheus has no StatefulSet. In the terminal it only reads; repairs are approved in Slack.',
  roles: () =>
    [
      'Long-running roles:',
      '  bot      answers in Slack and diagnoses; needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN, REDIS_URL, PROMFIX_APPROVAL_KEY',
      '  worker   prepares and carries out approved repairs; needs REDIS_URL, PROMFIX_APPROVAL_KEY',
      '  start    both, with an embedded Redis where REDIS_URL is not set',
    ].join('\n'),
  more: (count: number) => `promfix help COMMAND shows one of the ${count} commands with its options and examples.`,
} as const;

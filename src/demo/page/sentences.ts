/** What Slack says to a person when something failed, for its codes; other texts are sentences already. */
const SENTENCES: Readonly<Record<string, string>> = {
  operation_timeout: '/promfix failed with the error “operation_timeout”: the app did not answer within 3 seconds.',
  dispatch_failed: 'It failed with the error “dispatch_failed”: the app is not connected.',
  invalid_command: 'That is not a valid command in this workspace. Type / to see which there are.',
  invalid_response: 'It failed with the error “invalid_response”: Slack refused what the app answered.',
};

export const sentence = (error: string): string => SENTENCES[error] ?? error;

/** Who did something. `user` is a Slack user id; `system` is promfix itself; `terminal` a person at the command line. */
export type Actor =
  | { readonly kind: 'user'; readonly team: string; readonly user: string }
  | { readonly kind: 'system'; readonly role: 'bot' | 'worker' }
  | { readonly kind: 'terminal'; readonly name: string };

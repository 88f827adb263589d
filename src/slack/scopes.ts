/** What the bot token needs, and for what. The manifest and doctor are held against this table. */
export const SCOPES = {
  commands: '/promfix',
  'chat:write': 'messages, edits and private answers',
  'app_mentions:read': '@promfix in a thread',
  'channels:history': 'finding its own message again after a crash, in public channels',
  'groups:history': 'the same in private channels',
  'channels:read': 'whether a public channel is shared with another organisation',
  'groups:read': 'the same for private channels',
  'users:read': 'whether whoever clicks is a full member',
  'usergroups:read': 'who belongs to an approving user group',
} as const;

export function missingScopes(granted: readonly string[]): readonly string[] {
  return Object.keys(SCOPES).filter((scope) => !granted.includes(scope));
}

import type { Method } from './method.ts';

export const AUTH = {
  'api.test': {
    token: 'bot',
    scopes: [],
    tier: 4,
    handle: (_slack, args) => ({ args: args.raw }),
  },
  'auth.test': {
    token: 'bot',
    scopes: [],
    tier: 'special',
    handle: ({ state }) => {
      const { app, team } = state.data;
      return {
        url: `https://${team.domain}.slack.test/`,
        team: team.name,
        user: state.user(app.botUser)?.name,
        team_id: team.id,
        user_id: app.botUser,
        bot_id: app.botId,
        is_enterprise_install: false,
      };
    },
  },
  'apps.connections.open': {
    token: 'app',
    scopes: [],
    tier: 3,
    handle: (slack) => ({ url: slack.issueSocketUrl() }),
  },
} as const satisfies Readonly<Record<string, Method>>;

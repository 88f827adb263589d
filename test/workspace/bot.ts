import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import { DEFAULT_SCOPES, type Workspace, type WorkspaceOptions } from '../../src/workspace/index.ts';

const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** The people and places of most tests. */
export const CAST = {
  people: [
    'alice',
    'bob',
    { name: 'gil', guest: 'multi' },
    { name: 'sue', guest: 'single' },
    { name: 'eve', external: true },
    { name: 'dan', deleted: true },
  ],
  channels: [
    { name: 'incidents', members: ['alice', 'bob'] },
    { name: 'lobby', members: ['alice', 'bob'], bot: false },
    { name: 'secret', private: true, members: ['alice'], bot: false },
    { name: 'war-room', private: true, members: ['alice'] },
    { name: 'partners', externalShared: true, members: ['alice', 'eve'] },
    { name: 'old', archived: true, members: ['alice'] },
  ],
  userGroups: [{ handle: 'sre', members: ['alice', 'bob'] }],
  scopes: [...DEFAULT_SCOPES, 'reactions:write', 'im:history'],
  events: ['app_mention', 'message.channels', 'message.im', 'app_home_opened'],
  homeTab: true,
  messagesTab: true,
  ackMs: 300,
  retryMs: [0, 20],
} as const satisfies WorkspaceOptions;

/** A client as the bot has it; without retries unless a test wants them. */
export function clientOf(slack: Workspace, options: WebClientOptions = {}): WebClient {
  return new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    logger: silent,
    retryConfig: { retries: 0 },
    ...options,
  });
}

export interface Bot {
  readonly app: App;
  readonly receiver: SocketModeReceiver;
  stop(): Promise<void>;
}

/** A real Bolt app with a real SocketModeReceiver, connected to the workspace. */
export async function startBot(slack: Workspace, listen: (app: App) => void = () => {}): Promise<Bot> {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: silent,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } } },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    logger: silent,
    deferInitialization: true,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  listen(app);
  await app.init();
  await app.start();
  return {
    app,
    receiver,
    stop: async () => {
      if (slack.sockets === 0) return;
      const gone = new Promise<void>((resolve) => receiver.client.once('disconnected', () => resolve()));
      await app.stop();
      await gone;
    },
  };
}

/** The error of a refused call, with all of Slack's answer. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    // Every platform error of the web API client carries the answer as `data`.
    const { data } = error as { data?: Record<string, unknown> };
    if (data !== undefined) return data;
    throw error;
  }
  throw new Error('the call was not refused');
}

export const quiet = { unfurl_links: false, unfurl_media: false } as const;
export const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;

import type { WebClient } from '@slack/web-api';
import type { Check, Probe } from '../commands/checks.ts';
import { listedChannels } from '../commands/listed-channels.ts';
import type { FileConfig } from '../config.ts';
import { slackFailure } from './errors.ts';
import { missingScopes } from './scopes.ts';

/** Token, scopes and channels. */
export function slackProbe(client: WebClient, file: FileConfig): Probe {
  return async () => {
    try {
      const auth = await client.auth.test();
      const granted = auth.response_metadata?.scopes ?? [];
      const missing = missingScopes(granted);
      const scopes: Check =
        missing.length === 0
          ? { code: 'scopes-complete', state: 'ok', values: {} }
          : { code: 'scopes-missing', state: 'failed', values: { scopes: missing.join(', ') } };
      const channels = await Promise.all(listedChannels(file).map((channel) => channelCheck(client, channel)));
      const reached: Check = {
        code: 'slack-reached',
        state: 'ok',
        values: { bot: auth.user ?? '', team: auth.team ?? '' },
      };
      return [reached, scopes, ...channels];
    } catch (error) {
      const failure = slackFailure(error);
      return failure?.kind === 'refused'
        ? [{ code: 'slack-auth', state: 'failed', values: { error: failure.error } }]
        : [{ code: 'slack-unreachable', state: 'failed', values: { detail: failure?.kind ?? 'unreachable' } }];
    }
  };
}

async function channelCheck(client: WebClient, id: string): Promise<Check> {
  try {
    const { channel } = await client.conversations.info({ channel: id });
    if (!channel?.is_member) return { code: 'channel-not-joined', state: 'failed', values: { channel: id } };
    if (channel.is_ext_shared) return { code: 'channel-shared', state: 'failed', values: { channel: id } };
    return { code: 'channel-joined', state: 'ok', values: { channel: id } };
  } catch {
    return { code: 'channel-unknown', state: 'failed', values: { channel: id } };
  }
}

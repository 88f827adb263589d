import type { App } from '@slack/bolt';
import type { Answer } from '../../commands/answers.ts';
import { drawAnswer } from '../answering.ts';
import { isListed } from '../channels.ts';
import { firstDelivery } from '../once.ts';
import { answerLine, type ListenerPorts } from './command.ts';

/** `@promfix …`: works on the thread it stands in, or in a thread under it. */
export function listenForMentions(app: App, ports: ListenerPorts, botUser: string): void {
  app.event('app_mention', async ({ event, body, client }) => {
    const { user, channel, ts } = event;
    if (user === undefined || ('bot_id' in event && event.bot_id !== undefined)) return;
    if (!(await firstDelivery(ports.store, 'event', body.event_id))) return;
    const thread = event.thread_ts ?? ts;
    const origin = { team: teamOf(event) ?? body.team_id, user, channel, thread };
    const say = async (answer: Answer): Promise<void> => {
      if (answer.say === 'incident' && answer.how === 'opened' && !answer.elsewhere) return;
      const { text, blocks } = await drawAnswer(ports, answer);
      const message = { channel, thread_ts: thread, text, blocks: [...blocks] };
      if (isListed(ports.file, channel) && !(answer.say === 'incident' && answer.elsewhere))
        await client.chat.postMessage({ ...message, unfurl_links: false, unfurl_media: false });
      else await client.chat.postEphemeral({ ...message, user });
    };
    await answerLine(ports, withoutMention(event.text, botUser), origin, say);
  });
}

/** The workspace of whoever wrote it: in a shared channel it may be another one than the bot's, which `body` names. */
function teamOf(event: object): string | undefined {
  for (const field of ['user_team', 'team'] as const)
    if (field in event) {
      const team: unknown = Object.entries(event).find(([key]) => key === field)?.[1];
      if (typeof team === 'string') return team;
    }
  return undefined;
}

/** The words around the first mention of the bot. */
function withoutMention(text: string, botUser: string): string {
  return text.replace(new RegExp(`<@${botUser}(?:\\|[^>]*)?>[:,]?`), ' ').trim();
}

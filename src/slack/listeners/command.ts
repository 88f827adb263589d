import type { App, RespondFn } from '@slack/bolt';
import type { Answer } from '../../commands/answers.ts';
import { parseLine } from '../../commands/parse.ts';
import type { SlackOrigin } from '../../commands/types.ts';
import { drawAnswer, isPublic } from '../answering.ts';
import { type DispatchPorts, dispatch } from '../dispatch.ts';
import type { Links } from '../links.ts';
import { firstDelivery } from '../once.ts';

export type ListenerPorts = DispatchPorts & { readonly links: Links };

/** `/promfix …`: acknowledged at once; what it comes to is answered privately. */
export function listenForCommands(app: App, ports: ListenerPorts): void {
  app.command('/promfix', async ({ command, ack, respond }) => {
    await ack();
    if (!(await firstDelivery(ports.store, 'command', command.trigger_id))) return;
    const origin: SlackOrigin = { team: command.team_id, user: command.user_id, channel: command.channel_id };
    await answerLine(ports, command.text, origin, sayBy(ports, respond));
  });
}

/** Parses and runs a line; what was not understood is answered, too. */
export async function answerLine(
  ports: ListenerPorts,
  line: string,
  origin: SlackOrigin,
  say: (answer: Answer) => Promise<void>,
): Promise<void> {
  const parsed = parseLine(line);
  if (parsed.ok) await dispatch(ports, parsed.call, origin, say);
  else await say({ say: 'problem', sentence: parsed.problem });
}

/** Answers by the response URL: privately, even where the bot is no member. What the channel shows by itself is not repeated. */
export function sayBy(ports: ListenerPorts, respond: RespondFn): (answer: Answer) => Promise<void> {
  return async (answer) => {
    if (answer.say === 'incident' && answer.how === 'opened' && !answer.elsewhere) return;
    const { text, blocks } = await drawAnswer(ports, answer);
    await respond({
      text,
      blocks: [...blocks],
      response_type: isPublic(answer) ? 'in_channel' : 'ephemeral',
      replace_original: false,
    });
  };
}

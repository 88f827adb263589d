import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { type Click, type DecidePorts, decide } from '../../commands/decide.ts';
import { firstDelivery } from '../once.ts';
import { clickMessage } from '../views/answer.ts';
import { ACTIONS, readButtonValue } from '../views/card.ts';
import { reasonForm } from '../views/reason-form.ts';
import { answerLine, type ListenerPorts, sayBy } from './command.ts';

/** Approve and Re-check: decided and written first, then acknowledged; whatever did not decide it is explained privately. */
export function listenForClicks(app: App, ports: ListenerPorts & DecidePorts): void {
  for (const [decision, id] of [
    ['approve', ACTIONS.approve],
    ['look-again', ACTIONS.lookAgain],
  ] as const)
    app.action<BlockAction<ButtonAction>>(id, async ({ body, action, ack, respond, client }) => {
      const click = clickOf(body, action, decision);
      if (!click || !(await firstDelivery(ports.store, 'click', body.trigger_id))) {
        await ack();
        return;
      }
      const answer = await decide(ports, click);
      await ack();
      if (answer.say === 'reason-needed') {
        const { proposal, version } = answer;
        await client.views.open({
          trigger_id: body.trigger_id,
          view: reasonForm(formState({ ...click, proposal, version }, threadOf(body))),
        });
        return;
      }
      // The card itself shows a decision, to everybody.
      if (answer.say === 'recorded' && answer.waiting === 0) return;
      const { text, blocks } = clickMessage(answer);
      const thread = threadOf(body);
      await respond({
        text,
        blocks: [...blocks],
        response_type: 'ephemeral',
        replace_original: false,
        // Where the click was made: on a phone the channel is out of sight.
        ...(thread !== undefined && { thread_ts: thread }),
      });
    });
}

/** What is said with a reason: a form asks for it, and who may say it is checked when it comes back. A denial needs none. */
export function listenForReasoned(app: App, ports: Pick<ListenerPorts, 'store'>): void {
  for (const [decision, id] of [
    ['deny', ACTIONS.deny],
    ['break-glass', ACTIONS.breakGlass],
    ['happened', ACTIONS.happened],
    ['did-not-happen', ACTIONS.didNotHappen],
  ] as const)
    app.action<BlockAction<ButtonAction>>(id, async ({ body, action, ack, client }) => {
      await ack();
      const click = clickOf(body, action, decision);
      if (!click || !(await firstDelivery(ports.store, 'click', body.trigger_id))) return;
      const view = reasonForm(formState(click, threadOf(body)));
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
}

/** A button of a "Which one?": the same as typing `diagnose` with that name. */
export function listenForChoices(app: App, ports: ListenerPorts): void {
  app.action<BlockAction<ButtonAction>>(
    new RegExp(`^${ACTIONS.diagnose}_\\d+$`),
    async ({ body, action, ack, respond }) => {
      await ack();
      const channel = body.channel?.id;
      if (channel === undefined || !(await firstDelivery(ports.store, 'click', body.trigger_id))) return;
      // Whose mention it was may have opened a thread.
      const thread = threadOf(body);
      const origin = {
        team: body.user.team_id ?? body.team?.id ?? '',
        user: body.user.id,
        channel,
        ...(thread !== undefined && { thread }),
      };
      await answerLine(ports, `diagnose ${action.value ?? ''}`, origin, sayBy(ports, respond));
    },
  );
}

/** The thread of the message that was clicked, as its container names it. */
function threadOf(body: BlockAction): string | undefined {
  return 'thread_ts' in body.container ? String(body.container['thread_ts']) : undefined;
}

function formState({ decision, proposal, version, channel, ts, user }: Click, thread: string | undefined) {
  return { decision, proposal, version, channel, ts, ...(thread !== undefined && { thread }), user };
}

function clickOf(body: BlockAction, action: ButtonAction, decision: Click['decision']): Click | undefined {
  const named = readButtonValue(action.value ?? '');
  const channel = body.channel?.id;
  const ts: unknown = body.container['message_ts'];
  if (!named || channel === undefined || typeof ts !== 'string') return undefined;
  return { decision, ...named, channel, ts, team: body.user.team_id ?? body.team?.id ?? '', user: body.user.id };
}

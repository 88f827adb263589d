import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Answer } from '../../commands/answers.ts';
import { type Click, clickBudget, type DecidePorts, decide } from '../../commands/decide.ts';
import { undo } from '../../commands/undo.ts';
import { cardId } from '../../incidents/changes.ts';
import { StoreUnavailable } from '../../store/types.ts';
import { drawAnswer } from '../answering.ts';
import { firstDelivery } from '../once.ts';
import { clickMessage } from '../views/answer.ts';
import type { Message } from '../views/blocks.ts';
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
      const wait = clickBudget();
      const click = clickOf(body, action, decision);
      if (!click || !(await firstDelivery(ports.store, 'click', body.trigger_id, wait))) {
        await ack();
        return;
      }
      const answer = await decide(ports, click, wait);
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
      await respond(privately(clickMessage(answer), body));
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

/** A button on the card of a repair that was carried out: proposes to take it back, which is then decided like any repair. */
export function listenForUndo(app: App, ports: ListenerPorts & Pick<DecidePorts, 'team'>): void {
  app.action<BlockAction<ButtonAction>>(ACTIONS.undo, async ({ body, action, ack, respond }) => {
    await ack();
    const click = clickOf(body, action, 'approve');
    if (!click || !(await firstDelivery(ports.store, 'click', body.trigger_id))) return;
    const answer = await undoOfCard(ports, click);
    if (answer === undefined || (answer.say === 'preparing' && !answer.already)) return;
    await respond(privately(await drawAnswer(ports, answer), body));
  });
}

/** Undefined for a card that is not the one of the record, and for people of another workspace. */
async function undoOfCard(
  ports: ListenerPorts & Pick<DecidePorts, 'team'>,
  { proposal, channel, ts, team, user }: Click,
): Promise<Answer | undefined> {
  try {
    const card = await ports.store.get('message', cardId(proposal));
    if (card?.value.channel !== channel || card.value.ts !== ts || team !== ports.team) return undefined;
    return await undo(ports, { proposal }, { kind: 'user', team, user });
  } catch (error) {
    if (error instanceof StoreUnavailable) return { say: 'store-unavailable' };
    throw error;
  }
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

/** A message for whoever clicked, where the click was made: on a phone the channel is out of sight. */
function privately({ text, blocks }: Message, body: BlockAction) {
  const thread = threadOf(body);
  return {
    text,
    blocks: [...blocks],
    response_type: 'ephemeral' as const,
    replace_original: false,
    ...(thread !== undefined && { thread_ts: thread }),
  };
}

/** The thread of the message that was clicked, as its container names it. */
function threadOf(body: BlockAction): string | undefined {
  return 'thread_ts' in body.container ? String(body.container['thread_ts']) : undefined;
}

function formState({ decision, proposal, version, planHash, channel, ts, user }: Click, thread: string | undefined) {
  return { decision, proposal, version, planHash, channel, ts, ...(thread !== undefined && { thread }), user };
}

function clickOf(body: BlockAction, action: ButtonAction, decision: Click['decision']): Click | undefined {
  const named = readButtonValue(action.value ?? '');
  const channel = body.channel?.id;
  const ts: unknown = body.container['message_ts'];
  if (!named || channel === undefined || typeof ts !== 'string') return undefined;
  return { decision, ...named, channel, ts, team: body.user.team_id ?? body.team?.id ?? '', user: body.user.id };
}

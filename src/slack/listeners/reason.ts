import type { App } from '@slack/bolt';
import { type DecidePorts, decide } from '../../commands/decide.ts';
import { notRecordedText, slackDidNotSayText } from '../../texts/en/clicks.ts';
import { clickMessage } from '../views/answer.ts';
import { REASON_BLOCK, REASON_FORM, REASON_INPUT, readReasonForm } from '../views/reason-form.ts';

/** The form in which somebody decides with a reason: written first, then acknowledged. */
export function listenForReasons(app: App, ports: DecidePorts): void {
  app.view(REASON_FORM, async ({ body, view, ack, client }) => {
    const form = readReasonForm(view.private_metadata);
    const user = body.user.id;
    if (!form || form.user !== user) {
      await ack();
      ports.log.warn({ user }, 'a form that is not this person’s was refused');
      return;
    }
    const { decision, proposal, version, planHash, channel, ts, thread } = form;
    const reason = view.state.values[REASON_BLOCK]?.[REASON_INPUT]?.value ?? '';
    const team = body.user.team_id ?? body.team?.id ?? '';
    const answer = await decide(ports, { decision, proposal, version, planHash, channel, ts, team, user, reason });
    if (answer.say === 'not-recorded') {
      await ack({ response_action: 'errors', errors: { [REASON_BLOCK]: notRecordedText } });
      return;
    }
    // The form stays open with what was typed: it only has to be sent again.
    if (answer.say === 'refused' && answer.code === 'slack-did-not-say') {
      await ack({ response_action: 'errors', errors: { [REASON_BLOCK]: slackDidNotSayText } });
      return;
    }
    await ack();
    if (answer.say === 'recorded' && answer.waiting === 0) return;
    const { text, blocks } = clickMessage(answer);
    await client.chat.postEphemeral({
      channel,
      user,
      text,
      blocks: [...blocks],
      // Where the button was: on a phone the channel is out of sight.
      ...(thread !== undefined && { thread_ts: thread }),
    });
  });
}

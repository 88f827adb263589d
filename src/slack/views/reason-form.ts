import { slackText } from '../../texts/en/slack.ts';
import { buttonValue, readButtonValue } from './card.ts';

export const REASON_FORM = 'promfix_reason';
export const REASON_BLOCK = 'reason';
export const REASON_INPUT = 'text';

/** What the form remembers; Slack gives it back as it was, to the one person who opened it. */
export interface ReasonFormState {
  readonly proposal: string;
  readonly version: number;
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
}

/** The form in which somebody gives the reason for approving their own request. */
export function reasonForm(state: ReasonFormState) {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;
  return {
    type: 'modal' as const,
    callback_id: REASON_FORM,
    private_metadata: JSON.stringify({ ...state, proposal: buttonValue(state.proposal, state.version) }),
    title: plain(slackText.reasonTitle),
    submit: plain(slackText.reasonSubmit),
    close: plain(slackText.reasonClose),
    blocks: [
      {
        type: 'input' as const,
        block_id: REASON_BLOCK,
        label: plain(slackText.reasonLabel),
        element: { type: 'plain_text_input' as const, action_id: REASON_INPUT, max_length: 300, min_length: 3 },
      },
    ],
  };
}

/** Undefined for anything that this form did not write. */
export function readReasonForm(metadata: string): ReasonFormState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(metadata);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { proposal, channel, ts, user } = { proposal: '', channel: '', ts: '', user: '', ...value };
  const named = typeof proposal === 'string' ? readButtonValue(proposal) : undefined;
  return named && typeof channel === 'string' && typeof ts === 'string' && typeof user === 'string'
    ? { ...named, channel, ts, user }
    : undefined;
}

import type { Decision } from '../../commands/answers.ts';
import { slackText } from '../../texts/en/slack.ts';
import { buttonValue, readButtonValue, type ShownCard } from './card.ts';

export const REASON_FORM = 'promfix_reason';
export const REASON_BLOCK = 'reason';
export const REASON_INPUT = 'text';

/** What the form remembers; Slack gives it back as it was, to the one person who opened it. */
interface ReasonFormState extends ShownCard {
  readonly decision: Decision;
  readonly channel: string;
  readonly ts: string;
  /** The thread that the button was clicked in: private answers go there, too. */
  readonly thread?: string;
  readonly user: string;
}

/** The form in which somebody gives a reason: for approving their own request, or for what they say became of a change. */
export function reasonForm(state: ReasonFormState) {
  const words = slackText.reason[state.decision];
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;
  return {
    type: 'modal' as const,
    callback_id: REASON_FORM,
    private_metadata: JSON.stringify({ ...state, proposal: buttonValue(state) }),
    title: plain(words.title),
    submit: plain(words.submit),
    close: plain(slackText.reasonClose),
    blocks: [
      {
        type: 'input' as const,
        block_id: REASON_BLOCK,
        label: plain(words.label),
        optional: state.decision === 'deny',
        element: { type: 'plain_text_input' as const, action_id: REASON_INPUT, max_length: 300, min_length: 3 },
      },
    ],
  };
}

const DECISIONS = Object.keys(slackText.reason).filter((one): one is Decision => one in slackText.reason);

/** Undefined for anything that this form did not write. */
export function readReasonForm(metadata: string): ReasonFormState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(metadata);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { proposal, channel, ts, thread, user, decision } = {
    proposal: '',
    channel: '',
    ts: '',
    thread: undefined,
    user: '',
    decision: '',
    ...value,
  };
  const named = typeof proposal === 'string' ? readButtonValue(proposal) : undefined;
  const decided = DECISIONS.find((one) => one === decision);
  return named && decided && typeof channel === 'string' && typeof ts === 'string' && typeof user === 'string'
    ? { ...named, decision: decided, channel, ts, ...(typeof thread === 'string' && { thread }), user }
    : undefined;
}

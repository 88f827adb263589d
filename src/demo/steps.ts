import { slackText } from '../texts/en/slack.ts';
import type { Message, Workspace } from '../workspace/index.ts';

const { actions } = slackText;
/** The button's action, as it stands in the blocks. */
const APPROVE = 'promfix_approve';

/** Where an incident is, as anybody can tell from the channel. */
export type Step =
  | {
      readonly id:
        | 'start'
        | 'reading'
        | 'preparing'
        | 'repairing'
        | 'unsure'
        | 'resolved'
        | 'advice'
        | 'ended'
        | 'healthy';
    }
  /** A card waits for a decision; nobody without rights has tried it yet, or somebody has. */
  | { readonly id: 'refuse' | 'approve'; readonly card: Message };

/** Reads the step off the messages: of the last incident in the channel, and of its last card. */
export function stepOf(workspace: Workspace, channel: string): Step {
  const messages = workspace.messages(channel).filter((one) => one.bot_id !== undefined);
  const roots = messages.filter((one) => one.thread_ts === undefined || one.thread_ts === one.ts);
  const root = roots.at(-1);
  if (root === undefined) return { id: 'start' };
  const card = messages.filter((one) => JSON.stringify(one.blocks).includes(`"${APPROVE}"`)).at(-1);
  const text = workspace.text(root);
  if (card !== undefined) return { id: /refused/.test(text) ? 'approve' : 'refuse', card };
  const id = stepOfText(text);
  // Between the verdict and the proposal the first line already says that nothing is proposed.
  const diagnosed = messages.some(
    (one) => one.thread_ts === root.ts && workspace.text(one).startsWith(`*${slackText.diagnosisTitle}*`),
  );
  if (id === 'advice' && !diagnosed) return { id: 'reading' };
  // Resolved without a repair: nothing was wrong.
  const repaired = messages.some((one) => one.thread_ts === root.ts && /Approved by/.test(workspace.text(one)));
  return { id: id === 'resolved' && !repaired ? 'healthy' : id };
}

function stepOfText(text: string): Exclude<Step['id'], 'refuse' | 'approve'> {
  const says = (words: string): boolean => text.includes(words);
  if (says(actions.resolved)) return 'resolved';
  if (says(actions.nothing)) return 'healthy';
  if (says(actions.advice) || says(actions.lookAgain)) return 'advice';
  if (says(actions.unknown)) return 'unsure';
  if (says(actions.closed) || /; \/promfix diagnose looks again/.test(text)) return 'ended';
  if (/is under way/.test(text)) return 'repairing';
  if (/checking whether|approve or deny/.test(text)) return 'preparing';
  return 'reading';
}

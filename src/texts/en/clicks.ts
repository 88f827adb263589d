import type { Decision } from '../../commands/answers.ts';
import type { ClickRefusal } from '../../commands/decide.ts';
import type { Values } from '../../diagnosis/types.ts';
import type { BreakGlassRefusal } from '../../incidents/break-glass.ts';
import type { PolicyRefusal } from '../../incidents/policy.ts';
import type { TransitionRefusal } from '../../incidents/transition/result.ts';
import type { Ink } from '../ink.ts';
import { stateText } from './states.ts';

type Sentence = (values: Values, ink: Ink) => string;

/** “It was approved by @ada at 03:12”, or what became of it otherwise. */
function outcome(values: Values, ink: Ink): string {
  const state = String(values['state'] ?? '');
  const word = state in stateText ? stateText[state as keyof typeof stateText] : state;
  const user =
    values['user'] === undefined ? '' : ` by ${ink.who({ kind: 'user', team: '', user: String(values['user']) })}`;
  const at = values['at'] === undefined ? '' : ` at ${ink.at(String(values['at']))}`;
  return `${word}${user}${at}`;
}

export const slackDidNotSayText = 'Slack did not say in time who you are. Nothing was recorded; click again.';

/** Said to the person who clicked, and to nobody else. Each says that nothing was changed, and what would help. */
const clickText = {
  // -- the policy
  'no-rule': () =>
    'Nobody may approve repairs of this risk here. Add a rule for it to promfix.yaml first. Nothing was changed.',
  'not-a-full-member': () => 'Only full members of this workspace can decide. Nothing was changed.',
  'not-an-approver': () =>
    'You are not an approver for repairs of this risk. The card names who is. Nothing was changed.',
  'group-not-enough': () => 'High risk is approved by people listed by name, not through a group. Nothing was changed.',
  'self-approval': () => 'You asked for this repair, so somebody else has to approve it. Nothing was changed.',
  'reason-needed': () =>
    'You asked for this repair. You may approve it yourself with a reason. Nothing was changed yet.',
  // -- an approval given alone
  'not-listed-for-emergencies': () =>
    'You are not listed under approvals.breakGlass, so you can’t approve alone. Nothing was changed.',
  'never-in-an-emergency': () =>
    'Changes of rights, Applications and webhooks always take every approval, in an emergency, too. Nothing was changed.',
  // -- the state machine
  'not-prepared-yet': () =>
    'The plan is still being checked. The buttons appear as soon as there is something to decide.',
  'already-prepared': () => 'The plan is there already.',
  'stale-card': () =>
    'This card shows a plan that is no longer the current one. Decide on the newest card. Nothing was changed.',
  expired: (v, ink) =>
    `This proposal expired${v['at'] === undefined ? '' : ` at ${ink.at(String(v['at']))}`}. Type ${ink.code('/promfix diagnose')} to get a fresh one. Nothing was changed.`,
  'already-approved-by-you': () => 'Your approval is recorded already; another person’s is still needed.',
  'already-decided': (v, ink) => `This is decided already: ${outcome(v, ink)}. Your click changed nothing.`,
  'not-approved': () => 'It is not approved yet.',
  'already-queued': () => 'It is on its way to a worker already.',
  'not-due': () => 'It has not expired yet.',
  'in-progress': (v, ink) =>
    `It is being carried out and can’t be taken back now${v['state'] === undefined ? '' : ` (${outcome(v, ink)})`}.`,
  'not-running': () => 'It is not running.',
  'stale-fence': () => 'Another attempt owns it by now.',
  'step-out-of-order': () => 'The steps are out of order.',
  'steps-missing': () => 'Not every step is done.',
  'already-changed': () => 'Something was changed already.',
  'no-way-back': () => 'This repair has no way back, or it is taken already.',
  'outcome-unknown': () =>
    'Whether the change was made is not known. It has to be cleared up before anything else is done here.',
  'not-unknown': () => 'Its outcome is known.',
  // -- the click itself
  'not-this-card': () =>
    'This card is not the current one of the proposal. Decide on the card in the incident’s thread. Nothing was changed.',
  'no-such-proposal': () =>
    'I have no record of this proposal. It may be from another installation. Nothing was changed.',
  'other-workspace': () => 'Only people of this workspace can decide. Nothing was changed.',
  'slack-did-not-say': () => slackDidNotSayText,
  'shared-channel': () =>
    'This channel is shared with another organisation, so nothing can be approved here. Nothing was changed.',
  'rule-changed': (_, ink) =>
    `The approval rule became stricter since this was proposed. Type ${ink.code('/promfix diagnose')} to get a fresh proposal. Nothing was changed.`,
  'requester-forged': (_, ink) =>
    `The record does not vouch for who asked for this repair, so nobody can approve it. Type ${ink.code('/promfix fix')} to ask for it anew. Nothing was changed.`,
} as const satisfies Record<PolicyRefusal | BreakGlassRefusal | TransitionRefusal | ClickRefusal, Sentence>;

export function clickSentence(code: string, values: Values, ink: Ink): string {
  const known = Object.entries(clickText).find(([key]) => key === code)?.[1];
  return known ? known(values, ink) : `This was refused (${ink.code(code)}). Nothing was changed.`;
}

export const notRecordedText =
  'Your click may not have been recorded: the store did not answer in time. If the buttons are still there, please click again; twice does no harm.';
const RECORDED = {
  deny: 'Recorded: you denied it.',
  'break-glass': 'Recorded: you approved it alone. Everybody in the incident channel is told.',
  'look-again': 'I am looking at the cluster again; the card will show what I find.',
  happened: 'Recorded: the change happened. The effect is checked now.',
  'did-not-happen': 'Recorded: the change did not happen.',
} as const satisfies Record<Exclude<Decision, 'approve'>, string>;
export const recordedText = (decision: Decision, waiting: number): string =>
  decision !== 'approve'
    ? RECORDED[decision]
    : waiting > 0
      ? `Recorded. ${waiting === 1 ? 'One more approval is' : `${waiting} more approvals are`} needed.`
      : 'Recorded: you approved it.';

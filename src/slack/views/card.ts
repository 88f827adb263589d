import { isFinal } from '../../incidents/proposal.ts';
import type { Proposal, ProposalState } from '../../incidents/types.ts';
import { whyNotUndoable } from '../../incidents/undo.ts';
import type { Plan } from '../../remediations/types.ts';
import { targetName } from '../../texts/en/answers.ts';
import { ownershipSentence } from '../../texts/en/ownership.ts';
import { slackText } from '../../texts/en/slack.ts';
import { stateOf } from '../../texts/en/states.ts';
import { actions, type Block, type Button, button, context, type Message, message, section } from './blocks.ts';
import { codeBlock, groupMention, prose, userMention } from './escape.ts';
import { plainInk, slackInk } from './ink.ts';
import { checkSentence, remediationTitle } from './words.ts';

export const ACTIONS = {
  approve: 'promfix_approve',
  deny: 'promfix_deny',
  breakGlass: 'promfix_break_glass',
  lookAgain: 'promfix_look_again',
  diagnose: 'promfix_diagnose',
  happened: 'promfix_happened',
  didNotHappen: 'promfix_did_not_happen',
  undo: 'promfix_undo',
} as const;

/** Lines of the diff on the card; the rest is counted. */
const DIFF_LINES = 6;

interface CardView {
  readonly proposal: Proposal;
  /** Version of the record that is shown; goes into the buttons' value. */
  readonly version: number;
  /**
   * `false` names no approvers: a first post would notify them, and they are mentioned once, in a message of its own. Edits notify nobody.
   */
  readonly nameApprovers: boolean;
}

/** The card of a proposal, in every state it can have. Buttons are there exactly as long as there is something to decide. */
export function cardMessage({ proposal, version, nameApprovers }: CardView): Message {
  const { target, state, plan } = proposal;
  const title = remediationTitle(proposal.remediation);
  const head = slackText.cardTitle(slackInk.bold(target.cluster), prose(title), stateOf(proposal));
  const blocks: Block[] = [
    section(
      `${head}\n${slackText.facts([slackText.risk[proposal.risk], prose(targetName(target)), hashLine(proposal)])}`,
    ),
    ...(proposal.undoes === undefined ? [] : [section(takesBack(proposal))]),
    ...(plan?.warnings ? [section(slackText.warning(prose(plan.warnings.map(checkSentence).join(' '), 600)))] : []),
    ...(plan ? planBlocks(plan, state) : state === 'preparing' ? [context(slackText.checking)] : []),
  ];
  const tail = [...decisionBlocks(proposal, nameApprovers), ...buttons(proposal, version, title)];
  return message(
    slackText.cardTitle(plainInk.bold(target.cluster), `${title}, ${slackText.risk[proposal.risk]}`, stateOf(proposal)),
    [...blocks, ...tail],
    { keep: tail.length, omitted: slackText.omitted },
  );
}

/** Which repair an undo takes back. */
function takesBack({ undoes = '', plan }: Proposal): string {
  const repair = plan?.undoes?.remediation;
  return slackText.takesBack(slackInk.code(undoes), repair === undefined ? undefined : prose(remediationTitle(repair)));
}

function hashLine(proposal: Proposal): string {
  const id = slackInk.code(proposal.id);
  return proposal.planHash === undefined ? id : slackText.plan(id, slackInk.code(proposal.planHash.slice(0, 8)));
}

/** All that somebody has to know to decide. Of what is over: what was or was not changed, and of a change how to live with it. */
function planBlocks(plan: Plan, state: ProposalState): Block[] {
  const wasMade = state === 'succeeded' || state === 'unhealthy';
  const diff = section(`*${slackText.whatChanges[state]}*\n${codeBlock(diffLines(plan), 1800)}`);
  if (isFinal(state)) return wasMade ? [diff, section(afterwards(plan).join('\n'))] : [diff];
  return [
    diff,
    section([...whatItMeans(plan), ...afterwards(plan)].join('\n')),
    ...(plan.checks.length > 0
      ? [context(`*${slackText.checked}:* ${prose(plan.checks.map(checkSentence).join(' '), 1500)}`)]
      : []),
  ];
}

function whatItMeans(plan: Plan): readonly string[] {
  const manages = plan.manages
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => slackText.managed(count, kind));
  return [
    ...(manages.length > 0 ? [prose(slackText.manages(manages.join(', ')), 500)] : []),
    ...titled(slackText.noted, plan.effects ?? []),
    ...titled(slackText.untouched, plan.untouched),
  ];
}

/** How to take it back, who else owns the objects, and what makes it last. */
function afterwards(plan: Plan): readonly string[] {
  const undo =
    plan.undo.kind === 'none'
      ? slackText.undoNone(prose(checkSentence(plan.undo.because), 400))
      : slackText.undoSteps(plan.undo.steps.length);
  const owners = plan.ownership.flatMap(({ manager, name, object, survives }) =>
    manager === 'nobody-known'
      ? []
      : [ownershipSentence(slackInk.code(object), { manager, survives }, name && prose(name, 200))],
  );
  return [`*${slackText.undo}:* ${undo}`, ...owners.slice(0, 4), ...titled(slackText.permanent, [plan.permanent])];
}

function titled(title: string, said: Plan['checks']): readonly string[] {
  return said.length === 0 ? [] : [`*${title}:* ${prose(said.map(checkSentence).join(' '), 900)}`];
}

/** `- path: before` / `+ path: after` under the object's name; six lines at most. */
function diffLines(plan: Plan): readonly string[] {
  const short = wholeDiff(plan).map((line) => (line.length > 160 ? `${line.slice(0, 159)}…` : line));
  return short.length <= DIFF_LINES
    ? short
    : [...short.slice(0, DIFF_LINES - 1), slackText.moreLines(short.length - DIFF_LINES + 1)];
}

/** Whether the card shows all of the diff. */
export function fitsCard(plan: Plan): boolean {
  const lines = wholeDiff(plan);
  return lines.length <= DIFF_LINES && lines.every((line) => line.length <= 160);
}

export function wholeDiff(plan: Plan): readonly string[] {
  const all: string[] = [];
  let object = '';
  for (const line of plan.diff) {
    if (line.object !== object) all.push(line.object);
    object = line.object;
    if (line.before !== null) all.push(`- ${line.path}: ${line.before}`);
    if (line.after !== null) all.push(`+ ${line.path}: ${line.after}`);
  }
  return all;
}

/** Who may decide, who did, and what became of it. */
function decisionBlocks(proposal: Proposal, nameApprovers: boolean): Block[] {
  const { state, rule, approvals, expiresAt } = proposal;
  const lines: string[] = [];
  const names = approvals.map((one) => userMention(one.by.user)).join(', ');
  if (state === 'proposed' && rule) {
    const who = approvers(rule);
    if (nameApprovers)
      lines.push(
        who === ''
          ? slackText.nobodyMayApprove
          : slackText.mayApprove(who, rule.approvals, expiresAt ? slackInk.at(expiresAt) : '–'),
      );
    if (nameApprovers && rule.breakGlass)
      lines.push(slackText.mayBreakGlass(rule.breakGlass.map(userMention).join(', ')));
    if (approvals.length > 0) lines.push(slackText.approvedSoFar(names, approvals.length, rule.approvals));
  }
  const alone = approvals.find((one) => one.breakGlass === true);
  if (alone) lines.push(slackText.approvedAlone(userMention(alone.by.user), slackInk.at(alone.at)));
  else if (state !== 'proposed' && approvals.length > 0)
    lines.push(slackText.approvedBy(names, slackInk.at(approvals.at(-1)?.at ?? '')));
  for (const { reason } of approvals) if (reason) lines.push(slackText.withReason(prose(reason, 500)));
  if (state === 'denied' && proposal.deniedBy)
    lines.push(slackText.deniedBy(slackInk.who(proposal.deniedBy), slackInk.at(proposal.decidedAt ?? '')));
  if (state === 'denied' && proposal.reason) lines.push(slackText.withReason(prose(proposal.reason, 500)));
  if (state === 'expired' && expiresAt) lines.push(slackText.expiredAt(slackInk.at(expiresAt)));
  if (proposal.startedAt) lines.push(slackText.startedAt(slackInk.at(proposal.startedAt)));
  if (proposal.waitsFor !== undefined && (state === 'approved' || state === 'queued'))
    lines.push(slackText.waitsFor(slackInk.code(proposal.waitsFor)));
  if (proposal.returning && state === 'running') lines.push(slackText.returnOwed(slackInk.at(proposal.returning.at)));
  if (proposal.undoneBy !== undefined) lines.push(slackText.takenBackBy(slackInk.code(proposal.undoneBy)));
  if (proposal.outcome) lines.push(prose(checkSentence(proposal.outcome), 500));
  if (proposal.startedAt && proposal.finishedAt) lines.push(slackText.finishedAt(slackInk.at(proposal.finishedAt)));
  return lines.length === 0 ? [] : [section(lines.join('\n'))];
}

/** Everybody who may approve, as mentions. */
export function approvers(rule: { readonly users: readonly string[]; readonly groups: readonly string[] }): string {
  return [...rule.users.slice(0, 20).map(userMention), ...rule.groups.slice(0, 10).map(groupMention)].join(', ');
}

function buttons(proposal: Proposal, version: number, title: string): Block[] {
  const { cluster } = proposal.target;
  const value = buttonValue({ proposal: proposal.id, version, planHash: proposal.planHash });
  const of = (id: string, label: string, spoken: string, more: Partial<Parameters<typeof button>[0]> = {}): Button =>
    button({ id, label, spoken, value, ...more });
  if (proposal.state === 'proposed')
    return [
      actions(`promfix:${proposal.id}`, [
        of(ACTIONS.approve, slackText.approve, slackText.approveSpoken(title, cluster, proposal.id), {
          style: 'primary',
          confirm: {
            title: slackText.confirmTitle(cluster),
            text: slackText.confirmText(title, cluster, targetName(proposal.target)),
            yes: slackText.confirmYes(title),
            no: slackText.confirmNo,
          },
        }),
        of(ACTIONS.deny, slackText.deny, slackText.denySpoken(title, cluster, proposal.id)),
        ...(proposal.rule?.breakGlass
          ? [
              of(ACTIONS.breakGlass, slackText.breakGlass, slackText.breakGlassSpoken(title, cluster, proposal.id), {
                style: 'danger',
              }),
            ]
          : []),
      ]),
    ];
  if (proposal.state === 'unknown')
    return [
      actions(`promfix:${proposal.id}`, [
        of(ACTIONS.lookAgain, slackText.lookAgain, slackText.lookAgainSpoken(title, proposal.id)),
        of(ACTIONS.happened, slackText.happened, slackText.happenedSpoken(title, proposal.id)),
        of(ACTIONS.didNotHappen, slackText.didNotHappen, slackText.didNotHappenSpoken(title, proposal.id)),
      ]),
    ];
  if (whyNotUndoable(proposal) === undefined)
    return [
      actions(`promfix:${proposal.id}`, [of(ACTIONS.undo, slackText.undo, slackText.undoSpoken(title, proposal.id))]),
    ];
  return [];
}

/**
 * What a button carries: which record, which version of it and which plan was shown. It gives no authority; what it does not agree with is
 * refused, so that a plan put in the place of the one on the card can't be approved by a click on that card.
 */
export interface ShownCard {
  readonly proposal: string;
  readonly version: number;
  readonly planHash?: string | undefined;
}
export function buttonValue({ proposal, version, planHash }: ShownCard): string {
  return planHash === undefined ? `${proposal}@${version}` : `${proposal}@${version}#${planHash}`;
}
export function readButtonValue(value: string): ShownCard | undefined {
  const match = /^(inc-\d{1,9}\.p\d{1,6})@(\d{1,12})(?:#([0-9a-f]{64}))?$/.exec(value);
  if (!match?.[1] || !match[2]) return undefined;
  return { proposal: match[1], version: Number(match[2]), ...(match[3] !== undefined && { planHash: match[3] }) };
}

import type { Values } from '../diagnosis/types.ts';
import { approvalMac } from '../incidents/approval-mac.ts';
import { refusalToBreak } from '../incidents/break-glass.ts';
import {
  cardId,
  changeProposal,
  type ProposalReads,
  refuseClick,
  repaintCard,
  repaintIncident,
  targetKey,
} from '../incidents/changes.ts';
import { mayApprove } from '../incidents/policy.ts';
import { isRequesterKnown } from '../incidents/requester-mac.ts';
import type { Actor, Proposal, ProposalEvent, ThreadContent } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import { type Budget, budget } from '../store/budget.ts';
import { commitWith } from '../store/decide.ts';
import { StoreUnavailable } from '../store/types.ts';
import type { ClickAnswer, Decision } from './answers.ts';
import { ruleOf } from './approver.ts';

export type DecidePorts = Pick<Ports, 'store' | 'file' | 'directory' | 'approvalKey' | 'team' | 'log'>;

/** A click on a card, as Slack's signed payload gives it. Nothing of `value` gives authority: it names the record, and what was shown of it. */
export interface Click {
  readonly decision: Decision;
  readonly proposal: string;
  /** Version of the record that the card showed. */
  readonly version: number;
  /** Hash of the plan that the card showed. */
  readonly planHash?: string | undefined;
  readonly channel: string;
  /** ts of the message that was clicked. */
  readonly ts: string;
  readonly team: string;
  readonly user: string;
  readonly reason?: string;
}

/** Codes of refusals that neither the policy nor the state machine knows. */
const CLICK_REFUSALS = [
  /** The card is not the one of the record: another channel's, a copy, or one from before. */
  'not-this-card',
  /** No such proposal: the record was removed, or the card is of another installation. */
  'no-such-proposal',
  'other-workspace',
  'shared-channel',
  /** It failed or took too long: nothing is decided, recorded or counted. */
  'slack-did-not-say',
  /** The configuration no longer has the rule under which it was proposed, or a stricter one. */
  'rule-changed',
  /** The record does not vouch for who asked: then it can't be told who would approve their own request. */
  'requester-forged',
] as const;
export type ClickRefusal = (typeof CLICK_REFUSALS)[number];

/** For the look-up before it. */
const READ_BUDGET_MS = 500;
/** For the one write of a click, so that the person is answered well before Slack's 3 s. */
const WRITE_BUDGET_MS = 1_000;
/** For asking Slack who the person is. Later than that nothing is decided. */
const DIRECTORY_BUDGET_MS = 1_200;

/** From the delivery on: an answer after Slack's 3 s would be an error on the person's screen for what was recorded. */
const CLICK_MS = 2_500;

/** The time that all waiting for one click shares. */
export function clickBudget(): Budget {
  return budget(CLICK_MS);
}

/** One decision of one person: who they are is asked now, one write, and every outcome is a value. Never throws for an absent store. */
export async function decide(ports: DecidePorts, click: Click, wait = clickBudget()): Promise<ClickAnswer> {
  const { store, log } = ports;
  try {
    const known = await wait(READ_BUDGET_MS, store.get('proposal', click.proposal));
    const person = await personOf(ports, click, known?.value, wait);
    if (person === undefined) return refused('slack-did-not-say');
    return await wait(
      WRITE_BUDGET_MS,
      commitWith<ClickAnswer>(store, () => judgeClick(ports, click, person)),
    );
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn({ proposal: click.proposal }, 'a click was not recorded: the store is unavailable');
    return { say: 'not-recorded' };
  }
}

interface Person {
  readonly fullMember: boolean;
  readonly groupMembers: readonly string[];
  readonly sharedChannel: boolean;
}

/** Read at the click, once. Undefined when Slack does not say in time: then nothing is decided, and nobody is called a stranger for it. */
async function personOf(
  ports: DecidePorts,
  click: Click,
  proposal: Proposal | undefined,
  wait: Budget,
): Promise<Person | undefined> {
  const { directory, file } = ports;
  if (!proposal || click.team !== ports.team) return { fullMember: false, groupMembers: [], sharedChannel: false };
  const rule = ruleOf(file, proposal.risk);
  const listed = rule?.users.includes(click.user) ?? false;
  try {
    const [fullMember, groupMembers, sharedChannel] = await wait(
      DIRECTORY_BUDGET_MS,
      Promise.all([
        directory.isFullMember(click.user),
        listed || !rule ? [] : groupOf(directory, rule.groups, click.user),
        directory.isSharedChannel(click.channel),
      ]),
    );
    return { fullMember, groupMembers, sharedChannel };
  } catch (error) {
    ports.log.warn({ user: click.user, err: error }, 'Slack could not say who clicked; nothing was decided');
    return undefined;
  }
}

/** The person, when they are in one of the groups. Throws when they are in none that could be read, and one could not. */
async function groupOf(
  directory: Ports['directory'],
  groups: readonly string[],
  user: string,
): Promise<readonly string[]> {
  const lists = await Promise.allSettled(groups.map((group) => directory.groupMembers(group)));
  if (lists.some((list) => list.status === 'fulfilled' && list.value.includes(user))) return [user];
  const unread = lists.find((list) => list.status === 'rejected');
  if (unread) throw unread.reason;
  return [];
}

async function judgeClick(ports: DecidePorts, click: Click, person: Person) {
  const { store } = ports;
  const proposal = await store.get('proposal', click.proposal);
  if (!proposal) return { result: refused('no-such-proposal') };
  const [incident, target, card] = await Promise.all([
    store.get('incident', proposal.value.incident),
    store.get('target', targetKey(proposal.value.target)),
    store.get('message', cardId(proposal.value.id)),
  ]);
  if (!incident) return { result: refused('no-such-proposal') };
  const reads: ProposalReads = { proposal, incident, target };
  const by: Actor = { kind: 'user', team: click.team, user: click.user };
  const refuse = (code: string, values: Values = {}) => {
    const noted = { incident, proposal: proposal.value.id, by, values: { ...values, tried: click.decision, code } };
    // An edit notifies nobody: the incident's message shows the count, and a card of another plan becomes the one of the record.
    const { outbox: count } = repaintIncident(incident.value);
    const outbox = code === 'stale-card' ? [...count, ...repaintCard(proposal.value).outbox] : count;
    return { transaction: { ...refuseClick(noted), outbox }, result: refused(code, values) };
  };
  if (click.team !== ports.team) return refuse('other-workspace');
  if (card?.value.channel !== click.channel || card.value.ts !== click.ts || click.version > proposal.version)
    return refuse('not-this-card');
  if (person.sharedChannel) return refuse('shared-channel');
  const isApproval = click.decision === 'approve' || click.decision === 'break-glass';
  if (isApproval && !isRequesterKnown(ports.approvalKey, proposal.value)) return refuse('requester-forged');
  const rule = ruleOf(ports.file, proposal.value.risk);
  const shown = proposal.value.rule;
  if (proposal.value.state === 'proposed' && shown && rule && rule.approvals > shown.approvals)
    return refuse('rule-changed');
  if (click.decision === 'break-glass') {
    const code = refusalToBreakGlass(ports, click, proposal.value, person);
    if (code !== undefined) return refuse(code, decided(proposal.value));
    return record(reads);
  }
  const policy = mayApprove({
    rule,
    risk: proposal.value.risk,
    requester: proposal.value.requestedBy,
    approver: { team: click.team, user: click.user },
    groupMembers: person.groupMembers,
    fullMember: person.fullMember,
    ...(click.reason !== undefined && { reason: click.reason }),
  });
  // Whoever may approve may deny and say what became of it, their own request included.
  const selfOnly = !policy.allowed && (policy.code === 'reason-needed' || policy.code === 'self-approval');
  if (!policy.allowed && !(click.decision !== 'approve' && selfOnly)) {
    if (policy.code === 'reason-needed' && proposal.value.state === 'proposed')
      return { result: { say: 'reason-needed', proposal: proposal.value.id, version: proposal.version } as const };
    return refuse(policy.code, decided(proposal.value));
  }
  return record(reads);

  async function record(allowed: ProposalReads) {
    const event = eventOf(ports, click, allowed.proposal.value, by, await store.now());
    const change = changeProposal(allowed, event, by, { posts: announced(ports, click) });
    if (!change.ok)
      return refuse(change.refusal.code, { ...decided(allowed.proposal.value), ...change.refusal.values });
    const needed = change.next.rule?.approvals ?? 1;
    const waiting = change.next.state === 'proposed' ? Math.max(0, needed - change.next.approvals.length) : 0;
    return { transaction: change.transaction, result: { say: 'recorded', decision: click.decision, waiting } as const };
  }
}

/** Without a rule for its risk a repair can't be approved by anybody, in an emergency neither. */
function refusalToBreakGlass({ file }: DecidePorts, click: Click, { risk, plan }: Proposal, { fullMember }: Person) {
  if (file.approvals[risk] === undefined) return 'no-rule';
  return refusalToBreak({
    users: file.approvals.breakGlass?.users ?? [],
    plan: plan ?? { steps: [] },
    user: click.user,
    fullMember,
    ...(click.reason !== undefined && { reason: click.reason }),
  });
}

/** Everybody is told when somebody approves alone, in the channel itself. */
function announced({ file }: DecidePorts, { decision, proposal }: Click): readonly ThreadContent[] {
  return decision === 'break-glass' ? [{ say: 'glass-broken', proposal, channel: file.slack.incidentChannel }] : [];
}

function eventOf(ports: DecidePorts, click: Click, proposal: Proposal, by: Actor, at: string): ProposalEvent {
  const reason: { readonly reason?: string } = click.reason?.trim()
    ? { reason: click.reason.trim().slice(0, 500) }
    : {};
  if (click.decision === 'happened' || click.decision === 'did-not-happen')
    return { on: 'resolve-unknown', at, by, happened: click.decision === 'happened', reason: reason.reason ?? '–' };
  if (click.decision === 'deny') return { on: 'deny', at, by, ...reason };
  if (click.decision === 'look-again') return { on: 'ask-again', at, by };
  const approver = { team: click.team, user: click.user };
  // What was on the card, whatever stands in the record by now: the state machine refuses one that is not the record's.
  const planHash = click.planHash ?? '';
  const cluster = proposal.plan?.cluster ?? { name: proposal.target.cluster, uid: '', caFingerprint: '' };
  const alone = click.decision === 'break-glass' ? { breakGlass: true } : {};
  const said = { by: approver, ...reason, ...alone };
  const claim = { ...said, proposal: proposal.id, planHash, cluster, expiresAt: proposal.expiresAt ?? '' };
  const mac = approvalMac(ports.approvalKey, claim);
  return { on: 'approve', at, planHash, approval: { ...said, at, mac } };
}

/** Who decided and when, for the explanation of a late click. */
function decided(proposal: Proposal): Values {
  const last = proposal.approvals.at(-1)?.by.user;
  const who =
    proposal.deniedBy?.kind === 'user' ? proposal.deniedBy.user : proposal.state === 'proposed' ? undefined : last;
  return {
    state: proposal.state,
    ...(who !== undefined && { user: who }),
    ...(proposal.decidedAt !== undefined && { at: proposal.decidedAt }),
  };
}

function refused(code: string, values: Values = {}): ClickAnswer {
  return { say: 'refused', code, values };
}

import type { CauseSlug } from '../../diagnosis/causes.ts';
import { isFinal } from '../../incidents/proposal.ts';
import type { Incident, Proposal, StoredDiagnosis } from '../../incidents/types.ts';
import { targetName } from '../../texts/en/answers.ts';
import { renderText } from '../../texts/en/render.ts';
import { slackText } from '../../texts/en/slack.ts';
import { stateOf, statusText } from '../../texts/en/states.ts';
import { type Block, context, type Message, message, section } from './blocks.ts';
import { link, prose } from './escape.ts';
import { plainInk, slackInk } from './ink.ts';
import { causeTitle, ladderLine, remediationTitle } from './words.ts';

interface IncidentView {
  readonly incident: Incident;
  /** The newest diagnosis. */
  readonly diagnosis?: StoredDiagnosis;
  /** The newest proposal. */
  readonly proposal?: Proposal;
  /** Permalink of that proposal's card, once posted. */
  readonly cardLink?: string;
}

/** The incident's one message. Its first line says cluster, cause and the action awaited; everything else is in the thread. */
export function incidentMessage(view: IncidentView): Message {
  const { incident, diagnosis, proposal, cardLink } = view;
  const cause = causeOf(view);
  const action = actionOf(view);
  const awaits = proposal !== undefined && !isFinal(proposal.state) && cardLink !== undefined;
  const shown = slackText.firstLine(slackInk.bold(incident.target.cluster), prose(cause), prose(action));
  const facts = [
    incident.priority,
    statusText[incident.status],
    slackInk.code(incident.id),
    prose(targetName(incident.target)),
    slackText.owner(slackInk.who(incident.owner)),
    slackText.askedBy(slackInk.who(incident.requestedBy), slackInk.at(incident.openedAt)),
    ...(incident.blindSince !== undefined && incident.verdict !== 'healthy'
      ? [slackText[incident.blindAtLeast ? 'blindAtLeast' : 'blindSince'](slackInk.at(incident.blindSince))]
      : []),
  ];
  const blocks: Block[] = [
    section(awaits ? `${shown}\n${link(cardLink, slackText.toCard)}` : shown),
    ...(diagnosis ? [context(prose(ladderLine(diagnosis.diagnosis.ladder)))] : []),
    context(slackText.facts(facts)),
    ...(incident.sameAgainAt !== undefined ? [context(slackText.sameAgain(slackInk.at(incident.sameAgainAt)))] : []),
    ...(incident.refusedClicks > 0 ? [context(slackText.refusedClicks(incident.refusedClicks))] : []),
    ...(incident.closeReason ? [context(slackText.withReason(prose(incident.closeReason, 500)))] : []),
  ];
  return message(
    slackText.firstLine(plainInk.bold(incident.target.cluster), plainInk.text(cause), plainInk.text(action)),
    blocks,
    {
      omitted: slackText.omitted,
    },
  );
}

function causeOf({ incident, diagnosis }: IncidentView): string {
  if (diagnosis?.diagnosis.scaledToZero) return slackText.off(targetName(incident.target));
  if (incident.cause !== undefined) return causeLine(incident.cause, diagnosis);
  if (incident.verdict === undefined || !diagnosis) return slackText.reading(targetName(incident.target));
  return `${targetName(incident.target)}: ${slackText.verdict[incident.verdict]}`;
}

/** The title, with its certainty where it is a guess. */
function causeLine(cause: CauseSlug, diagnosis: StoredDiagnosis | undefined): string {
  const root = diagnosis?.diagnosis.rootCause;
  return renderText.causeWith(causeTitle(cause), root?.cause === cause ? root.certainty : 'proven');
}

/** What somebody has to do now. */
function actionOf({ incident, diagnosis, proposal }: IncidentView): string {
  const { actions } = slackText;
  // What was resolved stays so while somebody asks to take the repair back; what they ask for is what is awaited.
  const isUndoing = proposal?.undoes !== undefined && !isFinal(proposal.state);
  if (incident.status === 'resolved' && !isUndoing) return actions.resolved;
  if (incident.status === 'closed' && !isUndoing) return actions.closed;
  if (incident.progress !== undefined) return actions[incident.progress];
  if (proposal !== undefined) {
    const title = remediationTitle(proposal.remediation);
    switch (proposal.state) {
      case 'preparing':
        return actions.preparing(title);
      case 'proposed':
        return actions.approve(title);
      case 'approved':
      case 'queued':
      case 'running':
      case 'verifying':
        return actions.repairing(title);
      case 'unknown':
        return actions.unknown;
      case 'superseded':
      case 'voided':
        return actions.advice;
      default:
        if (diagnosis?.diagnosis.scaledToZero) return actions.off;
        return isOlder(proposal, incident)
          ? actions.endedBefore(title, stateOf(proposal))
          : actions.ended(title, stateOf(proposal));
    }
  }
  if (diagnosis?.diagnosis.scaledToZero) return actions.off;
  if (incident.verdict === 'healthy') return actions.nothing;
  if (incident.verdict === 'inconclusive')
    return incident.cause === undefined && (diagnosis?.diagnosis.notChecked.length ?? 0) > 0
      ? actions.lookAgain
      : actions.notProven;
  return incident.verdict === undefined ? actions.reading : actions.advice;
}

/** Whether somebody looked again since it ended, and nothing was proposed. */
function isOlder({ diagnosis, verifiedBy, returning }: Proposal, { diagnoses }: Incident): boolean {
  const newest = diagnoses.at(-1);
  const its = [diagnosis, verifiedBy, returning?.diagnosis];
  return diagnosis !== undefined && newest !== undefined && !its.includes(newest);
}

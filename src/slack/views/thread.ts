import type { AuditEntry, Incident, Proposal, StoredDiagnosis } from '../../incidents/types.ts';
import { whyNotUndoable } from '../../incidents/undo.ts';
import { isRequested } from '../../remediations/index.ts';
import type { RunbookId } from '../../runbooks/ids.ts';
import { targetName } from '../../texts/en/answers.ts';
import { auditLine } from '../../texts/en/audit.ts';
import { renderText } from '../../texts/en/render.ts';
import { duration, sectionTitles, slackText } from '../../texts/en/slack.ts';
import { type Block, context, type Message, message, section } from './blocks.ts';
import { approvers } from './card.ts';
import { codeBlocks } from './code-blocks.ts';
import { prose } from './escape.ts';
import { plainInk, slackInk } from './ink.ts';
import {
  causeTitle,
  checkSentence,
  diagnosisParts,
  findingLines,
  ladderLine,
  type Part,
  remediationTitle,
  stillWaiting,
} from './words.ts';

const OPTIONS = { omitted: slackText.omitted };
/** Characters in one section block; a longer list goes on in the next. */
const PER_BLOCK = 2_600;

/** What one runbook found, or several that are told together. */
export function sectionMessage(stored: StoredDiagnosis, runbooks: readonly RunbookId[]): Message {
  const parts = runbooks.map((runbook) => {
    const found = stored.diagnosis.byRunbook.find((one) => one.runbook === runbook)?.findings ?? [];
    const lines = found.length === 0 ? [slackText.nothingFound] : findingLines(found);
    return { title: sectionTitles[runbook], lines };
  });
  const [first] = parts;
  return message(
    `${first?.title ?? ''}: ${plainInk.text(first?.lines[0] ?? '')}`,
    parts.flatMap(({ title, lines }) => [section(`*${title}*`), ...paragraphs(lines)]),
    OPTIONS,
  );
}

/** The verdict with its proof, what follows from it, what is noise, what is ruled out and what was not checked. */
export function diagnosisMessage(stored: StoredDiagnosis): Message {
  const { diagnosis } = stored;
  const { rootCause } = diagnosis;
  const title = rootCause
    ? renderText.causeWith(causeTitle(rootCause.cause), rootCause.certainty)
    : diagnosis.scaledToZero
      ? slackText.off(targetName(diagnosis.target))
      : slackText.verdict[diagnosis.verdict];
  const text = `${plainInk.bold(diagnosis.target.cluster)}: ${title}`;
  return message(
    text,
    [
      section(`*${slackText.diagnosisTitle}* – ${slackInk.bold(diagnosis.target.cluster)}: ${prose(title)}`),
      context(prose(ladderLine(diagnosis.ladder))),
      ...diagnosisParts(stored).flatMap(partBlocks),
    ],
    OPTIONS,
  );
}

/** Mentions everybody who may approve; posted once per proposal. */
export function mentionMessage(proposal: Proposal): Message {
  const { rule, target, expiresAt } = proposal;
  const who = rule ? approvers(rule) : '';
  const title = remediationTitle(proposal.remediation);
  const until = expiresAt ?? '';
  if (who === '') return message(slackText.nobodyMayApprove, [section(slackText.nobodyMayApprove)], OPTIONS);
  const shown = slackText.mentionApprovers(who, prose(title), slackInk.bold(target.cluster), slackInk.at(until));
  const plain = slackText.pleaseDecide(title, plainInk.bold(target.cluster), plainInk.at(until));
  return message(plain, [section(shown)], OPTIONS);
}

/** Somebody approved alone: said to everybody, with those who could have been asked. */
export function glassBrokenMessage(proposal: Proposal): Message | undefined {
  const alone = proposal.approvals.find((one) => one.breakGlass === true);
  if (!alone) return undefined;
  const title = remediationTitle(proposal.remediation);
  const { cluster } = proposal.target;
  const who = proposal.rule ? approvers(proposal.rule) : '';
  const by = { kind: 'user', ...alone.by } as const;
  return message(
    slackText.glassBroken(plainInk.who(by), title, plainInk.bold(cluster)),
    [
      section(`:rotating_light: ${slackText.glassBroken(slackInk.who(by), prose(title), slackInk.bold(cluster))}`),
      section(slackText.withReason(prose(alone.reason ?? '–', 500))),
      ...(who === '' ? [] : [section(slackText.glassBrokenFor(who, slackInk.code('/promfix pause')))]),
    ],
    OPTIONS,
  );
}

/** One line of the audit with its number and short hash. */
export function auditMessage(entry: AuditEntry): Message {
  return message(auditLine(entry, plainInk), [context(auditLine(entry, slackInk))], OPTIONS);
}

/** What the repair came to: before → after, how long monitoring was blind, and what still waits elsewhere. */
export function resultMessage(view: {
  readonly incident: Incident;
  readonly proposal: Proposal;
  readonly before: StoredDiagnosis;
  readonly after: StoredDiagnosis;
}): Message {
  const { incident, proposal, before, after } = view;
  const { cluster } = incident.target;
  const wasAsked = isRequested(proposal);
  const isUndo = proposal.undoes !== undefined;
  const results = isUndo ? slackText.undoResult : wasAsked ? slackText.requestedResult : slackText.result;
  const isPutBack = proposal.outcome?.code === 'put-back';
  const words = isPutBack ? slackText.putBack : results[proposal.state === 'succeeded' ? 'succeeded' : 'unhealthy'];
  const blindEnd = incident.repairedAt ?? proposal.finishedAt;
  const waiting = stillWaiting(after.diagnosis);
  const blocks: Block[] = [
    section(words(slackInk.bold(cluster), prose(targetName(incident.target)))),
    ...(proposal.outcome ? [section(prose(checkSentence(proposal.outcome), 600))] : []),
    section(slackText.beforeAfter(prose(summary(before), 1200), prose(summary(after), 1200))),
    context(prose(ladderLine(after.diagnosis.ladder))),
    ...(proposal.state === 'succeeded' &&
    !wasAsked &&
    !isUndo &&
    incident.blindSince !== undefined &&
    blindEnd !== undefined
      ? [
          section(
            slackText[incident.blindAtLeast ? 'blindForAtLeast' : 'blindFor'](duration(incident.blindSince, blindEnd)),
          ),
        ]
      : []),
    ...(whyNotUndoable(proposal) === undefined
      ? [context(slackText.mayUndo(slackInk.code(`/promfix fix undo ${incident.id}`)))]
      : []),
    ...(waiting.length > 0 ? [section(`*${slackText.stillWaiting}*`), ...paragraphs(waiting)] : []),
  ];
  return message(words(plainInk.bold(cluster), plainInk.text(targetName(incident.target))), blocks, OPTIONS);
}

export function noteMessage(code: string, values: Readonly<Record<string, string | number | boolean>>): Message {
  const sentence = plainInk.text(checkSentence({ code, values }));
  return message(sentence, [section(prose(sentence))], OPTIONS);
}

function summary({ diagnosis }: StoredDiagnosis): string {
  const { rootCause, verdict } = diagnosis;
  return rootCause ? `${verdict}, ${causeTitle(rootCause.cause)}` : verdict;
}

function partBlocks({ heading, lines, code }: Part): readonly Block[] {
  const body = code ? codeBlocks(lines) : paragraphs(lines);
  return heading === undefined ? body : [section(`*${heading}*`), ...body];
}

/** Lines in as few section blocks as fit. */
function paragraphs(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let text = '';
  for (const line of lines) {
    const shown = prose(line, PER_BLOCK);
    if (text !== '' && text.length + shown.length + 1 > PER_BLOCK) {
      blocks.push(section(text));
      text = '';
    }
    text = text === '' ? shown : `${text}\n${shown}`;
  }
  return text === '' ? blocks : [...blocks, section(text)];
}

import type { Answer } from '../../commands/answers.ts';
import type { Command, Surface } from '../../commands/types.ts';
import type { Target } from '../../evidence/types.ts';
import type { Incident, PauseRecord, Proposal } from '../../incidents/types.ts';
import type { Ink } from '../ink.ts';
import { auditLine, chainText } from './audit.ts';
import { causeTexts } from './causes.ts';
import { clickSentence } from './clicks.ts';
import { doctorText } from './doctor.ts';
import { remediationTitle } from './plans.ts';
import { repairSentence } from './results.ts';
import { stateOf, statusText } from './states.ts';

export interface HelpEntry {
  readonly command: Command;
  readonly usage: string;
}
/** What a sentence may need beside the answer itself. */
export interface AnswerContext {
  readonly ink: Ink;
  readonly surface: Surface;
  /** All commands of the surface, for help. */
  readonly help: readonly HelpEntry[];
  /** Link to an incident's message, where there is one by now. */
  readonly incidentLink?: (incident: Incident) => string | undefined;
}

type Said<Say extends Answer['say']> = Extract<Answer, { say: Say }>;
/** `diagnosed` is drawn by the surface itself. */
type Spoken = Exclude<Answer['say'], 'diagnosed'>;

export function targetName(target: Target): string {
  return `${target.kind} ${target.namespace}/${target.name}`;
}
function pauseLine(pause: PauseRecord, ink: Ink): string {
  const by = /^[UW][A-Z0-9]{2,}$/.test(pause.by)
    ? ink.who({ kind: 'user', team: '', user: pause.by })
    : ink.text(pause.by);
  return `All repairs are paused by ${by} since ${ink.at(pause.at)}${pause.reason ? `: “${ink.text(pause.reason)}”` : ''}.`;
}
function incidentLine(incident: Incident, { ink, incidentLink }: AnswerContext): string {
  const cause = incident.cause ? `: ${causeTexts[incident.cause].title}` : '';
  const where = incidentLink?.(incident);
  return `${incident.priority} ${where ?? ink.code(incident.id)} ${ink.text(targetName(incident.target))}${cause} – ${statusText[incident.status]}, owner ${ink.who(incident.owner)}`;
}
function proposalLine(proposal: Proposal, ink: Ink): string {
  return `${ink.code(proposal.id)} ${ink.code(proposal.remediation)}, ${proposal.risk} risk: ${stateOf(proposal)}`;
}

/** The sentences of every answer, first the one that carries the meaning. */
const answerText: {
  readonly [Say in Spoken]: (answer: Said<Say>, context: AnswerContext) => readonly string[];
} = {
  incident: ({ incident, how, elsewhere, fresh }, { ink, incidentLink }) => {
    const link = incidentLink?.(incident) ?? ink.code(incident.id);
    const where = elsewhere ? ` in ${ink.channel(incident.channel)}` : '';
    if (how === 'reading-already') return [`${link}${where} is being diagnosed right now.`];
    if (how === 'read-just-now')
      return [
        `${link}${where} was read ${fresh?.secondsAgo ?? 0} s ago, and that still holds. Ask again in ${fresh?.againIn ?? 15} s to have it read anew.`,
      ];
    if (how === 'continued')
      return [`${link}${where} is open for ${ink.text(targetName(incident.target))}; I am looking again.`];
    return [`I opened ${link}${where} for ${ink.text(targetName(incident.target))}.`];
  },
  'same-again': ({ incident }, { ink, incidentLink }) => [
    `Read again at ${ink.at(incident.sameAgainAt ?? incident.openedAt)}: the diagnosis of ${incidentLink?.(incident) ?? ink.code(incident.id)} is the same, so its thread has nothing new.`,
  ],
  'ask-later': ({ seconds }, { ink }) => [
    `Ask again in ${seconds} s: you asked for many readings in a short time. ${ink.code('/promfix status')} shows what is known.`,
  ],
  'choose-target': ({ targets }, { ink }) => [
    `There are ${targets.length} that fit. Which one?`,
    ...targets.slice(0, 20).map((target) => `• ${ink.text(targetName(target))}`),
  ],
  'no-target': ({ cluster, query, looked }, { ink }) => {
    const what = query.name ?? query.kind ?? 'Prometheus';
    const where = query.namespace === undefined ? '' : ` in namespace ${ink.code(query.namespace)}`;
    if (looked)
      return [
        `I found no ${ink.code(what)}${where} of ${ink.bold(cluster)} where I may look: ${looked.map((namespace) => ink.code(namespace)).join(', ')}. Name one elsewhere in full: ${ink.code('diagnose NAMESPACE/NAME')}.`,
      ];
    return [
      `${ink.bold(cluster)} has no ${ink.code(what)}${where}. Check the name; ${ink.code('diagnose')} without one looks everywhere.`,
    ];
  },
  'cluster-unreachable': ({ cluster, detail }, { ink }) => [
    `${ink.bold(cluster)} can’t be reached (${ink.text(detail)}). Name it in full to get what can be said: ${ink.code('diagnose NAMESPACE/NAME')}.`,
  ],
  incidents: ({ cluster, open, pause }, context) => [
    open.length === 0
      ? `${context.ink.bold(cluster)} has no open incident.`
      : `${context.ink.bold(cluster)}: ${open.length} open.`,
    ...(pause ? [pauseLine(pause, context.ink)] : []),
    ...open.map((incident) => `• ${incidentLine(incident, context)}`),
  ],
  status: ({ incident, proposals, pause }, context) => [
    incidentLine(incident, context),
    ...(pause ? [pauseLine(pause, context.ink)] : []),
    ...proposals.map((proposal) => `• ${proposalLine(proposal, context.ink)}`),
  ],
  'which-incident': ({ open, command, words }, context) => [
    words === undefined
      ? `Several are open. Which one? ${context.ink.code(`${command} ${open[0]?.id ?? 'inc-1'}`)}`
      : `Several fit. Which one? ${context.ink.code(`${command} ${words} ${open[0]?.id ?? 'inc-1'}`)}`,
    ...open.map((incident) => `• ${incidentLine(incident, context)}`),
  ],
  'no-incident': ({ id }, { ink }) => [
    id === undefined ? 'No incident is open.' : `There is no incident ${ink.code(id)}.`,
  ],
  preparing: ({ incident, remediation, already, before = [] }, { ink, incidentLink }) => {
    const where = incidentLink?.(incident) ?? ink.code(incident.id);
    const title = remediationTitle[remediation];
    return [
      already
        ? `“${ink.text(title)}” is proposed in ${where} already.`
        : `I am checking whether “${ink.text(title)}” fits now; the card is in ${where}. Nothing changes before it is approved.`,
      ...before.map((warning) => ink.text(repairSentence(warning))),
    ];
  },
  'not-offered': ({ refusal, known }, { ink }) => [
    ink.text(repairSentence(refusal)),
    ...(known.length > 0 ? [`I know ${known.map((id) => ink.code(id)).join(', ')}.`] : []),
  ],
  closed: ({ incident }, { ink }) => [
    `${ink.code(incident.id)} is closed${incident.closeReason ? `: “${ink.text(incident.closeReason)}”` : '.'}`,
  ],
  'take-first': ({ incident, to }, { ink }) => [
    to === 'close'
      ? `${ink.code(incident.id)} is ${ink.who(incident.owner)}’s, so it stays open. Take it with ${ink.code(`/promfix take ${incident.id}`)}, then close it.`
      : `${ink.code(incident.id)} is ${ink.who(incident.owner)}’s and its card waits for a decision, so that card stays. Take it with ${ink.code(`/promfix take ${incident.id}`)}, then ask again.`,
  ],
  taken: ({ incident }, { ink }) => [`${ink.code(incident.id)} is yours now.`],
  'not-now': ({ code, values }, { ink }) => [clickSentence(code, values, ink)],
  paused: ({ pause, already }, { ink }) => [
    already
      ? pauseLine(pause, ink)
      : `All repairs are paused; diagnosing goes on. An approver ends it with ${ink.code('resume')}.`,
  ],
  resumed: ({ already }) => [already ? 'Repairs were not paused.' : 'Repairs are allowed again.'],
  'approvers-only': ({ command }, { ink }) => [`${ink.code(command)} is for approvers. Nothing was changed.`],
  'incident-channel-only': ({ command, channel }, { ink }) => [
    `${ink.code(command)} works in ${ink.channel(channel)} only, where everybody sees it.`,
  ],
  'members-only': () => ['I only work for people of this workspace. Nothing was done.'],
  'ask-in': ({ channels }, { ink }) => [
    `Please ask in ${channels.map((channel) => ink.channel(channel)).join(' or ')}.`,
  ],
  chain: ({ check }, { ink }) => [
    check.ok ? chainText.whole(check.head.seq, check.head.hash, ink) : chainText[check.because](check.seq),
  ],
  entries: ({ entries, more }, { ink }) => [
    entries.length === 0
      ? 'Nothing is recorded.'
      : more
        ? `The newest ${entries.length} entries:`
        : `${entries.length} entries:`,
    ...entries.map((entry) => auditLine(entry, ink)),
  ],
  explained: ({ title, lines }, { ink }) => [ink.bold(title), ...lines.map((line) => ink.text(line))],
  'unknown-cause': ({ word, near }, { ink }) => [
    near.length > 0
      ? `I know no cause ${ink.code(word)}. Did you mean ${near.map((one) => ink.code(one)).join(' or ')}?`
      : `I know no cause ${ink.code(word)}.`,
  ],
  help: ({ about }, { ink, surface, help }) => {
    const before = surface === 'slack' ? '/promfix ' : 'promfix ';
    const one = help.find(({ command }) => command.name === about);
    if (!one)
      return [
        'promfix finds out why a Prometheus does not run, and repairs it once the right people approve.',
        ...help.map(({ command, usage }) => `${ink.code(before + usage)} ${command.summary}.`),
      ];
    return [
      `${one.command.summary}: ${ink.code(before + one.usage)}`,
      ...one.command.examples.map((example) => `${ink.code(before + example.line)} ${example.does}`),
    ];
  },
  checked: ({ checks }, { ink }) => {
    const failed = checks.filter((check) => check.state === 'failed').length;
    const warned = checks.filter((check) => check.state === 'warning').length;
    return [
      failed > 0
        ? `${failed} of ${checks.length} checks failed.`
        : warned > 0
          ? `It works, with ${warned} warning${warned === 1 ? '' : 's'}.`
          : 'Everything is in order.',
      ...checks.map((check) => `${MARK[check.state]} ${doctorText[check.code](check.values, ink)}`),
    ];
  },
  'store-unavailable': () => [
    'The record can’t be read or written right now (Redis does not answer), so it may not have been done. Nothing was changed in the cluster. Please try again; twice does no harm.',
  ],
  problem: ({ sentence }, { ink }) => [ink.text(sentence)],
};

const MARK = { ok: '✓', warning: '⚠', failed: '✗' } as const;

/** The lines of an answer. */
export function answerLines(answer: Exclude<Answer, { say: 'diagnosed' }>, context: AnswerContext): readonly string[] {
  // The row is chosen by the answer's own `say`; the compiler can't correlate the two.
  const row = answerText[answer.say] as (answer: Answer, context: AnswerContext) => readonly string[];
  return row(answer, context);
}

import type { Values } from '../../diagnosis/types.ts';
import type { AuditEntry, AuditEvent } from '../../incidents/types.ts';
import type { Ink } from '../ink.ts';
import { valueText } from '../value-text.ts';

type Sentence = (who: string, values: Values, ink: Ink) => string;
const because = (values: Values, ink: Ink): string =>
  values['reason'] === undefined ? '' : `: “${ink.text(valueText(values, 'reason'))}”`;

/** One line per event: who did what. The time and the hash are added by whoever shows it. */
export const auditText = {
  asked: (who, v, ink) =>
    v['remediation'] === undefined
      ? `${who} asked about ${ink.code(valueText(v, 'target'))}`
      : `${who} asked for the repair ${ink.code(valueText(v, 'remediation'))}`,
  diagnosed: (who, v, ink) =>
    `${who} diagnosed: ${ink.text(valueText(v, 'verdict'))}${v['cause'] ? `, ${ink.code(valueText(v, 'cause'))} ${ink.text(valueText(v, 'certainty'))}` : ''}`,
  prepared: (who, v, ink) => `${who} checked the plan ${ink.code(valueText(v, 'planHash').slice(0, 8))}`,
  proposed: (who, v, ink) =>
    `${who} proposed ${ink.code(valueText(v, 'remediation'))}, ${ink.text(valueText(v, 'risk'))} risk, until ${ink.at(valueText(v, 'until'))}`,
  'click-refused': (who, v, ink) =>
    `${who} tried to ${ink.text(valueText(v, 'tried'))} and was refused: ${ink.code(valueText(v, 'code'))}`,
  approved: (who, v, ink) =>
    v['breakGlass'] === true
      ? `${who} used break-glass and approved alone${because(v, ink)}`
      : Number(v['needed']) > 1
        ? `${who} approved (${ink.text(valueText(v, 'given'))} of ${ink.text(valueText(v, 'needed'))})${because(v, ink)}`
        : `${who} approved${because(v, ink)}`,
  denied: (who, v, ink) => `${who} denied it${because(v, ink)}`,
  expired: () => 'Nobody decided in time: the proposal expired',
  voided: (who, v, ink) =>
    valueText(v, 'code') === 'drifted'
      ? 'The cluster changed after the approval: nothing was done'
      : `${who} withdrew the proposal: ${ink.code(valueText(v, 'code'))}`,
  superseded: () => 'A newer proposal replaced this one',
  queued: () => 'The repair is queued',
  started: (_, v, ink) =>
    v['again'] === true ? `The repair goes on (attempt ${ink.text(valueText(v, 'attempt'))})` : 'The repair started',
  changed: (_, v, ink) => `Changed ${ink.code(valueText(v, 'object'))} (${ink.text(valueText(v, 'do'))})`,
  verified: (_, v, ink) =>
    v['undoes'] !== undefined
      ? v['healthy'] === true
        ? `Verified: ${ink.code(valueText(v, 'undoes'))} is taken back, its fields are as before`
        : `Verified: ${ink.code(valueText(v, 'undoes'))} was to be taken back, and its fields are not as before`
      : v['healthy'] === true
        ? 'Verified: the cause is gone and the resource runs'
        : v['code'] === 'put-back'
          ? `Verified: it was applied, and ${ink.text(valueText(v, 'by') || 'somebody')} put ${ink.code(valueText(v, 'object'))} back`
          : 'Verified: it was applied, and the resource is still not healthy',
  'turned-back': (_, v, ink) =>
    `Verified: not better with ${ink.text(valueText(v, 'version'))}; the approved way back to ${ink.text(valueText(v, 'before'))} is taken`,
  failed: (_, v, ink) => `The repair failed: ${ink.code(valueText(v, 'code'))}`,
  unknown: (_, v, ink) => `Whether the change was made is unknown: ${ink.code(valueText(v, 'code'))}`,
  'asked-again': (who) => `${who} asked to look again whether the change was made`,
  'looked-again': (_, v, ink) =>
    v['found'] === true
      ? 'Looked again: the change was made'
      : `Looked again: it still can’t be said (${ink.code(valueText(v, 'code'))})`,
  'resolved-unknown': (who, v, ink) =>
    `${who} says that the change ${v['happened'] === true ? 'happened' : 'did not happen'}${because(v, ink)}`,
  closed: (who, v, ink) =>
    valueText(v, 'as') === 'resolved' ? `${who} resolved the incident` : `${who} closed the incident${because(v, ink)}`,
  'owner-changed': (who) => `${who} took the incident`,
  paused: (who, v, ink) => `${who} paused all repairs${because(v, ink)}`,
  resumed: (who, v, ink) => `${who} allowed repairs again${because(v, ink)}`,
} as const satisfies Record<AuditEvent, Sentence>;

/** The line of one entry with its number and the first digits of its hash, as the thread and lists show it. */
export function auditLine(entry: AuditEntry, ink: Ink): string {
  return `${ink.at(entry.at)} ${auditText[entry.what](ink.who(entry.actor), entry.values, ink)} · #${entry.seq} ${ink.code(entry.hash.slice(0, 8))}`;
}

/** What came of checking an exported file. */
export const exportText = {
  whole: (
    { entries, first, head }: { entries: number; first: number; head: { seq: number; hash: string } },
    ink: Ink,
  ) =>
    entries === 0
      ? 'The file holds no entry.'
      : `The export is intact: ${entries} entries, #${first} to #${head.seq}, head ${ink.code(head.hash.slice(0, 8))}.${first === 1 ? '' : ` It begins in the middle: whether #${first} follows from what came before is not in the file.`}`,
  'no-entry': (line: number) => `The export is broken: line ${line} is no audit entry.`,
  gap: (line: number, seq: number) =>
    `The export is broken: entry #${seq} should be on line ${line}. An export of one incident leaves entries out; export everything.`,
  link: (line: number, seq: number) =>
    `The export is broken: entry #${seq} in line ${line} does not follow from the one before it.`,
  content: (line: number, seq: number) =>
    `The export is broken: entry #${seq} in line ${line} was altered after it was written.`,
} as const;

/** What came of checking the chain. */
export const chainText = {
  whole: (entries: number, hash: string, ink: Ink) =>
    entries === 0
      ? 'The audit is empty.'
      : `The audit is intact: ${entries} entries, head ${ink.code(hash.slice(0, 8))}.`,
  gap: (seq: number) => `The audit is broken: entry #${seq} is missing.`,
  link: (seq: number) => `The audit is broken: entry #${seq} does not follow from the one before it.`,
  content: (seq: number) => `The audit is broken: entry #${seq} was altered after it was written.`,
} as const;

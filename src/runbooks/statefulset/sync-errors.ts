import type { Because } from '../../diagnosis/types.ts';
import { shardsOfTarget } from '../../evidence/shards.ts';
import type { Condition, Evidence } from '../../evidence/types.ts';
import { parseLogLine } from '../../parse/log-line.ts';
import { type OperatorMessage, readMessage } from '../../parse/operator-message.ts';
import { because, readValue } from '../because.ts';
import { statusWrittenAt } from '../controller-state.ts';

/** An error of a sync of the target, without the frame around it. */
export interface SyncError {
  readonly message: string;
  readonly because: Because;
}

/** What the operator's log (or pasted text) says about the target alone. Lists are oldest first. */
export interface TargetLog {
  readonly syncErrors: readonly SyncError[];
  /** Failed writes of the status, by patch or before it. */
  readonly statusErrors: readonly SyncError[];
  /** When "sync prometheus" was last logged for the target, as index among the target's lines; -1 = never. */
  readonly lastSyncStart: number;
  readonly lastSyncFailure: number;
  /** The line of `lastSyncStart`. */
  readonly lastSync?: Because;
  /** The line that says that the operator replaces the StatefulSet, where nothing of the target was logged after it. */
  readonly replacing?: Because & { readonly statefulSet?: string };
  /** Syncs of other resources that fail: their keys. */
  readonly othersFailing: readonly string[];
  readonly read: boolean;
}

type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource' | 'statefulSet' | 'shards'>;

const conditionOf = ({ resource }: Pick<Evidence, 'resource'>) =>
  readValue(resource)?.status?.conditions.find((one) => one.type === 'Reconciled');

/** What the operator says of its last sync; undefined where it said nothing, or where that is of an earlier one. */
export function lastReport(seen: Seen, log: TargetLog): Condition | undefined {
  const reconciled = conditionOf(seen);
  return reconciled && isOutdated(reconciled, seen, log) ? undefined : reconciled;
}

/** Written for an older spec, or later ones could not be written: the log knows more, or a StatefulSet that was made since. */
function isOutdated(reconciled: Condition, seen: Seen, log: TargetLog): boolean {
  const { observedGeneration, lastTransitionTime } = reconciled;
  const generation = readValue(seen.resource)?.meta.generation;
  if (observedGeneration !== undefined && generation !== undefined && observedGeneration < generation) return true;
  if (lastRefusal(seen, log) !== undefined) return true;
  const made = readValue(seen.statefulSet)?.meta;
  const owner = readValue(seen.resource)?.meta.uid;
  // Of several shards the next one may fail.
  if (reconciled.status !== 'False' || made === undefined || shardsOfTarget(seen) !== undefined) return false;
  return isBefore(lastTransitionTime, made.created) && made.owners.some(({ uid }) => uid === owner);
}

/** The newest error of a sync of the resource that is there; none when that sync went through. */
export function currentErrors(seen: Seen, log: TargetLog): readonly SyncError[] {
  const report = lastReport(seen, log);
  if (report?.status === 'False' && report.message) return [conditionError(report, report.message)];
  if (seen.pasted) return log.syncErrors;
  if (report?.status === 'True' || log.lastSyncStart > log.lastSyncFailure || seen.resource.state === 'absent')
    return [];
  // What is older than the resource was another one's of its name; what is older than a success is over.
  const reconciled = conditionOf(seen);
  const since = [
    readValue(seen.resource)?.meta.created,
    reconciled?.status === 'True' ? reconciled.lastTransitionTime : undefined,
  ];
  return log.syncErrors.slice(-1).filter((one) => !since.some((time) => isBefore(one.because.at, time)));
}

/** A time that is not known is not before another. */
const isBefore = (at: string | undefined, other: string | undefined): boolean =>
  at !== undefined && other !== undefined && Date.parse(at) < Date.parse(other);

const conditionError = ({ lastTransitionTime }: Condition, message: string): SyncError => ({
  message,
  because: because('resource', 'status.conditions[Reconciled].message', { at: lastTransitionTime, quote: message }),
});

/** The last failed write of the status, unless one succeeded after it: then it is over. */
export function lastRefusal(seen: Seen, log: TargetLog): SyncError | undefined {
  const refused = log.statusErrors.at(-1);
  const written = statusWrittenAt(seen);
  // The API server keeps whole seconds.
  const over =
    written !== undefined &&
    refused?.because.at !== undefined &&
    Date.parse(written) + 1000 > Date.parse(refused.because.at);
  return over ? undefined : refused;
}

interface Line {
  readonly message: OperatorMessage;
  readonly because: Because;
}

function linesOf(evidence: Pick<Evidence, 'operators' | 'pasted'>): {
  readonly lines: readonly Line[];
  readonly read: boolean;
} {
  const operator = readValue(evidence.operators)?.[0];
  const log = operator && readValue(operator.log);
  const fromLog = (log?.lines ?? []).flatMap((line): Line[] => {
    const record = parseLogLine(line);
    const message = readMessage(record);
    return message
      ? [{ message, because: because('operators', `log ${line.part}`, { at: record.at, quote: record.raw }) }]
      : [];
  });
  const fromPaste = (evidence.pasted ?? []).flatMap((text, index): Line[] => {
    const message = readMessage(parseLogLine(text));
    return message ? [{ message, because: because('pasted', `line ${index + 1}`, { quote: text }) }] : [];
  });
  return { lines: [...fromLog, ...fromPaste], read: log !== undefined || fromPaste.length > 0 };
}

/** Keys in the log are `namespace/name`; without a known target (pasted text) every key counts. */
export function readTargetLog(evidence: Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource'>): TargetLog {
  const { lines, read } = linesOf(evidence);
  const key = `${evidence.target.namespace}/${evidence.target.name}`;
  const anyKey = evidence.pasted !== undefined;
  const syncErrors: SyncError[] = [];
  const statusErrors: SyncError[] = [];
  const othersFailing = new Set<string>();
  let lastSyncStart = -1;
  let lastSyncFailure = -1;
  let lastSync: Because | undefined;
  let replacing: TargetLog['replacing'];
  lines.forEach(({ message, because: proof }, index) => {
    if ('key' in message && (anyKey || message.key === key))
      replacing =
        message.is === 'replacing-statefulset'
          ? { ...proof, ...(message.statefulSet !== undefined && { statefulSet: message.statefulSet }) }
          : undefined;
    if (message.is === 'sync' && (anyKey || message.key === key)) {
      lastSyncStart = index;
      lastSync = proof;
    }
    if (message.is === 'sync-failed') {
      if (!anyKey && message.key !== key) {
        othersFailing.add(message.key);
        return;
      }
      lastSyncFailure = index;
      syncErrors.push({ message: message.error, because: proof });
    }
    if (message.is === 'status-failed' && (anyKey || message.key === key))
      statusErrors.push({ message: message.error, because: proof });
    // This line names no key; it belongs to the status errors that follow it.
    if (message.is === 'status-retry') statusErrors.push({ message: message.error, because: proof });
  });
  return {
    syncErrors,
    statusErrors,
    lastSyncStart,
    lastSyncFailure,
    ...(lastSync && { lastSync }),
    ...(replacing && { replacing }),
    othersFailing: [...othersFailing].sort(),
    read,
  };
}

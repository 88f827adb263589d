import type { Because } from '../../diagnosis/types.ts';
import type { Evidence } from '../../evidence/types.ts';
import { parseLogLine } from '../../parse/log-line.ts';
import { type OperatorMessage, readMessage } from '../../parse/operator-message.ts';
import { because, readValue } from '../because.ts';

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
  /** The line that says that the operator replaces the StatefulSet, where nothing of the target was logged after it. */
  readonly replacing?: Because & { readonly statefulSet?: string };
  /** Syncs of other resources that fail: their keys. */
  readonly othersFailing: readonly string[];
  readonly read: boolean;
}

/** The Reconciled condition's message where it reports a failure. */
export function conditionError(evidence: Pick<Evidence, 'resource'>): SyncError | undefined {
  const reconciled = readValue(evidence.resource)?.status?.conditions.find((one) => one.type === 'Reconciled');
  if (reconciled?.status !== 'False' || !reconciled.message) return undefined;
  return {
    message: reconciled.message,
    because: because('resource', 'status.conditions[Reconciled].message', {
      at: reconciled.lastTransitionTime,
      quote: reconciled.message,
    }),
  };
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
  let replacing: TargetLog['replacing'];
  lines.forEach(({ message, because: proof }, index) => {
    if ('key' in message && (anyKey || message.key === key))
      replacing =
        message.is === 'replacing-statefulset'
          ? { ...proof, ...(message.statefulSet !== undefined && { statefulSet: message.statefulSet }) }
          : undefined;
    if (message.is === 'sync' && (anyKey || message.key === key)) lastSyncStart = index;
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
    ...(replacing && { replacing }),
    othersFailing: [...othersFailing].sort(),
    read,
  };
}

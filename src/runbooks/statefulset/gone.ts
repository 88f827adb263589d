import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';
import type { TargetLog } from './sync-errors.ts';

export const GONE_CODES = ['statefulset-gone-unseen'] as const;

/** After a deletion that it sees the operator makes the new StatefulSet within a second or two. */
const UNSEEN_SECONDS = 15;

/**
 * The operator deleted a StatefulSet in order to make it again, and nothing told it that the name is free: an object that it does not watch
 * (operators from 0.89 on take over somebody else's). Its status stays that of the sync which deleted.
 */
export function judgeGone(
  seen: Pick<Evidence, 'at' | 'resource' | 'statefulSet' | 'operators' | 'owned'>,
  { replacing }: TargetLog,
): readonly Coded<(typeof GONE_CODES)[number]>[] {
  const resource = readValue(seen.resource);
  const reconciled = resource?.status?.conditions.find((one) => one.type === 'Reconciled');
  if (seen.statefulSet.state !== 'absent' || replacing?.at === undefined) return [];
  if (reconciled?.status !== 'True' || reconciled.observedGeneration !== resource?.meta.generation) return [];
  if (Date.parse(seen.at) - Date.parse(replacing.at) < UNSEEN_SECONDS * 1000) return [];
  const name = readValue(seen.owned)?.find(({ kind }) => kind === 'StatefulSet')?.name ?? '';
  // The line says which shard's it was.
  if (replacing.statefulSet !== undefined && name !== '' && replacing.statefulSet !== name) return [];
  return [
    {
      kind: 'cause',
      cause: 'sts-gone-unseen',
      code: 'statefulset-gone-unseen',
      certainty: 'proven',
      values: { statefulSet: name, at: toSecond(replacing.at) },
      because: [
        because('operators', 'log', { at: replacing.at, quote: replacing.quote }),
        because('statefulSet', '', { at: seen.statefulSet.at, quote: 'not found' }),
        because('resource', 'status.conditions[Reconciled].status', {
          at: reconciled.lastTransitionTime,
          quote: reconciled.status,
        }),
      ],
    },
  ];
}

/** An operator logs nanoseconds; nobody reads them. */
const toSecond = (at: string): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

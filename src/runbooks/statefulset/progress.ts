import { judgedShard, shardsOfTarget } from '../../evidence/shards.ts';
import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';
import { ownedByTarget } from './sync-fault.ts';

export const PROGRESS_CODES = ['no-statefulset', 'owned-progress', 'statefulset-there'] as const;
type ProgressCode = (typeof PROGRESS_CODES)[number];

/** Of an object that the operator has not made. */
const SAID = { read: 'of somebody else', absent: 'not there', unread: 'not read' } as const;

type Seen = Pick<Evidence, 'target' | 'resource' | 'statefulSet' | 'shards' | 'owned'>;

/** How far the operator's last attempt got: it makes its objects in a fixed order, so the ones that exist are a progress bar. */
export function judgeProgress(seen: Seen): readonly Coded<ProgressCode>[] {
  return [...judgePresence(seen), ...judgeOwned(seen)];
}

function judgePresence(seen: Seen): readonly Coded<ProgressCode>[] {
  if (seen.statefulSet.state === 'absent') {
    return [
      {
        kind: 'observation',
        code: 'no-statefulset',
        certainty: 'proven',
        values: wantsDaemonSet(seen) ? { daemonSet: true } : shardValue(seen),
        because: [because('statefulSet', '', { at: seen.statefulSet.at, quote: 'not found' })],
      },
    ];
  }
  const statefulSet = readValue(seen.statefulSet);
  if (!statefulSet || ownedByTarget(seen) === false) return [];
  return [
    {
      kind: 'observation',
      code: 'statefulset-there',
      certainty: 'proven',
      values: {
        statefulSet: statefulSet.meta.name,
        ...(statefulSet.kind === 'DaemonSet' && { daemonSet: true }),
        ready: statefulSet.status.readyReplicas ?? 0,
        replicas: statefulSet.replicas ?? 1,
        created: statefulSet.meta.created,
      },
      because: [because('statefulSet', 'metadata.creationTimestamp', { at: statefulSet.meta.created })],
    },
  ];
}

const wantsDaemonSet = ({ target, resource }: Seen): boolean =>
  target.kind === 'PrometheusAgent' && readValue(resource)?.spec['mode'] === 'DaemonSet';

const shardValue = (seen: Seen) => (shardsOfTarget(seen)?.state === 'read' ? { shard: judgedShard(seen) } : {});

function judgeOwned(seen: Seen): readonly Coded<ProgressCode>[] {
  const owned = readValue(seen.owned);
  if (!owned || owned.length === 0) return [];
  const uid = readValue(seen.resource)?.meta.uid;
  const inOrder = [...owned].sort((a, b) => a.step - b.step);
  const made = inOrder.filter(
    ({ object }) =>
      object.state === 'read' && (uid === undefined || object.value.owners.some((owner) => owner.uid === uid)),
  );
  // Not made: absent, or there under that name and somebody else's.
  const missing = inOrder.find((one) => one.object.state !== 'unread' && !made.includes(one));
  const last = made.at(-1);
  return [
    {
      kind: 'observation',
      code: 'owned-progress',
      certainty: 'proven',
      values: {
        made: made.length,
        total: inOrder.length,
        last: last ? `${last.kind}/${last.name}` : '',
        next: missing ? `${missing.kind}/${missing.name}` : '',
      },
      because: inOrder.map((one) =>
        because('owned', `${one.kind}/${one.name}`, { quote: made.includes(one) ? 'there' : SAID[one.object.state] }),
      ),
    },
  ];
}

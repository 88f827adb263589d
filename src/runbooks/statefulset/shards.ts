import { shardsOfTarget } from '../../evidence/shards.ts';
import type { Evidence, ShardView } from '../../evidence/types.ts';
import { because, notChecked } from '../because.ts';
import type { Coded } from '../types.ts';

export const SHARD_CODES = ['shard-at-fault', 'shards-complete'] as const;
type Seen = Pick<Evidence, 'resource' | 'shards'>;

/** Shards that are named one by one. */
const NAMED = 20;

/** Which of several shards everything else in the diagnosis is about, and how the others are. */
export function judgeShards(seen: Seen): readonly Coded<(typeof SHARD_CODES)[number]>[] {
  const shards = shardsOfTarget(seen);
  if (shards?.state !== 'read') return [];
  const { judged, all } = shards.value;
  const wrong = all.filter(({ state }) => state !== 'ready').sort((a, b) => a.shard - b.shard);
  const one = wrong.find(({ shard }) => shard === judged);
  const shown = [...(wrong.length === 0 ? all : wrong)].sort((a, b) => a.shard - b.shard).slice(0, NAMED);
  return [
    {
      kind: 'observation',
      code: one === undefined ? 'shards-complete' : 'shard-at-fault',
      certainty: 'proven',
      values: {
        total: all.length,
        ...(one && {
          shard: judged,
          statefulSet: one.name,
          others: wrong
            .filter((other) => other !== one)
            .slice(0, NAMED)
            .map(({ name }) => name)
            .join(', '),
        }),
      },
      because: shown.map((shard) => because('shards', shard.name, { quote: saidOf(shard) })),
    },
  ];
}

const saidOf = ({ state, ready, replicas }: ShardView): string =>
  replicas === undefined ? state : `${state}, ${ready} of ${replicas} pods ready`;

/** What was not looked at is not healthy. */
export function shardsNotRead(seen: Seen) {
  const shards = shardsOfTarget(seen);
  return shards === undefined ? [] : notChecked('not-read', 'shards', shards);
}

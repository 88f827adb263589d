import type { ChaosCluster } from './cluster.ts';
import type { Outcome } from './invariants.ts';
import type { Crowd } from './people.ts';
import type { Storm } from './storm.ts';

interface Known {
  readonly outcome: Outcome;
  readonly cluster: ChaosCluster;
  readonly crowd: Crowd;
  readonly storm: Storm;
}

/** All that is known of one proposal, in the order of time. */
export function historyOf(id: string, { outcome, cluster, crowd, storm }: Known): readonly string[] {
  const name = outcome.proposals.find((one) => one.id === id)?.plan?.steps[0]?.object.name;
  const lines = [
    ...outcome.entries
      .filter((entry) => entry.proposal === id)
      .map((entry) => `${entry.at} #${entry.seq} ${entry.what} ${JSON.stringify(entry.values)}`),
    ...cluster.writes
      .filter((write) => write.deployment === name)
      .map((write) => `${write.at} API: write on ${write.deployment} by ${write.job}`),
    ...(crowd.clicks.get(id) ?? []).map(
      ({ at, who, what, acted }) =>
        `${new Date(at).toISOString()} ${who}: ${what} (${acted.acked ? 'acknowledged' : acted.error})`,
    ),
  ].toSorted();
  const [from = '', to = ''] = [lines[0]?.slice(0, 24), lines.at(-1)?.slice(0, 24)];
  return [
    ...lines,
    ...storm.log.filter(({ at }) => at >= from && at <= to).map(({ at, what }) => `${at} storm: ${what}`),
  ].toSorted();
}

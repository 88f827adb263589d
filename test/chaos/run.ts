import { setTimeout as delay } from 'node:timers/promises';
import { createJobQueue } from '../../src/queue/queue.ts';
import type { Upstream } from './cluster.ts';
import { forgeApproval } from './forger.ts';
import { type Broken, checkInvariants, type Outcome } from './invariants.ts';
import { APPROVERS, Crowd, Stuck } from './people.ts';
import { Prng } from './prng.ts';
import type { Protection } from './protections.ts';
import { peakMiB, startRig } from './rig.ts';
import { Storm } from './storm.ts';

export interface ChaosOptions {
  /** At least so many; incidents follow each other until there were. */
  readonly proposals: number;
  readonly seed: number;
  /** A protection that is taken away: then the run must find something broken. */
  readonly without?: Protection;
  /** Milliseconds between two deeds of the storm; longer where the machine is slow. */
  readonly everyMs?: number;
  readonly upstream?: Upstream;
  /** Incidents at the same time. */
  readonly atOnce?: number;
  /** No incident is begun after so many minutes, even if not all have been. */
  readonly minutes?: number;
  readonly progress?: (line: string) => void;
}

export interface ChaosReport extends Outcome {
  readonly seed: number;
  readonly seconds: number;
  /** Seconds from the end of the storm until nothing was left to do. */
  readonly settledSeconds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly longestRepairSeconds: number;
  readonly clicks: number;
  readonly forged: number;
  readonly peakMiB: Readonly<Record<'bot' | 'worker', number>>;
  /** All that is known of one proposal, in the order of time. */
  readonly history: (proposal: string) => readonly string[];
  /** Where the processes wrote what went wrong. */
  readonly logFile: string;
}

const AT_ONCE = 32;
const SETTLE_MS = 90_000;
const PLAY_MS = 180_000;
/** What is lost for good without an outbox is not waited for as long. */
const PLAY_WITHOUT_OUTBOX_MS = 30_000;

/** Bots, workers and Redis as processes, a crowd that asks and clicks, and a storm over all of them; then everything is counted. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, proposals, progress = () => {} } = options;
  const began = Date.now();
  const prng = new Prng(seed);
  const rig = await startRig({
    proposals: incidentsFor(proposals, options.atOnce ?? AT_ONCE),
    seed,
    roles: ['bot', 'bot', 'worker', 'worker', 'worker'],
    // Slow evidence lets a worker that was frozen read after another one has written.
    slowReads: options.without === 'fence' ? 0.7 : 0.1,
    ...(options.without !== undefined && { without: options.without }),
    ...(options.upstream && { upstream: options.upstream }),
  });
  const { slack, cluster, redis, records, places, logFile } = rig;
  const queue = createJobQueue(redis.url, () => {});
  let raging = true;
  const storm = new Storm({ prng: new Prng(seed + 2), places, slack, redis, everyMs: options.everyMs ?? 250 });
  cluster.onLate = (pid, deployment) => {
    // With somebody else's change on top, the next attempt can't tell what happened: an honest unknown.
    if (storm.strike(pid) && raging && prng.chance(0.35)) cluster.touch(deployment);
  };
  const crowd = new Crowd({
    slack,
    records,
    cluster,
    prng,
    mischief: () => raging,
    forge: (id) => forgeApproval(redis.url, queue, id, slack.user(APPROVERS[0]), slack.teamId).catch(() => false),
  });
  try {
    progress(`${places.length} processes are ready after ${seconds(began)} s`);
    cluster.disturb(true);
    storm.begin();
    const stuck = await playAll(crowd, options, progress);
    raging = false;
    await storm.end();
    cluster.disturb(false);
    const calm = Date.now();
    progress(`the storm is over after ${seconds(began)} s`);
    let outcome = await checkInvariants({
      slack,
      records,
      cluster,
      crowd,
      approvers: APPROVERS.map((who) => slack.user(who)),
    });
    while (outcome.broken.some(isTransient) && Date.now() - calm < SETTLE_MS) {
      await delay(1000);
      outcome = await checkInvariants({
        slack,
        records,
        cluster,
        crowd,
        approvers: APPROVERS.map((who) => slack.user(who)),
      });
    }
    const { entries } = outcome;
    return {
      ...outcome,
      broken: [...outcome.broken, ...stuck],
      seed,
      seconds: seconds(began),
      settledSeconds: seconds(calm),
      faults: { ...storm.count, ...cluster.faults() },
      longestRepairSeconds: longestRepair(outcome),
      clicks: [...crowd.clicks.values()].reduce((sum, list) => sum + list.length, 0),
      forged: crowd.forged.size,
      peakMiB: {
        bot: peakMiB(places, 'bot'),
        worker: peakMiB(places, 'worker'),
      },
      logFile,
      history: (id) => {
        const uid = outcome.proposals.find((one) => one.id === id)?.plan?.steps[0]?.object.name;
        const lines = [
          ...entries
            .filter((entry) => entry.proposal === id)
            .map((entry) => `${entry.at} #${entry.seq} ${entry.what} ${JSON.stringify(entry.values)}`),
          ...cluster.writes
            .filter((write) => write.deployment === uid)
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
      },
    };
  } finally {
    await storm.end().catch(() => {});
    await queue.close();
    await rig.close();
    await storm.redis.remove();
  }
}

/** As many incidents as `proposals` may take: some are over without a repair, because one of the same operator has helped before. */
export function incidentsFor(proposals: number, atOnce: number): number {
  return Math.ceil(proposals * 1.25) + atOnce;
}

/** Every incident once, some at the same time. */
async function playAll(
  crowd: Crowd,
  { proposals, atOnce = AT_ONCE, minutes = Number.POSITIVE_INFINITY, without }: ChaosOptions,
  progress: (line: string) => void,
): Promise<Broken[]> {
  const stuck: Broken[] = [];
  const ms = without === 'outbox' ? PLAY_WITHOUT_OUTBOX_MS : PLAY_MS;
  const until = Date.now() + minutes * 60_000;
  let next = 0;
  let done = 0;
  async function player(): Promise<void> {
    for (let index = next++; crowd.proposals.size < proposals && Date.now() < until; index = next++) {
      await crowd.play(index, ms).catch((error: unknown) => {
        if (!(error instanceof Stuck)) throw error;
        const [proposal] = /^inc-\S+/.exec(error.message) ?? [];
        stuck.push({
          invariant: 'every proposal ends, or says why nobody knows',
          detail: `${error.message} after ${ms / 1000} s`,
          ...(proposal !== undefined && { proposal }),
        });
      });
      done += 1;
      if (done % Math.max(10, Math.min(100, Math.round(proposals / 10))) === 0)
        progress(`${done} incidents are over, with ${crowd.proposals.size} proposals`);
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, proposals) }, player));
  return stuck;
}

/** What time alone may still put right; everything else is broken for good. */
const TRANSIENT = [
  'nothing is left in an outbox',
  'the card shows what became of the proposal',
  'no live buttons on a decided proposal',
  'every proposal ends, or says why nobody knows',
  'no lock is left',
];
export function isTransient({ invariant }: Broken): boolean {
  return TRANSIENT.includes(invariant);
}

function longestRepair({ entries }: Outcome): number {
  const approved = new Map<string, number>();
  let longest = 0;
  for (const { what, at, proposal = '' } of entries) {
    if (what === 'approved') approved.set(proposal, Date.parse(at));
    const from = approved.get(proposal);
    if (what === 'verified' && from !== undefined) longest = Math.max(longest, Date.parse(at) - from);
  }
  return Math.round(longest / 100) / 10;
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}

import { setTimeout as delay } from 'node:timers/promises';
import { createJobQueue } from '../../src/queue/queue.ts';
import type { Upstream } from './cluster.ts';
import { forgeApproval } from './forger.ts';
import { historyOf } from './history.ts';
import { type Broken, checkInvariants, type Outcome } from './invariants.ts';
import { Liveness } from './liveness.ts';
import { Patience, Stuck } from './patience.ts';
import { APPROVERS, Crowd } from './people.ts';
import { incidentsFor, playAll } from './play.ts';
import { Prng } from './prng.ts';
import { type Role, slownessOf } from './processes.ts';
import type { Protection } from './protections.ts';
import { peakMiB, type Rig, startRig } from './rig.ts';
import { Storm } from './storm.ts';
import { Watch } from './watch.ts';

interface ChaosOptions {
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
  /** After so many minutes it ends as if all had been played. */
  readonly minutes?: number;
  /** When aborted, too. */
  readonly stop?: AbortSignal;
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
/** How long an incident, or in the end everything, may take to get on. */
const PATIENCE_MS = 90_000;
/** What is lost for good without an outbox is not waited for as long. */
const PATIENCE_WITHOUT_OUTBOX_MS = 10_000;

/** Bots, workers and Redis as processes, a crowd that asks and clicks, and a storm over all of them; then everything is counted. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, proposals, atOnce = AT_ONCE, progress = () => {} } = options;
  const began = Date.now();
  const prng = new Prng(seed);
  const rig = await startRig({
    proposals: incidentsFor(proposals, atOnce),
    seed,
    roles: ['bot', 'bot', 'worker', 'worker', 'worker'],
    // Slow evidence lets a worker that was frozen read after another one has written.
    slowReads: options.without === 'fence' ? 0.7 : 0.1,
    ...(options.without !== undefined && { without: options.without }),
    ...(options.upstream && { upstream: options.upstream }),
  });
  const { slack, cluster, redis, records, places, logFile } = rig;
  const queue = createJobQueue(redis.url, () => {});
  const approvers = APPROVERS.map((who) => slack.user(who));
  let raging = true;
  const slowness = () => slownessOf(places);
  // Slower than this even a hang is to be told some time.
  const bearable = () => Math.min(20, slowness());
  const liveness = new Liveness(places, bearable);
  const storm = new Storm({
    prng: new Prng(seed + 2),
    places,
    slack,
    redis,
    everyMs: options.everyMs ?? 250,
    isSpared: (place) => liveness.isSuspect(place),
  });
  cluster.onLate = (pid, deployment) => {
    // With somebody else's change on top, the next attempt can't tell what happened: an honest unknown.
    if (storm.strike(pid) && raging && prng.chance(0.35)) cluster.touch(deployment);
  };
  const watch = new Watch({ records, cluster, approvers, isForged: (id) => crowd.forged.has(id) });
  const patienceMs = options.without === 'outbox' ? PATIENCE_WITHOUT_OUTBOX_MS : PATIENCE_MS;
  const crowd: Crowd = new Crowd({
    slack,
    records,
    cluster,
    prng,
    mischief: () => raging,
    forge: (id) => forgeApproval(redis.url, queue, id, slack.user(APPROVERS[0]), slack.teamId).catch(() => false),
    patience: () => new Patience(patienceMs, bearable),
    slowness,
    ended: (proposal) => watch.ended(proposal),
  });
  try {
    progress(`${places.length} processes are ready after ${seconds(began)} s`);
    cluster.disturb(true);
    storm.begin();
    watch.begin();
    liveness.begin();
    const stuckOne = new AbortController();
    const stop = AbortSignal.any([
      watch.found,
      liveness.found,
      stuckOne.signal,
      ...(options.stop ? [options.stop] : []),
      ...(options.minutes === undefined ? [] : [AbortSignal.timeout(options.minutes * 60_000)]),
    ]);
    const state = async () =>
      `${watch.head.seq} audit entries checked, ${storm.log.length} deeds, ${await memoryOf(rig)}`;
    const playing = playAll(crowd, { proposals, atOnce, stop, isStuck: () => stuckOne.abort(), progress, state });
    // What has been begun is played to its end, in calm when it has to stop.
    await Promise.race([playing, aborted(stop)]);
    raging = false;
    await storm.end();
    cluster.disturb(false);
    const calm = Date.now();
    progress(`the storm is over after ${seconds(began)} s`);
    const stuck = await playing;
    const outcome = await settled(
      () => crowd.finish().then(() => true, isStuck),
      () => checkInvariants({ slack, records, cluster, crowd, approvers }),
      new Patience(patienceMs, bearable),
    );
    await Promise.all([watch.end(), liveness.end()]);
    return {
      ...outcome,
      broken: [...watch.broken, ...liveness.broken, ...outcome.broken, ...stuck],
      seed,
      seconds: seconds(began),
      settledSeconds: seconds(calm),
      faults: { ...storm.count, ...cluster.faults() },
      longestRepairSeconds: longestRepair(outcome),
      clicks: [...crowd.clicks.values()].reduce((sum, list) => sum + list.length, 0),
      forged: crowd.forged.size,
      peakMiB: { bot: peakMiB(places, 'bot'), worker: peakMiB(places, 'worker') },
      logFile,
      history: (id) => historyOf(id, { outcome, cluster, crowd, storm }),
    };
  } finally {
    await Promise.all([watch.end(), liveness.end()]);
    await storm.end().catch(() => {});
    await queue.close();
    await rig.close();
    await storm.redis.remove();
  }
}

/** Checked again as long as something is left that time may put right, and becomes less. */
async function settled(
  finish: () => Promise<boolean>,
  check: () => Promise<Outcome>,
  patience: Patience,
): Promise<Outcome> {
  for (;;) {
    const isFinished = await finish();
    const outcome = await check();
    const left = outcome.broken.filter(isTransient);
    const mark = `${outcome.entries.length} ${left.map(({ invariant, detail }) => invariant + detail).join(' ')}`;
    if (left.length === 0 || !isFinished || patience.isOver(mark)) return outcome;
    await delay(1000);
  }
}

/** One that does not end is found by the check. */
function isStuck(error: unknown): false {
  if (!(error instanceof Stuck)) throw error;
  return false;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function memoryOf({ places, records }: Rig): Promise<string> {
  const mine = Math.round(process.memoryUsage.rss() / 2 ** 20);
  const now = (role: Role) =>
    places.filter((place) => place.role === role).map(({ bytes }) => Math.round(bytes / 2 ** 20));
  return `MiB: storm ${mine}, bots ${now('bot').join(' ')}, workers ${now('worker').join(' ')}, Redis ${await records.mebibytes()}`;
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

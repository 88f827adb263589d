import type { Cluster } from '../cluster/control-plane/cluster.ts';
import type { Deployment, Managed } from '../cluster/kinds.ts';
import { prometheusesPath, STATEFULSET } from '../cluster/names.ts';
import { scaleOperator } from '../cluster/scenarios/change.ts';
import { byId } from '../cluster/scenarios/load.ts';
import {
  hasEvent,
  healthy,
  isTrue,
  logHas,
  metrics,
  nothingMade,
  operatorPods,
  prometheus,
  statefulSet,
  statusEmpty,
} from '../cluster/scenarios/look.ts';
import type { Scenario } from '../cluster/scenarios/types.ts';

/** Two scenarios in one cluster, by their ids. */
export interface Pair {
  /** The one on the lower rung: its cause must come first, and it is repaired first. */
  readonly lower: string | Scenario;
  /** What remains then. */
  readonly upper: string;
  /** Which of the two is injected first; `upper` unless said, as most faults need an operator that still works. */
  readonly first?: 'lower';
  /** `named`: the evidence shows the upper one as well. Otherwise the lower one hides it: nothing may be said of it, not even that it is not. */
  readonly next?: 'named';
  /** Whether both have happened; by default the lower one's own symptoms. */
  shows?(cluster: Cluster): Promise<unknown> | unknown;
  /** Whether the upper one is what is left after the repair; by default its own symptoms. */
  left?(cluster: Cluster): Promise<unknown> | unknown;
}

export const idOf = ({ lower, upper }: Pair): string => `${typeof lower === 'string' ? lower : lower.id}+${upper}`;

/** As F14, but nobody makes the Prometheus anew: its status, and what was made for it, are of before. */
const STOPPED: Scenario = {
  id: 'stopped',
  cause: 'operator-scaled-0',
  title: 'the operator was scaled to 0 afterwards, and what it wrote stays',
  inject: (cluster) => scaleOperator(cluster, 0),
  settled: async (cluster) => (await operatorPods(cluster)).length === 0,
  fix: (cluster) => scaleOperator(cluster, 1),
};

const RANCHER_OPERATOR = '/apis/apps/v1/namespaces/cattle-monitoring-system/deployments/rancher-monitoring-operator';

const waitingPod = async (cluster: Cluster) =>
  (await statusEmpty(cluster)) &&
  (await statefulSet(cluster)) !== undefined &&
  hasEvent(cluster, 'FailedScheduling', 'unbound immediate PersistentVolumeClaims');
const unpulledPod = async (cluster: Cluster) =>
  (await hasEvent(cluster, 'Failed', 'does-not-exist')) &&
  logHas(cluster, 'failed to retrieve statefulset state: pods is forbidden');
const silentlyTaken = async (cluster: Cluster) =>
  (await statusEmpty(cluster)) && logHas(cluster, `${STATEFULSET}\\" already exists`);
const silent = (text: string) => async (cluster: Cluster) => (await nothingMade(cluster)) && logHas(cluster, text);
const secondRuns = async (cluster: Cluster) =>
  (await cluster.api.maybe<Deployment>(RANCHER_OPERATOR))?.status?.readyReplicas === 1;
/** It hangs in the first sync of a resource that has no status: the writes of the operator wait for half a minute each. */
const hangs = async (cluster: Cluster) =>
  (await silent('msg="sync prometheus"')(cluster)) &&
  (await metrics(cluster)).some((line) => Number(UNFINISHED.exec(line)?.[1] ?? 0) > 10);
const UNFINISHED =
  /^prometheus_operator_workqueue_unfinished_work_seconds\{controller="prometheus",name="prometheus"\} (.*)/;

/** Two shards that run, and the chart's Prometheus, which does not. */
const besideThePair = (text: string) => async (cluster: Cluster) => {
  const pair = await cluster.api.maybe<Managed>(`${prometheusesPath()}/pair`);
  const own = await prometheus(cluster);
  const said = own?.status?.conditions?.some(({ message }) => message?.includes(text));
  return said && isTrue(pair, 'Available') && isTrue(pair, 'Reconciled');
};

/**
 * Pairs that can be in one cluster at once: about different objects, and the repair of the lower one leaves the upper one as it is (the
 * chart applied anew puts roles, arguments, image and version right, so those are never what remains of it).
 */
export const PAIRS: readonly Pair[] = [
  // The kind itself
  { lower: 'F69', upper: 'F43', next: 'named' },
  { lower: 'F56', upper: 'F45' },
  { lower: 'F63', upper: 'F46' },
  { lower: 'F64b', upper: 'F45' },
  // No operator at work
  { lower: 'F14', upper: 'F44', next: 'named' },
  { lower: 'F14', upper: 'F30' },
  { lower: 'F15', upper: 'F38', next: 'named' },
  { lower: 'F57', upper: 'F60b', next: 'named' },
  { lower: 'F59', upper: 'F07', next: 'named' },
  { lower: 'F18', upper: 'F13', next: 'named' },
  { lower: 'F20', upper: 'F44b', next: 'named' },
  { lower: 'F26', upper: 'F45' },
  { lower: 'F67', upper: 'F13' },
  { lower: 'F19', upper: 'F36' },
  { lower: 'F16', upper: 'F46' },
  { lower: 'F17', upper: 'F03', next: 'named' },
  { lower: 'F21', upper: 'F13', next: 'named' },
  { lower: 'F24', upper: 'F44', next: 'named' },
  { lower: 'F23', upper: 'F33' },
  { lower: 'F09', upper: 'F13', next: 'named' },
  // The check at the start, and its rights
  { lower: 'F01', upper: 'F44', next: 'named' },
  { lower: 'F01', upper: 'F30' },
  { lower: 'F01', upper: 'F38', next: 'named' },
  { lower: 'F58', upper: 'F60b', first: 'lower', next: 'named' },
  { lower: 'F55', upper: 'F45' },
  { lower: 'F02', upper: 'F43' },
  { lower: 'F03', upper: 'F51' },
  { lower: 'F04', upper: 'F45' },
  // Caches
  { lower: 'F05', upper: 'F44', next: 'named' },
  { lower: 'F05', upper: 'F38', next: 'named' },
  { lower: 'F08', upper: 'F27', next: 'named' },
  { lower: 'F08', upper: 'F35' },
  { lower: 'F06', upper: 'F51' },
  // Filters
  { lower: 'F13', upper: 'F44', next: 'named' },
  { lower: 'F12', upper: 'F32' },
  { lower: 'F10', upper: 'F43' },
  { lower: 'F38', upper: 'F44', next: 'named' },
  // What a sync writes
  { lower: 'F25', upper: 'F51' },
  { lower: 'F30', upper: 'F45' },
  { lower: 'F33', upper: 'F50' },
  { lower: 'F42', upper: 'F48b' },
  { lower: 'F44', upper: 'F51' },
  { lower: 'F46', upper: 'F27', next: 'named', shows: silent('failed calling webhook') },
  { lower: 'F32', upper: 'F28', next: 'named' },
  { lower: 'F43', upper: 'F52' },
  { lower: 'F40', upper: 'F27', next: 'named', shows: silentlyTaken },
  // Pods
  { lower: 'F50', upper: 'F27', next: 'named', shows: waitingPod },
  { lower: 'F52', upper: 'F28', next: 'named', shows: unpulledPod },
  { lower: 'F51', upper: 'F60b', next: 'named' },
  { lower: 'F48', upper: 'F07', next: 'named' },
  // A status of before
  { lower: STOPPED, upper: 'F30', next: 'named' },
  { lower: STOPPED, upper: 'F43', next: 'named' },
  { lower: STOPPED, upper: 'F39', next: 'named' },
  { lower: STOPPED, upper: 'F52', next: 'named' },
  { lower: STOPPED, upper: 'F27', next: 'named' },
  { lower: STOPPED, upper: 'N04' },
  // Two operators, and two shards
  { lower: 'F30', upper: 'F54', first: 'lower', next: 'named', shows: secondRuns },
  { lower: 'F43b', upper: 'F48d', first: 'lower' },
  // The API server's own admission
  { lower: 'F14', upper: 'F65' },
  { lower: 'F13', upper: 'F66', left: hangs },
  // Beside something that only looks like a fault
  { lower: 'F14', upper: 'N01', left: healthy }, // nothing is written that the webhooks are asked about
  { lower: 'F58', upper: 'N03', first: 'lower' },
  { lower: 'F44', upper: 'N03' },
  { lower: 'F44', upper: 'N01' },
  { lower: 'F30', upper: 'N05', first: 'lower', shows: besideThePair('failed to parse version') },
  { lower: 'F52', upper: 'N05', first: 'lower', shows: besideThePair('unready status') },
  { lower: 'F14', upper: 'N04' },
  { lower: 'F44', upper: 'N02', first: 'lower' },
  { lower: 'F52', upper: 'N02', first: 'lower' },
  { lower: 'N04', upper: 'N01' },
  { lower: 'N03', upper: 'N01' },
  { lower: 'N02', upper: 'N03' },
];

/** What a short selection plays. */
export const SHORT = 'F14+F44';

/** Both scenarios of a pair, and how they go. */
export interface Both {
  readonly lower: Scenario;
  readonly upper: Scenario;
  readonly before: Scenario;
  readonly after: Scenario;
  readonly shows: (cluster: Cluster) => Promise<unknown> | unknown;
  readonly left: (cluster: Cluster) => Promise<unknown> | unknown;
}

export function both(pair: Pair, scenarios: readonly Scenario[]): Both {
  const [lower, upper] = [
    typeof pair.lower === 'string' ? byId(scenarios, pair.lower) : pair.lower,
    byId(scenarios, pair.upper),
  ];
  const [before, after] = pair.first === 'lower' ? [lower, upper] : [upper, lower];
  const shows = pair.shows ?? ((cluster) => lower.settled(cluster));
  const left = pair.left ?? ((cluster) => upper.settled(cluster));
  return { lower, upper, before, after, shows, left };
}

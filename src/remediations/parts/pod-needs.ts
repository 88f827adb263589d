import type { LimitRangeView, OperatorDeployment, PodSize } from '../../evidence/types.ts';
import { quantity } from './quantity.ts';

/** What one pod of the operator counts, with the defaults of its namespace's LimitRanges. */
export interface PodNeeds {
  /**
   * For a resource as a quota names it. 0: a quota on that does not concern the pod. `without`: the container that says nothing, which the
   * quota refuses. `unknown` where it can't be reckoned.
   */
  amount(resource: string): number | 'unknown' | { readonly without: string };
  /** Neither requests nor limits of CPU and memory; undefined = not known. */
  readonly bestEffort: boolean | undefined;
}

type Container = PodSize['containers'][number];
type Amount = number | undefined | 'unknown';

/** `cpu` and `requests.cpu` are the same to a quota. */
const COMPUTE = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/;
/** Quotas on these insist on an amount of each container. */
const INSISTS = ['cpu', 'memory'];

export function needsOf(
  { pod, container }: OperatorDeployment,
  limits: readonly LimitRangeView[] | undefined,
): PodNeeds {
  if (pod === undefined) return onlyMemory(container.memoryLimit);
  const amountOf = (one: Container, of: 'requests' | 'limits', resource: string): Amount =>
    stated(one, of, resource) ?? byDefault(limits, of, resource);
  return {
    amount(resource) {
      const [, of = 'requests', name = ''] = COMPUTE.exec(resource) ?? [];
      if (name === '' || (of !== 'requests' && of !== 'limits')) return 0;
      const wanted = pod.containers.map((one) => ({ ...one, amount: amountOf(one, of, name) }));
      if (pod.addsMore || wanted.some(({ amount }) => amount === 'unknown')) return 'unknown';
      const silent = wanted.find(({ amount }) => amount === undefined);
      if (silent && INSISTS.includes(name)) return { without: silent.name };
      return together(wanted.map(({ runs, amount }) => ({ runs, amount: typeof amount === 'number' ? amount : 0 })));
    },
    bestEffort: isBestEffort(pod, amountOf),
  };
}

/** A capture of an older version knows no more. */
function onlyMemory(limit: string | undefined): PodNeeds {
  const memory = limit === undefined ? undefined : quantity(limit);
  return {
    amount: (resource) =>
      !COMPUTE.test(resource) ? 0 : resource === 'limits.memory' ? (memory ?? 'unknown') : 'unknown',
    bestEffort: limit === undefined ? undefined : false,
  };
}

/** A request that is not stated is the limit, where there is one. */
function stated({ requests, limits }: Container, of: 'requests' | 'limits', resource: string): Amount {
  const text = of === 'limits' ? limits[resource] : (requests[resource] ?? limits[resource]);
  return text === undefined ? undefined : (quantity(text) ?? 'unknown');
}

/** What the LimitRanges of the namespace fill in; of several the API server may take any. */
function byDefault(limits: readonly LimitRangeView[] | undefined, of: 'requests' | 'limits', resource: string): Amount {
  if (limits === undefined) return 'unknown';
  const field = of === 'limits' ? 'default' : 'defaultRequest';
  const found = limits
    .flatMap((range) => range.limits)
    .filter((limit) => limit['type'] === 'Container')
    .flatMap((limit) => valueAt(limit[field], resource));
  if (found.length === 0) return undefined;
  const [first, ...others] = found.map((text) => quantity(text) ?? 'unknown');
  return others.every((one) => one === first) ? first : 'unknown';
}

function valueAt(map: unknown, resource: string): readonly string[] {
  if (typeof map !== 'object' || map === null || !(resource in map)) return [];
  // Just seen to have it.
  const value = (map as Readonly<Record<string, unknown>>)[resource];
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

/** What runs at the same time is added up, and the largest such moment counts: an init container runs beside what started before it. */
function together(containers: readonly { readonly runs: Container['runs']; readonly amount: number }[]): number {
  let beside = 0;
  let largest = 0;
  for (const { runs, amount } of containers) {
    if (runs === 'beside') beside += amount;
    if (runs === 'before') largest = Math.max(largest, beside + amount);
  }
  const main = containers.filter(({ runs }) => runs === 'main').reduce((sum, { amount }) => sum + amount, 0);
  return Math.max(main + beside, largest);
}

function isBestEffort(
  pod: PodSize,
  amountOf: (one: Container, of: 'requests' | 'limits', resource: string) => Amount,
): boolean | undefined {
  const amounts = pod.containers.flatMap((one) =>
    INSISTS.flatMap((resource) => [amountOf(one, 'requests', resource), amountOf(one, 'limits', resource)]),
  );
  if (amounts.some((amount) => typeof amount === 'number' && amount > 0)) return false;
  return pod.addsMore || amounts.includes('unknown') ? undefined : true;
}

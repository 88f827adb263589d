import compare from 'semver/functions/compare.js';
import valid from 'semver/functions/valid.js';
import { type Reason, refuse } from '../parts/refuse.ts';

/** A release of kube-prometheus-stack. */
export interface ChartVersion {
  readonly chart: string;
  /** The operator that it brings, without `v`. */
  readonly operator: string;
  /** Releases with the same number bring CRDs of the same schema; a greater number only adds to it. */
  readonly schema: number;
}

/**
 * The releases that promfix knows, oldest first: prometheus-community/helm-charts, each rendered with its default values and compared object
 * by object with the next. Their CRDs differ in the annotation `operator.prometheus.io/version` only. What is not in here is not tested.
 */
export const CHART_VERSIONS: readonly ChartVersion[] = [
  { chart: '78.4.0', operator: '0.86.1', schema: 1 },
  { chart: '78.5.0', operator: '0.86.1', schema: 1 },
  { chart: '79.4.0', operator: '0.86.2', schema: 1 },
  { chart: '79.5.0', operator: '0.86.2', schema: 1 },
];

type Direction = 'up' | 'down';

/**
 * The version to test instead of the one that runs: the one that a person named, or its nearest neighbour in the table.
 *
 * @param wanted as typed; a leading `v` is no harm
 */
export function versionToTest(
  current: string,
  wanted: string | undefined,
  direction: Direction,
  table: readonly ChartVersion[] = CHART_VERSIONS,
): { readonly from: ChartVersion; readonly to: ChartVersion } | Reason {
  const from = table.find(({ chart }) => chart === valid(current));
  if (!from) return refuse('chart-version-unknown', { version: current, known: known(table) });
  if (wanted !== undefined) return named(from, wanted, table);
  const neighbours = table
    .filter(({ chart }) => (direction === 'down' ? compare(chart, from.chart) < 0 : compare(chart, from.chart) > 0))
    .sort((a, b) => compare(a.chart, b.chart));
  const to = direction === 'down' ? neighbours.at(-1) : neighbours[0];
  if (!to)
    return refuse(direction === 'down' ? 'no-older-chart-known' : 'no-newer-chart-known', { version: from.chart });
  return { from, to };
}

function named(
  from: ChartVersion,
  wanted: string,
  table: readonly ChartVersion[],
): { readonly from: ChartVersion; readonly to: ChartVersion } | Reason {
  const version = valid(wanted);
  if (version === null) return refuse('chart-version-unreadable', { version: wanted });
  if (version === from.chart) return refuse('chart-version-runs', { version });
  const to = table.find(({ chart }) => chart === version);
  return to ? { from, to } : refuse('chart-version-unknown', { version, known: known(table) });
}

/**
 * Why the CRDs that are in the cluster keep an Application that brings CRDs from being set to a version and back again: neither way may take
 * a field away that an object could be using. Undefined when nothing does.
 *
 * @param live the operator versions that the CRDs in the cluster are of; undefined for one that says none
 */
export function crdObstacle(
  { from, to }: { readonly from: ChartVersion; readonly to: ChartVersion },
  live: readonly (string | undefined)[],
  table: readonly ChartVersion[] = CHART_VERSIONS,
): Reason | undefined {
  if (live.length === 0) return refuse('crd-schema-unknown', { version: 'none' });
  for (const operator of live) {
    const there = table.find((one) => one.operator === operator?.replace(/^v/, ''));
    if (!there) return refuse('crd-schema-unknown', { version: operator ?? 'unknown' });
    const least = [from, to].find(({ schema }) => schema < there.schema);
    if (least) return refuse('crd-schema-shrinks', { version: least.chart, live: there.operator });
  }
  // Forwards is no harm, but the way back would be.
  if (to.schema > from.schema) return refuse('crd-schema-shrinks', { version: from.chart, live: to.operator });
  return undefined;
}

const known = (table: readonly ChartVersion[]): string => table.map(({ chart }) => chart).join(', ');

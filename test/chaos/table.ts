import type { Tried } from './matrix.ts';
import type { Measured, Quantiles } from './measure.ts';
import type { ChaosReport } from './run.ts';

/** The report as lines for a terminal. */
export function reportLines(report: ChaosReport): readonly string[] {
  const states = [
    ...Map.groupBy(report.proposals, ({ state, outcome }) => (outcome ? `${state}: ${outcome.code}` : state)),
  ].toSorted();
  const unknown = report.entries.filter(({ what }) => what === 'unknown').length;
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', report.seed],
    ['proposals', report.proposals.length],
    ['approved', report.approved],
    ['  executed once', report.executed.once],
    ['  executed twice', report.executed.twice],
    ['  executed never', report.executed.never],
    ...states.map(([state, list]) => [`ended ${state}`, list.length] as const),
    ['outcome unknown for a while', unknown],
    ['forged approvals', report.forged],
    ['clicks', report.clicks],
    ['audit entries', report.entries.length],
    ['longest repair', `${report.longestRepairSeconds} s`],
    ['settled after the storm', `${report.settledSeconds} s`],
    ['memory, bot', `${report.peakMiB.bot} MiB`],
    ['memory, worker', `${report.peakMiB.worker} MiB`],
    ['took', `${report.seconds} s`],
    ['faults', ''],
    ...Object.entries(report.faults)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, count]) => [`  ${name}`, count] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name.padEnd(width)}${String(value).padStart(8)}`);
}

/** How long clicks took, in milliseconds. */
export function measuredLines({ clicks, perSecond, toAck, toStart, toChange, peakMiB }: Measured): readonly string[] {
  const row = (name: string, { p50, p99, max }: Quantiles) =>
    `${name.padEnd(18)}${[p50, p99, max].map((ms) => String(ms).padStart(8)).join('')}`;
  return [
    `${clicks} clicks, ${perSecond} a second; milliseconds`,
    `${''.padEnd(18)}${['p50', 'p99', 'max'].map((word) => word.padStart(8)).join('')}`,
    row('click to ack', toAck),
    row('click to start', toStart),
    row('click to change', toChange),
    `memory: bot ${peakMiB.bot} MiB, worker ${peakMiB.worker} MiB`,
  ];
}

/** What each missing protection broke. */
export function matrixLines(results: readonly Tried[]): readonly string[] {
  return results.map(({ without, noticed, broken, storms, seconds }) => {
    const what = noticed === undefined ? 'NOT NOTICED' : `${noticed.invariant}: ${noticed.detail}`;
    return `without ${without.padEnd(18)}${String(seconds).padStart(5)} s  ${storms} storm(s)  ${String(broken).padStart(4)} broken  ${what}`;
  });
}

/** What is broken, and everything that is known about the first of it. */
export function brokenLines({ broken, history, logFile }: ChaosReport): readonly string[] {
  const [first] = broken;
  if (!first) return [];
  return [
    `BROKEN: ${first.invariant}${first.proposal === undefined ? '' : ` (${first.proposal})`}: ${first.detail}`,
    ...(first.proposal === undefined ? [] : history(first.proposal).map((line) => `  ${line}`)),
    ...broken.slice(1, 20).map((one) => `also: ${one.invariant} ${one.proposal ?? ''}: ${one.detail}`),
    `what the processes said: ${logFile}`,
  ];
}

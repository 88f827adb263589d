import { expect, it } from 'vitest';
import { incidentsFor } from './play.ts';
import { startReal } from './real.ts';
import { runChaos } from './run.ts';
import { brokenLines, reportLines } from './table.ts';

const PROPOSALS = 30;
const AT_ONCE = 15;

it('the storm leaves every invariant whole on a real API server', { timeout: 400_000 }, async () => {
  const seed = Math.floor(Math.random() * 1_000_000_000);
  const upstream = await startReal(incidentsFor(PROPOSALS, AT_ONCE));

  const report = await runChaos({ proposals: PROPOSALS, atOnce: AT_ONCE, seed, upstream });

  console.info(reportLines(report).join('\n'));
  expect(brokenLines(report).join('\n')).toBe('');
  expect(report.executed.once).toBeGreaterThan(PROPOSALS / 4);
});

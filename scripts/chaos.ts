/**
 * `npm run chaos -- --proposals 200 [--seed N] [--minutes N] [--without PROTECTION | --matrix | --measure]`: promfix under kill -9, frozen
 * processes, lost answers and forged approvals; fails on the first invariant that is broken. `--without` takes one protection away, `--matrix`
 * each in turn: then it has to break. `--measure` tells instead how long 20 clicks a second take. `--json FILE`: the result, for CI. `--every MS`
 * between two deeds of the storm. Ctrl-C (SIGTERM) ends the storm early and checks what was played.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runMatrix } from '../test/chaos/matrix.ts';
import { measure } from '../test/chaos/measure.ts';
import { PROTECTIONS } from '../test/chaos/protections.ts';
import { runChaos } from '../test/chaos/run.ts';
import { brokenLines, matrixLines, measuredLines, reportLines } from '../test/chaos/table.ts';

const { values } = parseArgs({
  options: {
    proposals: { type: 'string' },
    seed: { type: 'string' },
    without: { type: 'string' },
    matrix: { type: 'boolean', default: false },
    measure: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '32' },
    every: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'string' },
  },
});
const began = Date.now();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    progress(`${signal}: what has begun is played to its end, then everything is checked`);
    stop.abort();
  });
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);
const proposals = Number(values.proposals ?? (values.matrix ? 80 : 200));
const without = PROTECTIONS.find((one) => one === values.without);
if (values.without !== undefined && without === undefined)
  throw new Error(`--without takes one of ${PROTECTIONS.join(', ')}`);

function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
function progress(line: string): void {
  say(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${line}`);
}

async function tellMeasured(): Promise<boolean> {
  say(...measuredLines(await measure(proposals, seed, progress)));
  return true;
}

async function tellMatrix(): Promise<boolean> {
  const results = await runMatrix(proposals, seed, progress);
  say(...matrixLines(results));
  return results.every(({ noticed }) => noticed !== undefined);
}

async function tellStorm(): Promise<boolean> {
  say(`seed ${seed}${without === undefined ? '' : `, without ${without}`}`);
  const report = await runChaos({
    proposals,
    seed,
    atOnce: Number(values['at-once']),
    progress,
    stop: stop.signal,
    ...(values.every !== undefined && { everyMs: Number(values.every) }),
    ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
    ...(without !== undefined && { without }),
  });
  say(...reportLines(report), ...brokenLines(report));
  const isBroken = report.broken.length > 0;
  if (without === undefined) say(isBroken ? `broken; run it again with --seed ${seed}` : 'every invariant holds');
  else if (isBroken) say(`without ${without} the run breaks, as it must`);
  else say(`without ${without} nothing broke: the run is too weak`);
  return isBroken === (without !== undefined);
}

const isGood = values.matrix ? await tellMatrix() : await (values.measure ? tellMeasured() : tellStorm());
// The shape of vitest's report, as far as scripts/ci-summary.mjs reads it.
if (values.json !== undefined)
  writeFileSync(
    values.json,
    JSON.stringify({ numPassedTests: isGood ? 1 : 0, numFailedTests: isGood ? 0 : 1, numFailedTestSuites: 0 }),
  );
process.exit(isGood ? 0 : 1);

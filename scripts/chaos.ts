/**
 * `npm run chaos -- --proposals 200 [--seed N] [--without fence|resource-version|mac|outbox|lock] [--measure]`: promfix under kill -9, frozen
 * processes, lost answers and forged approvals; fails on the first invariant that is broken. With `--without` it has to break. `--measure`
 * tells instead how long 20 clicks a second take.
 */
import { parseArgs } from 'node:util';
import { measure } from '../test/chaos/measure.ts';
import { PROTECTIONS } from '../test/chaos/protections.ts';
import { runChaos } from '../test/chaos/run.ts';
import { brokenLines, measuredLines, reportLines } from '../test/chaos/table.ts';

const { values } = parseArgs({
  options: {
    proposals: { type: 'string', default: '200' },
    seed: { type: 'string' },
    without: { type: 'string' },
    'at-once': { type: 'string', default: '32' },
    minutes: { type: 'string' },
    measure: { type: 'boolean', default: false },
  },
});
const began = Date.now();
const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => say(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${line}`);
const without = PROTECTIONS.find((one) => one === values.without);
if (values.without !== undefined && without === undefined)
  throw new Error(`--without takes one of ${PROTECTIONS.join(', ')}`);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);

if (values.measure) {
  const measured = await measure(Number(values.proposals), seed, progress);
  for (const line of measuredLines(measured)) say(line);
  process.exit(0);
}

say(`seed ${seed}${without === undefined ? '' : `, without ${without}`}`);
const report = await runChaos({
  proposals: Number(values.proposals),
  seed,
  atOnce: Number(values['at-once']),
  progress,
  ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
  ...(without !== undefined && { without }),
});
for (const line of reportLines(report)) say(line);
for (const line of brokenLines(report)) say(line);
const isBroken = report.broken.length > 0;
if (without !== undefined)
  say(
    isBroken
      ? `without ${without} the run breaks, as it must`
      : `without ${without} nothing broke: the run is too weak`,
  );
else say(isBroken ? `broken; run it again with --seed ${seed}` : 'every invariant holds');
process.exit(isBroken === (without !== undefined) ? 0 : 1);

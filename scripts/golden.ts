// Refreshes test/golden from the real control plane: `npm run golden`.
//   node scripts/golden.ts [--only F23,F24|all] [--operator 0.88.0]   # plays the scenarios and packs what was captured (all takes an hour)
//   node scripts/golden.ts --only F69+F43,F69+F43-then                 # two faults at once (test/diagnosis/pairs.ts), and once the first is repaired
//   node scripts/golden.ts --from FOLDER [--only F23]                 # packs captures that `test:cluster -- --captures FOLDER` saved before
// `--into FOLDER` writes elsewhere.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { captureName, expectedOf } from '../test/cluster/harness.ts';
import { loadScenarios, select } from '../test/cluster/scenarios/load.ts';
import { operatorVersion } from '../test/cluster/versions.ts';
import { both, idOf, PAIRS } from '../test/diagnosis/pairs.ts';
import { pack } from './golden/pack.ts';

const FILES = ['test/cluster/scenarios.cluster', 'test/diagnosis/pairs.cluster'];
const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'all' },
    operator: { type: 'string' },
    from: { type: 'string' },
    into: { type: 'string', default: join(PROJECT, 'test', 'golden') },
  },
});

const all = await loadScenarios(null);
const ids = values.only.split(',');
const pairs = PAIRS.flatMap((pair) => {
  const { lower, upper } = both(pair, all);
  const states = [
    { id: idOf(pair), cause: lower.cause },
    { id: `${idOf(pair)}-then`, cause: upper.cause },
  ];
  const isKept = (id: string) => ids.includes('all') && existsSync(join(values.into, id));
  return states
    .filter(({ id }) => ids.includes(id) || isKept(id))
    .map((one) => ({ ...one, file: one.id, asked: idOf(pair) }));
});
const single = ids.filter((id) => !id.includes('+'));
const scenarios = single.length > 0 ? select(all, single.join(',')) : [];
const operator = operatorVersion(values.operator);
const wanted = [
  ...scenarios.map((one) => ({
    file: one.id,
    asked: one.id,
    id: captureName(one, operator),
    cause: expectedOf(one, operator),
  })),
  ...pairs,
];
const folder = values.from === undefined ? mkdtempSync(join(tmpdir(), 'promfix-golden-')) : resolve(values.from);
try {
  if (values.from === undefined) await capture(folder);
  const complaints = wanted.flatMap((one) => {
    const file = join(folder, `${one.file}.json`);
    if (existsSync(file)) return pack(file, one, values.into) ?? [];
    return values.from === undefined ? `${one.file}: no capture was saved` : [];
  });
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
} finally {
  if (values.from === undefined) rmSync(folder, { recursive: true, force: true });
}

/** A scenario that is not diagnosed right fails in there, and is left out by `pack`; the others are packed all the same. */
function capture(into: string): Promise<void> {
  const options = ['--only', [...new Set(wanted.map(({ asked }) => asked))].join(','), '--captures', into];
  if (values.operator !== undefined) options.push('--operator', values.operator);
  const child = spawn(process.execPath, ['test/cluster/run.ts', 'test', ...options, ...FILES], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
  return new Promise((done, reject) => {
    child.on('error', reject);
    child.on('close', () => done());
  });
}

// Refreshes test/golden from the real control plane: `npm run golden`.
//   node scripts/golden.ts [--only F23,F24|all] [--operator 0.88.0]   # plays the scenarios and packs what was captured (all takes an hour)
//   node scripts/golden.ts --only F14+F44,F69+F43                      # two faults at once, of test/diagnosis/pairs.ts
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
const pairs = PAIRS.filter((pair) => ids.includes(idOf(pair)));
const single = ids.filter((id) => !id.includes('+'));
const scenarios = single.length > 0 ? select(all, single.join(',')) : [];
const operator = operatorVersion(values.operator);
const wanted = [
  ...scenarios.map((one) => ({ file: one.id, id: captureName(one, operator), cause: expectedOf(one, operator) })),
  ...pairs.map((pair) => ({ file: idOf(pair), id: idOf(pair), cause: both(pair, all).lower.cause })),
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
  const options = ['--only', wanted.map(({ file }) => file).join(','), '--captures', into];
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

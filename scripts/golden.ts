// Refreshes test/golden from the real control plane: `npm run golden`.
//   node scripts/golden.ts [--only F23,F24|all] [--operator 0.88.0]   # plays the scenarios and packs what was captured (all takes an hour)
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
import { pack } from './golden/pack.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'all' },
    operator: { type: 'string' },
    from: { type: 'string' },
    into: { type: 'string', default: join(PROJECT, 'test', 'golden') },
  },
});

const scenarios = select(await loadScenarios(null), values.only);
const operator = operatorVersion(values.operator);
const folder = values.from === undefined ? mkdtempSync(join(tmpdir(), 'promfix-golden-')) : resolve(values.from);
try {
  if (values.from === undefined) await capture(folder);
  const complaints = scenarios.flatMap((scenario) => {
    const file = join(folder, `${scenario.id}.json`);
    const kept = { id: captureName(scenario, operator), cause: expectedOf(scenario, operator) };
    if (existsSync(file)) return pack(file, kept, values.into) ?? [];
    return values.from === undefined ? `${scenario.id}: no capture was saved` : [];
  });
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
} finally {
  if (values.from === undefined) rmSync(folder, { recursive: true, force: true });
}

/** A scenario that is not diagnosed right fails in there, and is left out by `pack`; the others are packed all the same. */
function capture(into: string): Promise<void> {
  const options = ['--only', scenarios.map(({ id }) => id).join(','), '--captures', into];
  if (values.operator !== undefined) options.push('--operator', values.operator);
  const child = spawn(process.execPath, ['test/cluster/run.ts', 'test', ...options, 'scenarios.cluster'], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
  return new Promise((done, reject) => {
    child.on('error', reject);
    child.on('close', () => done());
  });
}

// How fast and how large a diagnosis is, on the real control plane: `npm run bench`.
//   node scripts/bench.ts [--scenario F58] [--rounds 15] [--pods 5000] [--deployments 500] [--secrets 10000] [--role-bindings 2000] [--small] [--settle 120]
// Measures a small cluster and then the same one with many objects, each beside the least that could be asked for (the floor), and beside
// k8sgpt and popeye where they are on PATH. The large one is measured twice: right after it was filled, while the API server still holds all
// that was written (75 s of watch history) and clears it away, and when that is over. Prints a table; judges nothing.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../test/cluster/build.ts';
import { subjectOf, withScenario } from '../test/cluster/harness.ts';
import { isInside, runInNamespace } from '../test/cluster/namespace.ts';
import { PROJECT } from '../test/cluster/paths.ts';
import { loadScenarios, select } from '../test/cluster/scenarios/load.ts';
import { operatorVersion } from '../test/cluster/versions.ts';
import { onPath, runTimed } from './bench/commands.ts';
import { crowd } from './bench/crowd.ts';
import { figures, type Measured } from './bench/figures.ts';
import { type Row, table } from './bench/table.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'F58' },
    operator: { type: 'string' },
    rounds: { type: 'string', default: '15' },
    pods: { type: 'string', default: '5000' },
    deployments: { type: 'string', default: '500' },
    secrets: { type: 'string', default: '10000' },
    'role-bindings': { type: 'string', default: '2000' },
    /** Seconds after which a filled cluster has settled. */
    settle: { type: 'string', default: '120' },
    /** Leaves the large cluster out. */
    small: { type: 'boolean', default: false },
  },
});
const TERMINAL_RUNS = 5;
const OTHERS_RUNS = 3;
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'k8sgpt analyze': ['k8sgpt', 'analyze'],
  popeye: ['popeye'],
};
const say = (line: string): void => console.error(`bench: ${line}`);

try {
  const operator = operatorVersion(values.operator ?? process.env['PROMFIX_OPERATOR']);
  if (isInside()) {
    console.log(await measureAll());
    process.exit(); // the node's sockets may linger
  } else {
    await build({ operator, say });
    // As set-up leaves it.
    execFileSync(process.execPath, ['scripts/bundle.ts'], { cwd: PROJECT });
    const command = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    process.exitCode = await runInNamespace(command, { label: 'bench' });
  }
} catch (error) {
  console.error(`promfix: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

interface Place {
  readonly kubeconfig: string;
  readonly server: string;
  readonly pki: string;
  readonly subject: string;
  readonly cache: string;
}

async function measureAll(): Promise<string> {
  const [scenario] = select(await loadScenarios(null), values.scenario);
  if (scenario === undefined) throw new Error('no scenario');
  say(`${scenario.id}: ${scenario.title}`);
  return withScenario(
    scenario,
    async ({ cluster }) => {
      const cache = join(cluster.run, 'compile-cache');
      const { kubeconfig, server, pki } = cluster;
      const place: Place = { kubeconfig, server, pki, subject: subjectOf(scenario), cache };
      const small = await measure('small', place);
      if (values.small) return table(small);
      const started = performance.now();
      await crowd(cluster.api, {
        pods: Number(values.pods),
        deployments: Number(values.deployments),
        secrets: Number(values.secrets),
        roleBindings: Number(values['role-bindings']),
      });
      say(`the large cluster took ${((performance.now() - started) / 1000).toFixed(0)} s to fill`);
      const filled = await measureWarm('just filled', place);
      say(`waits ${values.settle} s until the API server has forgotten the filling`);
      await sleep(Number(values.settle) * 1000);
      const large = await measure('large', place);
      return [table([...small, ...filled, ...large]), growth(small, large)].join('\n\n');
    },
    { operator: operatorVersion(values.operator) },
  );
}

async function measureWarm(cluster: string, place: Place): Promise<readonly [floor: Row, diagnosis: Row]> {
  say(`${cluster}: the floor and a warm process`);
  const warm = await warmProcess(place);
  const floor = warm.floor.median;
  return [
    { cluster, what: 'floor: 34 requests', figures: warm.floor, floor },
    { cluster, what: 'one diagnosis, warm', figures: warm.diagnosis, floor, peak: warm.peak, note: warm.named },
  ];
}

/** How much longer the same takes in the large cluster: the floor asks for nothing that grows, so its growth is the API server's own. */
function growth(small: readonly Row[], large: readonly Row[]): string {
  return [0, 1]
    .flatMap((index) => {
      const [before, after] = [small[index], large[index]];
      if (before === undefined || after === undefined) return [];
      const times = (after.figures.median / before.figures.median).toFixed(1);
      const work = ((after.figures.apiCpu ?? Number.NaN) / (before.figures.apiCpu ?? Number.NaN)).toFixed(1);
      return [`${before.what}: large takes ${times} × as long as small, and ${work} × the API server's processor time`];
    })
    .join('\n');
}

async function measure(cluster: string, place: Place): Promise<readonly Row[]> {
  const rows: Row[] = [...(await measureWarm(cluster, place))];
  const floor = rows[0]?.figures.median;
  say(`${cluster}: the terminal command`);
  rmSync(place.cache, { recursive: true, force: true });
  const ask = [process.execPath, 'src/main.js', 'diagnose', place.subject, '-o', 'json'];
  rows.push({
    cluster,
    what: 'node, doing nothing',
    ...(await repeat([process.execPath, '-e', '0'], TERMINAL_RUNS, place)),
  });
  const cold = { NODE_DISABLE_COMPILE_CACHE: '1' };
  // As a user has it who sets nothing.
  const cached = { NODE_COMPILE_CACHE: '', XDG_CACHE_HOME: place.cache };
  rows.push({ cluster, what: 'terminal, nothing compiled', floor, ...(await repeat(ask, TERMINAL_RUNS, place, cold)) });
  await repeat(ask, 1, place, cached);
  rows.push({ cluster, what: 'terminal, compile cache', floor, ...(await repeat(ask, TERMINAL_RUNS, place, cached)) });
  for (const [what, command] of Object.entries(OTHERS)) {
    if (!onPath(command[0] ?? '')) say(`${cluster}: ${what} is not on PATH`);
    else rows.push({ cluster, what, floor, ...(await repeat(command, OTHERS_RUNS, place)) });
  }
  return rows;
}

async function warmProcess({ kubeconfig, server, pki, subject }: Place): Promise<Measured> {
  const args = [fileURLToPath(new URL('./bench/measure.ts', import.meta.url)), kubeconfig, server, pki, subject];
  const ran = await runTimed([process.execPath, ...args, values.rounds], {
    cwd: PROJECT,
    env: process.env,
    timeoutMs: 300_000,
  });
  if (ran.code !== 0) throw new Error(`measure.ts ended with ${ran.code}: ${ran.stderr.trim()}`);
  return JSON.parse(ran.stdout) as Measured; // measure.ts prints exactly that
}

/** Runs a command several times. Exit codes up to 3 are answers: each of these programs says with one that it found something. */
async function repeat(
  command: readonly string[],
  times: number,
  { kubeconfig }: Place,
  env: NodeJS.ProcessEnv = {},
): Promise<Pick<Row, 'figures' | 'peak' | 'note'>> {
  const runs = [];
  for (let run = 0; run < times; run += 1) {
    const ran = await runTimed(command, {
      cwd: PROJECT,
      env: { ...process.env, KUBECONFIG: kubeconfig, ...env },
      timeoutMs: 180_000,
    });
    runs.push(ran);
    if (ran.code === null || ran.code > 3)
      return { figures: figures(runs), note: `ended with ${ran.code}: ${ran.stderr.trim().split('\n').at(-1) ?? ''}` };
  }
  return { figures: figures(runs), peak: Math.max(...runs.map(({ peak }) => peak)) };
}

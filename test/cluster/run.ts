// Runs a command, and all that it starts, in a private namespace where a control plane may be started.
//   node test/cluster/run.ts test [--scenarios DIR] [--only F58,F02|all] [--operator 0.88.0] [--report FILE] [VITEST ARGUMENT …]
//   node test/cluster/run.ts -- COMMAND [ARGUMENT …]
// Builds the control plane first where it is missing.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from './build.ts';
import { runInNamespace } from './namespace.ts';
import { readReport } from './report/report.ts';
import { reportTable } from './report/table.ts';
import { operatorVersion } from './versions.ts';

/** Options that are handed on in the environment, which the test files read. */
const OPTIONS = {
  '--scenarios': 'PROMFIX_SCENARIOS',
  '--only': 'PROMFIX_ONLY',
  '--operator': 'PROMFIX_OPERATOR',
  '--captures': 'PROMFIX_CAPTURES',
  '--report': 'PROMFIX_REPORT',
} as const;
const PATHS: readonly string[] = ['PROMFIX_SCENARIOS', 'PROMFIX_CAPTURES', 'PROMFIX_REPORT'];

interface Invocation {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function parse(words: readonly string[]): Invocation {
  const [first, ...rest] = words;
  if (first === '--' && rest.length > 0) return { command: rest, env: {} };
  if (first !== 'test')
    throw new Error(
      'usage: run.ts test [--scenarios DIR] [--only IDS] [--operator VERSION] [--report FILE] [VITEST ARGUMENT …], or run.ts -- COMMAND',
    );
  const env: Record<string, string> = {};
  const others: string[] = [];
  const left = [...rest];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [name = '', inline] = word.split(/=(.*)/s);
    const option = Object.entries(OPTIONS).find(([known]) => known === name);
    if (!option) {
      others.push(word);
      continue;
    }
    const value = inline ?? left.shift();
    if (!value) throw new Error(`${name} needs a value`);
    env[option[1]] = value;
  }
  for (const name of PATHS) {
    const value = env[name] ?? process.env[name];
    if (value) env[name] = resolve(value);
  }
  return { command: ['vitest', 'run', '--config', 'vitest.cluster.config.ts', ...others], env };
}

try {
  const { command, env } = parse(process.argv.slice(2));
  await build({
    operator: operatorVersion(env['PROMFIX_OPERATOR'] ?? process.env['PROMFIX_OPERATOR']),
    say: (line) => console.error(line),
  });
  process.exitCode = await runInNamespace(command, { label: command[0] === 'vitest' ? 'test' : 'run', env });
  const report = env['PROMFIX_REPORT'];
  if (report && existsSync(report)) console.log(reportTable(readReport([report])));
} catch (error) {
  console.error(`promfix: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 64;
}

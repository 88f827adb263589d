// A control plane as a process of its own, for the demo and for hands:
//   node test/cluster/serve.ts [--scenario F58 | --empty] [--scenarios DIR] [--operator 0.88.0] [--label NAME]
// Builds what is missing, starts the cluster in a private namespace, lets the scenario happen and prints one line of JSON when it shows:
//   {"ready":true,"kubeconfig":"…","run":"…","subject":"…"}
// Only processes of the same namespace can reach it. Either the other way round (run.ts -- COMMAND, which then starts serve.ts itself), or
//   node test/cluster/enter.ts RUN COMMAND …
// It stays until SIGTERM, SIGINT or, where stdin is a pipe, until that ends. Its own complaints go to stderr.
import { fstatSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { Cluster } from './control-plane/cluster.ts';
import { play, startHealthy, subjectOf } from './harness.ts';
import { NS, PROMETHEUS } from './names.ts';
import { isInside, runInNamespace } from './namespace.ts';
import { byId, loadScenarios } from './scenarios/load.ts';
import type { Scenario } from './scenarios/types.ts';
import { operatorVersion } from './versions.ts';

const options = {
  scenario: { type: 'string' },
  scenarios: { type: 'string' },
  empty: { type: 'boolean', default: false },
  operator: { type: 'string' },
  label: { type: 'string', default: 'serve' },
} as const;
const { values } = parseArgs({ options });
type Values = typeof values;

try {
  const operator = operatorVersion(values.operator ?? process.env['PROMFIX_OPERATOR']);
  if (isInside()) {
    await serve(values, new Cluster({ operator }));
    process.exit(); // a scenario that was interrupted may still be waiting for something
  } else {
    await build({ operator, say: (line) => console.error(line) });
    const command = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    process.exitCode = await runInNamespace(command, { label: values.label });
  }
} catch (error) {
  console.error(`promfix: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function serve({ scenario: id, scenarios, empty }: Values, cluster: Cluster): Promise<void> {
  const scenario = id === undefined ? undefined : await find(id, scenarios);
  const ended = toldToEnd();
  try {
    const ready = await Promise.race([ended.then(() => false), begin(cluster, scenario, empty).then(() => true)]);
    if (!ready) return;
    const subject = scenario ? subjectOf(scenario) : `${NS}/${PROMETHEUS}`;
    console.log(
      JSON.stringify({
        ready: true,
        kubeconfig: cluster.kubeconfig,
        run: cluster.run,
        subject,
        ...(scenario && { scenario: scenario.id }),
      }),
    );
    await ended;
  } finally {
    await cluster.stop();
  }
}

async function begin(cluster: Cluster, scenario: Scenario | undefined, empty: boolean): Promise<void> {
  if (scenario) await play(cluster, scenario);
  else if (empty) await cluster.start({ fresh: true });
  else await startHealthy(cluster);
}

async function find(id: string, folder: string | undefined): Promise<Scenario> {
  return byId(await loadScenarios(folder ?? null), id);
}

function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      resolve();
      process.stdin.destroy();
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    const stdin = fstatSync(0);
    if (!stdin.isFIFO() && !stdin.isSocket()) return;
    process.stdin.on('end', end).on('error', end).resume();
  });
}

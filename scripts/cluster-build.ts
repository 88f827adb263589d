// Builds the control plane of the tests into its cache: node scripts/cluster-build.ts [--operator 0.88.0] [--force]
import { parseArgs } from 'node:util';
import { build } from '../test/cluster/build.ts';
import { clusterHome } from '../test/cluster/paths.ts';
import { operatorVersion } from '../test/cluster/versions.ts';

const { values } = parseArgs({ options: { operator: { type: 'string' }, force: { type: 'boolean', default: false } } });
try {
  await build({ operator: operatorVersion(values.operator), force: values.force, say: (line) => console.error(line) });
  console.error(`control plane: complete in ${clusterHome()}`);
} catch (error) {
  console.error(`promfix: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

// Saves what the simulated API server is fed with, from the real control plane:
//   node test/cluster/run.ts -- node scripts/snapshots.ts record FOLDER F58,F14   # plays each scenario, saves it raw, repairs it, saves it again
//   node scripts/snapshots.ts pack FOLDER                                        # raw → src/simulator/snapshots, without anything secret
// The raw folder holds throw-away private keys of that control plane: keep it out of the repository.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SNAPSHOTS = join(fileURLToPath(new URL('../src/simulator/snapshots', import.meta.url)));
const DEMO = 'F00,F58,F14,F38,F02,F05,F12,F27,F30,F50,F60';

const [command, folder, only = DEMO] = process.argv.slice(2);
if (folder === undefined || (command !== 'record' && command !== 'pack')) {
  console.error('usage: snapshots.ts record FOLDER [IDS] | pack FOLDER [IDS]');
  process.exitCode = 64;
} else if (command === 'record') {
  const { record } = await import('../test/simulator/recording/record.ts');
  mkdirSync(folder, { recursive: true });
  await record(folder, only.split(','), (line) => console.error(line));
  process.exit(); // the node's sockets may linger
} else {
  const { pack } = await import('../test/simulator/recording/pack.ts');
  mkdirSync(SNAPSHOTS, { recursive: true });
  pack(folder, SNAPSHOTS, only.split(','), (line) => console.error(line));
}

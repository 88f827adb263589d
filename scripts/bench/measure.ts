// One process that is asked again and again, as the bot is: the floor and a diagnosis in turn. Started by bench.ts; prints a Measured as JSON.
//   node scripts/bench/measure.ts KUBECONFIG SERVER PKI NAMESPACE/NAME ROUNDS
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import type { Target } from '../../src/evidence/types.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import { apiServerCpu } from './api-server.ts';
import { figures, type Measured, type Sample } from './figures.ts';
import { BareClient } from './floor.ts';

const WARM_UP = 3;
const [kubeconfig = '', server = '', pki = '', subject = '', rounds = '15'] = process.argv.slice(2);
const [namespace = '', name = ''] = subject.split('/');
const target: Target = { cluster: 'bench', kind: 'Prometheus', namespace, name };

const bare = new BareClient(server, pki);
const client = loadKubeClient({ kubeconfig });
const port = clusterPort({
  client,
  clusterName: 'bench',
  now: () => new Date(),
  deadlineMs: 30_000,
  readMetrics: true,
});
let named = '';

type Counted = Pick<Sample, 'requests' | 'bytes'>;

async function oneDiagnosis(): Promise<Counted> {
  const before = { ...client.counters };
  const { verdict, rootCause } = diagnose(await port.collect(target));
  named = [verdict, rootCause?.cause].filter(Boolean).join(' ');
  return { requests: client.counters.requests - before.requests, bytes: client.counters.bytes - before.bytes };
}

async function timed(round: () => Promise<Counted>): Promise<Sample> {
  const before = apiServerCpu();
  const started = performance.now();
  const cpu = process.cpuUsage();
  const counted = await round();
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - started;
  const after = apiServerCpu();
  return {
    ms,
    cpu: (user + system) / 1000,
    ...(before !== undefined && after !== undefined && { apiCpu: after - before }),
    ...counted,
  };
}

const floor: Sample[] = [];
const diagnosis: Sample[] = [];
// In turn, so that a machine that is busy for a moment slows both down.
for (let round = -WARM_UP; round < Number(rounds); round += 1) {
  const [one, other] = [await timed(() => bare.round()), await timed(oneDiagnosis)];
  if (round < 0) continue;
  floor.push(one);
  diagnosis.push(other);
}
const measured: Measured = {
  floor: figures(floor),
  diagnosis: figures(diagnosis),
  named,
  peak: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(measured));
bare.close();
await client.close();

import type { Answer } from '../commands/answers.ts';
import type { Probe } from '../commands/checks.ts';
import type { InputOf } from '../commands/definitions.ts';
import { clusterProbe, configuredPolicyProbe, doctor, storeProbe } from '../commands/doctor.ts';
import { answerLines } from '../texts/en/answers.ts';
import { connectCluster } from './cluster.ts';
import { EXIT } from './exit-codes.ts';
import { terminalInk } from './ink.ts';
import { TerminalError, type TerminalIo } from './io.ts';
import { settingsOf } from './settings.ts';

/** `promfix doctor` without Slack: the settings, Redis, the cluster and the rights in it. In Slack, `doctor` looks at the app as well. */
export async function doctorCommand(io: TerminalIo, input: InputOf<'doctor'>): Promise<number> {
  const { environment, file } = await settingsOf(io);
  const cluster = await connectCluster(io, input.context).catch((error: unknown) => {
    if (error instanceof TerminalError) return error;
    throw error;
  });
  const [{ createRedisStore }, { redisProbe }, { rightsProbe }] = await Promise.all([
    import('../store/redis-store.ts'),
    import('../roles/redis-probe.ts'),
    import('../roles/rights-probe.ts'),
  ]);
  const store = environment.REDIS_URL === undefined ? undefined : createRedisStore(environment.REDIS_URL);
  const probes: readonly Probe[] = [
    ...(cluster instanceof TerminalError ? [withoutCluster(cluster)] : [clusterProbe(cluster.port)]),
    ...(file ? [configuredPolicyProbe(file)] : []),
    ...(cluster instanceof TerminalError
      ? []
      : [
          rightsProbe(cluster.client, {
            readMetrics: file?.readMetrics ?? true,
            namespaces: file?.read.namespaces ?? [],
          }),
        ]),
    ...(store && environment.REDIS_URL !== undefined ? [storeProbe(store), redisProbe(environment.REDIS_URL)] : []),
  ];
  try {
    const answer: Extract<Answer, { say: 'checked' }> | Answer = await doctor(probes);
    if (answer.say !== 'checked') throw new Error('doctor answers with checks');
    io.out(`${answerLines(answer, { ink: terminalInk, surface: 'terminal', help: [] }).join('\n')}\n`);
    return answer.checks.some(({ state }) => state === 'failed') ? EXIT.causeFound : 0;
  } finally {
    await store?.close();
    if (!(cluster instanceof TerminalError)) await cluster.client.close();
  }
}

/** No kubeconfig is a failed check: the rest is looked at all the same. */
function withoutCluster({ message }: TerminalError): Probe {
  return async () => [{ code: 'cluster-unreachable', state: 'failed', values: { detail: message.slice(0, 200) } }];
}

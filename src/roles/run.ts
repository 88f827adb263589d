import { ConfigError, type Environment, parseEnvironment, type Role } from '../config.ts';
import { createLogger } from '../log.ts';
import { StartError } from './foundation.ts';
import { serveHealth } from './health.ts';
import type { RunningRole } from './running-role.ts';

const EXIT_CONFIG = 78;

/** Runs a role until SIGTERM or SIGINT, and gives the exit code of the process. */
export async function runRole(role: Role, variables: Readonly<Record<string, string | undefined>>): Promise<number> {
  let environment: Environment;
  try {
    environment = parseEnvironment(variables);
  } catch (error) {
    return refuse(error);
  }
  const log = createLogger(environment.LOG_LEVEL, role);
  const stopping = new AbortController();
  const told = Promise.withResolvers<string>();
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.once(name, () => {
      stopping.abort(new Error(`stopped by ${name}`));
      told.resolve(name);
    });
  // A role that lost track of itself must not go on: whoever runs it starts it anew, and every change is safe to resume.
  process.once('unhandledRejection', (error) => {
    log.error({ err: error }, 'an error that nobody handled');
    process.exit(1);
  });

  let running: RunningRole | undefined;
  const health =
    environment.PROMFIX_HEALTH_PORT === undefined
      ? undefined
      : await serveHealth(environment.PROMFIX_HEALTH_PORT, () => running?.ready() ?? { ok: false, reason: 'starting' });
  try {
    running = await start(role, environment, variables, log, stopping.signal);
    log.info({}, 'ready');
    log.info({ signal: await told.promise }, 'stopping');
    await running.stop();
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    return refuse(error);
  } finally {
    await health?.close();
  }
}

async function start(
  role: Role,
  environment: Environment,
  variables: Readonly<Record<string, string | undefined>>,
  log: ReturnType<typeof createLogger>,
  signal: AbortSignal,
): Promise<RunningRole> {
  switch (role) {
    case 'bot':
      return (await import('./bot.ts')).startBot(environment, log, signal);
    case 'worker':
      return (await import('./worker.ts')).startWorker(environment, log, signal);
    case 'start':
      return (await import('./both.ts')).startBoth(environment, variables, log);
  }
}

/** A sentence for mistakes that a person can mend; anything else is a bug and keeps its stack. */
function refuse(error: unknown): number {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
  process.stderr.write(`promfix: ${error.message}\n`);
  return EXIT_CONFIG;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Environment, requireFor } from '../config.ts';
import type { Logger } from '../ports.ts';
import { type EmbeddedRedis, EmbeddedRedisError, startEmbeddedRedis } from '../store/embedded.ts';
import { startText } from '../texts/en/start.ts';
import { StartError } from './foundation.ts';
import type { RunningRole } from './running-role.ts';

const MAIN = new URL('../main.js', import.meta.url).pathname;

/** Bot and worker on one machine, as two processes, with an embedded Redis where none is given. */
export async function startBoth(
  environment: Environment,
  variables: Readonly<Record<string, string | undefined>>,
  log: Logger,
): Promise<RunningRole> {
  requireFor('start', environment);
  const redis = environment.REDIS_URL === undefined ? await embed(environment) : undefined;
  if (environment.PROMFIX_APPROVAL_KEY === undefined) log.warn({}, startText.keyIsTemporary());
  const handedOn = {
    ...variables,
    REDIS_URL: redis?.url ?? environment.REDIS_URL,
    PROMFIX_APPROVAL_KEY: environment.PROMFIX_APPROVAL_KEY ?? randomBytes(32).toString('hex'),
  };
  const roles = (['worker', 'bot'] as const).map((role) => ({
    role,
    child: spawn(process.execPath, [...process.execArgv, MAIN, role], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: handedOn,
    }),
  }));
  const failed = Promise.race(roles.map(({ role, child }) => ended(child).then((code) => ({ role, code }))));
  // One that ends by itself takes the other with it: whoever runs this starts both anew.
  failed.then(({ role, code }) => {
    log.error({ role, code }, 'a role ended');
    process.kill(process.pid, 'SIGTERM');
  });
  return {
    ready() {
      const over = roles.find(({ child }) => child.exitCode !== null);
      return over === undefined ? { ok: true, reason: 'both run' } : { ok: false, reason: `the ${over.role} ended` };
    },
    async stop() {
      for (const { child } of roles) child.kill('SIGTERM');
      await Promise.all(roles.map(({ child }) => ended(child)));
      await redis?.stop();
    },
  };
}

async function embed(environment: Environment): Promise<EmbeddedRedis> {
  try {
    return await startEmbeddedRedis({
      dir: environment.PROMFIX_DATA_DIR ?? '.promfix',
      path: environment.PATH ?? '',
      ...(environment.REDIS_SERVER_BIN !== undefined && { binary: environment.REDIS_SERVER_BIN }),
    });
  } catch (error) {
    if (!(error instanceof EmbeddedRedisError)) throw error;
    throw new StartError(
      error.code === 'no-server-program' ? startText.noRedisProgram() : startText.redisDidNotStart(error.detail),
      error,
    );
  }
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { ConnectOptions } from '../../src/store/connect.ts';

/** A redis-server with a configuration of the test's own. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Ends it, by kill -9. */
  kill(): Promise<void>;
}

/** Servers on ports of this machine, in one temporary directory; all of them end with `close`. */
export class Servers {
  readonly dir: string;
  readonly #running: Server[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async begin(): Promise<Servers> {
    return new Servers(await mkdtemp(join(tmpdir(), 'promfix-servers-')));
  }

  /** Starts one and waits until it answers on `port`; `ask` says how it is asked. */
  async start(
    port: number,
    lines: readonly string[],
    ask: ConnectOptions = {},
    args: readonly string[] = [],
  ): Promise<Server> {
    const own = join(this.dir, String(port));
    await mkdir(own);
    const file = join(own, 'redis.conf');
    await writeFile(file, [`dir ${own}`, `port ${port}`, 'bind 127.0.0.1', ...lines].join('\n'));
    const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
    const child = spawn(program, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const gone = once(child, 'exit');
    const server: Server = {
      port,
      // It was spawned.
      pid: child.pid ?? 0,
      async kill() {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await gone;
        }
      },
    };
    this.#running.push(server);
    const redis = new Redis({ ...ask, host: '127.0.0.1', port, retryStrategy: () => 20, maxRetriesPerRequest: null });
    redis.on('error', () => {
      // It is not there yet.
    });
    try {
      const early = gone.then(() => Promise.reject(new Error(`redis-server ended: ${said}`)));
      await Promise.race([redis.ping(), early, delay(20_000).then(() => Promise.reject(new Error('no answer')))]);
      early.catch(() => {});
    } finally {
      redis.disconnect();
    }
    return server;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((server) => server.kill()));
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Ports of this machine that nobody listens on right now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface EmbeddedOptions {
  /** Where the data is kept; made if it is missing. */
  readonly dir: string;
  /** The server program; else redis-server or valkey-server of `path`. */
  readonly binary?: string;
  /** PATH to look in. */
  readonly path: string;
  /** Linux: the server ends when this process does, even by kill -9. Else it lives on, and the next start adopts it. */
  readonly dieWithParent?: boolean;
  /** Milliseconds until it must answer. */
  readonly startMs?: number;
}

export interface EmbeddedRedis {
  /** The socket's path: a URL for `connect.ts`. */
  readonly url: string;
  readonly pid: number;
  /** It was running already. */
  readonly adopted: boolean;
  /** Ends the server and waits until its data is on the disk. */
  stop(): Promise<void>;
}

/** There is no server program, or it did not come up. Sentences: `texts/en/start.ts`. */
export class EmbeddedRedisError extends Error {
  readonly code: 'no-server-program' | 'server-did-not-start';
  readonly detail: string;

  constructor(code: EmbeddedRedisError['code'], detail: string) {
    super(`${code}: ${detail}`);
    this.name = 'EmbeddedRedisError';
    this.code = code;
    this.detail = detail;
  }
}

const ABANDONED_MS = 30_000;
const LOG = 'redis.log';
/** The longest path of a Unix socket that every system takes. */
const SOCKET_PATH_MAX = 100;

/** Starts a Redis on a Unix socket (no port, nothing on the network) with durable settings, or adopts the one that runs in this directory. */
export async function startEmbeddedRedis(options: EmbeddedOptions): Promise<EmbeddedRedis> {
  const dir = resolve(options.dir);
  const deadline = Date.now() + (options.startMs ?? 10_000);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // Two servers on one directory would write over each other: only one process starts at a time.
  const unlock = await lock(join(dir, 'starting.lock'), deadline);
  try {
    return await adoptOrSpawn(dir, socketPath(dir), options, deadline);
  } finally {
    await unlock();
  }
}

async function adoptOrSpawn(
  dir: string,
  socket: string,
  options: EmbeddedOptions,
  deadline: number,
): Promise<EmbeddedRedis> {
  const before = (await isStrangers(socket)) ? 'stranger' : await look(socket);
  if (before === 'stranger') throw new EmbeddedRedisError('server-did-not-start', `${socket} belongs to another user`);
  if (before !== 'nobody') return handle(socket, await answering(socket, deadline), true);

  const binary = options.binary ?? (await findProgram(['redis-server', 'valkey-server'], options.path));
  if (binary === undefined) throw new EmbeddedRedisError('no-server-program', 'redis-server, valkey-server');
  const leash = options.dieWithParent ? await findProgram(['setpriv'], options.path) : undefined;
  const own = [binary, ...settings(dir, socket)];
  const [program = binary, ...args] = leash === undefined ? own : [leash, '--pdeathsig', 'TERM', ...own];
  // A group of its own: Ctrl-C ends the parent first, which still has something to write.
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  const stopWaiting = new AbortController();
  once(child, 'exit').then(
    () => stopWaiting.abort(),
    () => stopWaiting.abort(),
  );
  try {
    const pid = await answering(socket, deadline, stopWaiting.signal);
    child.unref();
    return handle(socket, pid, false);
  } catch (error) {
    child.kill('SIGKILL');
    throw stopWaiting.signal.aborted
      ? new EmbeddedRedisError('server-did-not-start', await lastLine(dir, binary))
      : error;
  }
}

/** The pid of the server once it answers; throws when that takes too long. */
async function answering(socket: string, deadline: number, signal?: AbortSignal): Promise<number> {
  while (Date.now() < deadline && !signal?.aborted) {
    const seen = await look(socket);
    if (typeof seen === 'number') return seen;
    await sleep(5);
  }
  throw new EmbeddedRedisError('server-did-not-start', `no answer at ${socket}`);
}

function settings(dir: string, socket: string): string[] {
  return [
    ...['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--dir', dir, '--daemonize', 'no'],
    ...['--logfile', join(dir, LOG), '--loglevel', 'warning'],
    // Every acknowledged write is on the disk; nothing is ever dropped to make room.
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'],
  ];
}

function socketPath(dir: string): string {
  const beside = join(dir, 'redis.sock');
  if (Buffer.byteLength(beside) <= SOCKET_PATH_MAX) return beside;
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  return join(tmpdir(), `promfix-${name}.sock`);
}

/** A socket in the shared temporary directory could have been put there by somebody else: such a server is not trusted. */
async function isStrangers(socket: string): Promise<boolean> {
  const owner = await stat(socket).then(
    ({ uid }) => uid,
    () => undefined,
  );
  return owner !== undefined && process.getuid !== undefined && owner !== process.getuid();
}

/** The pid of the server behind a socket; `silent` when somebody holds it but does not answer yet (it loads its data, or is frozen). */
async function look(socket: string): Promise<number | 'silent' | 'nobody'> {
  const redis = new Redis({
    path: socket,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    retryStrategy: () => null,
    commandTimeout: 1000,
  });
  redis.on('error', () => {
    // No server there: the answer is `nobody`.
  });
  try {
    await redis.connect();
  } catch {
    return 'nobody';
  }
  try {
    const info = await redis.info();
    const pid = /^process_id:(\d+)/m.exec(info)?.[1];
    return pid === undefined || /^loading:1/m.test(info) ? 'silent' : Number(pid);
  } catch {
    return 'silent';
  } finally {
    redis.disconnect();
  }
}

function handle(socket: string, pid: number, adopted: boolean): EmbeddedRedis {
  return {
    url: socket,
    pid,
    adopted,
    async stop() {
      if (!signal(pid, 'SIGTERM')) return;
      while (signal(pid, 0)) await sleep(10);
    },
  };
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function findProgram(names: readonly string[], path: string): Promise<string | undefined> {
  for (const name of names)
    for (const dir of path.split(delimiter).filter((text) => text !== '')) {
      const file = join(dir, name);
      const usable = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (usable) return file;
    }
  return undefined;
}

async function lastLine(dir: string, binary: string): Promise<string> {
  const log = await readFile(join(dir, LOG), 'utf8').catch(() => '');
  return log.trim().split('\n').at(-1) || binary;
}

/** Holds a file that only one process can make; one that was left behind by a crash is taken over after half a minute. */
async function lock(file: string, deadline: number): Promise<() => Promise<void>> {
  while (true) {
    try {
      await (await open(file, 'wx')).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!isExisting(error)) throw error;
    }
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_MS) await rm(file, { force: true });
    else if (Date.now() > deadline) throw new EmbeddedRedisError('server-did-not-start', `somebody holds ${file}`);
    else await sleep(20);
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

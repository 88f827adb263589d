import type { Redis } from 'ioredis';
import type { AuditEntry, OutboxEntry, Records, Transaction } from '../incidents/types.ts';
import { within } from '../within.ts';
import { parseHead, prepareCommit } from './commit.ts';
import { CALL_MS, connectRedis } from './connect.ts';
import { keys } from './keys.ts';
import { CLAIM, COMMIT, DONE, RETRY } from './scripts.ts';
import { type Claimed, type CommitResult, type Store, StoreUnavailable } from './types.ts';
import { createWakeUp } from './wake-up.ts';

interface StoreOptions {
  /** Milliseconds for one call of the store, from waiting for the connection to the answer. */
  readonly callMs?: number;
  readonly onError?: (error: Error) => void;
}

/** Milliseconds for which it is known of a message of the thread that it is posted: for a process that was frozen when it was about to post it. */
const POSTED_MS = 24 * 3600 * 1000;

/** The store in Redis. Connects by itself and again; every call answers or throws `StoreUnavailable` within its time. */
export function createRedisStore(url: string, options: StoreOptions = {}): Store {
  const callMs = options.callMs ?? CALL_MS;
  let lastError: string | undefined;
  const redis = connectRedis(url, 'bounded', (error) => {
    lastError = error.message;
    options.onError?.(error);
  });
  // Every call waits for the connection by itself: many at once are no leak.
  redis.setMaxListeners(0);
  const wakeUp = createWakeUp(connectRedis(url, 'patient', options.onError));

  async function call<T>(run: (redis: Redis) => Promise<T>, deadline = Date.now() + callMs): Promise<T> {
    try {
      await ready(redis, deadline - Date.now());
      return await within(deadline - Date.now(), run(redis), tooSlow);
    } catch (error) {
      // While there is no connection, why there is none says more than that it took too long.
      const away = redis.status === 'ready' ? undefined : lastError;
      const reason = away ?? (error instanceof Error ? error.message : String(error));
      throw new StoreUnavailable(`Redis did not answer: ${reason}`, error);
    }
  }

  // Commits of one process would only take the audit's head away from each other.
  const oneAtATime = createQueue();

  async function commitBefore(deadline: number, transaction: Transaction): Promise<CommitResult> {
    const [time, head] = await call((redis) => Promise.all([redis.time(), redis.get(keys.auditHead)]), deadline);
    let chainedTo = { at: toDate(time), head: head ?? '' };
    while (true) {
      const { json, audit } = prepareCommit(transaction, chainedTo.head, chainedTo.at);
      const answer = await call((redis) => redis.eval(COMMIT, 1, keys.auditHead, json), deadline);
      const [word, first = '', second = '', third = ''] = strings(answer);
      switch (word) {
        case 'ok':
          return { ok: true, audit };
        case 'changed':
          // The script hands back the kind that it was given.
          return { ok: false, because: 'changed', kind: first as keyof Records, id: second };
        case 'locked':
          return { ok: false, because: 'locked', uid: first, owner: second };
        case 'head':
          // Another process' audit entry came first: chain to that one, until the time is up.
          chainedTo = { at: toDate([second, third]), head: first };
          break;
        default:
          throw new StoreUnavailable(`the commit script answered ${word}`);
      }
    }
  }

  return {
    async now() {
      return toDate(await call((redis) => redis.time())).toISOString();
    },

    async get(kind, id) {
      const [version, json] = await call((redis) => redis.hmget(keys.record(kind, id), 'v', 'j'));
      if (version == null || json == null) return undefined;
      // Only `commit` writes records, and it pairs the kind with its type.
      return { version: Number(version), value: JSON.parse(json) as Records[typeof kind] };
    },

    async list(kind, which, limit) {
      if (limit <= 0) return [];
      return call((redis) => redis.zrevrange(keys.index(kind, which), 0, limit - 1));
    },

    async nextIncidentNumber() {
      return call((redis) => redis.incr(keys.incidentNumber));
    },

    commit(transaction) {
      const deadline = Date.now() + callMs;
      return oneAtATime(() => commitBefore(deadline, transaction));
    },

    async claim(to, limit, leaseMs) {
      const answer = await call((redis) =>
        redis.eval(CLAIM, 1, keys.outbox(to), keys.outboxEntry(to, ''), limit, leaseMs),
      );
      return list(answer).map(toClaimed);
    },

    async done({ entry, revision }) {
      const { to, id } = entry;
      // A message that is edited again has to be found as long as its incident is there; one of the thread is not looked for any more.
      const goesAfter = entry.to === 'slack' && entry.do === 'post' ? POSTED_MS : '';
      const names = [keys.outbox(to), keys.outboxEntry(to, id), keys.record('message', id)];
      const again = await call((redis) => redis.eval(DONE, names.length, ...names, id, revision, goesAfter));
      if (again === 1) wakeUp.now(to);
    },

    async retry({ entry }, delayMs) {
      const { to, id } = entry;
      await call((redis) => redis.eval(RETRY, 1, keys.outboxEntry(to, id), delayMs));
      wakeUp.later(to, delayMs);
    },

    waitForOutbox: (to, timeoutMs, signal) => wakeUp.wait(to, timeoutMs, signal),

    async auditHead() {
      return parseHead(await call((redis) => redis.get(keys.auditHead)));
    },

    async auditRange(seq, limit) {
      if (limit <= 0) return [];
      const found = await call((redis) => redis.xrange(keys.audit, `${seq}-0`, '+', 'COUNT', limit));
      // Written by `commit` only; whoever doubts the content asks `verifyChain`.
      return found.map(([, fields]) => JSON.parse(fields[1] ?? 'null') as AuditEntry);
    },

    async lockOwner(uid) {
      return (await call((redis) => redis.hget(keys.locks, uid))) ?? undefined;
    },

    async once(key, ttlSeconds) {
      return (await call((redis) => redis.set(keys.once(key), '1', 'EX', ttlSeconds, 'NX'))) === 'OK';
    },

    async keep(name, text, ttlSeconds) {
      await call((redis) => redis.set(keys.kept(name), text, 'EX', ttlSeconds));
    },

    async kept(name) {
      return (await call((redis) => redis.get(keys.kept(name)))) ?? undefined;
    },

    async forget(name) {
      await call((redis) => redis.del(keys.kept(name)));
    },

    async close() {
      wakeUp.close();
      redis.disconnect();
    },
  };
}

/** Runs what it is given one after the other; a failure does not stop the next. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}

const tooSlow = () => new Error('too slow');

/** Waits until the connection can be used; rejects when that takes longer than `ms`. */
async function ready(redis: Redis, ms: number): Promise<void> {
  if (redis.status === 'ready') return;
  if (redis.status === 'end') throw new Error('the connection is closed');
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once('ready', resolve);
  try {
    await within(ms, promise, tooSlow);
  } finally {
    redis.off('ready', resolve);
  }
}

const toIso = (ms: number) => new Date(ms).toISOString();

function toDate([seconds, microseconds]: readonly (number | string)[]): Date {
  return new Date(Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000));
}

function list(answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer)) throw new StoreUnavailable('Redis answered a script with something else than a list');
  return answer;
}

function strings(answer: unknown): readonly string[] {
  return list(answer).map(String);
}

function toClaimed(row: unknown): Claimed {
  const [json, revision, attempts, at = ''] = strings(row);
  if (json === undefined || revision === undefined) throw new StoreUnavailable('an outbox entry is malformed');
  // Written by `commit` only.
  const entry = JSON.parse(json) as OutboxEntry;
  return { entry, revision, attempts: Number(attempts), ...(at !== '' && { since: toIso(Number(at)) }) };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEntry, Incident, Records as Kinds, Proposal, Versioned } from '../../src/incidents/types.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { keys } from '../../src/store/keys.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { type Store, StoreUnavailable } from '../../src/store/types.ts';

/** The storm's own look into Redis: waits for one that is away. */
export class Records {
  readonly store: Store;
  readonly #url: string;
  readonly #incidents = new Map<string, string[]>();
  readonly #known = new Set<string>();
  #looking: Promise<void> | undefined;

  constructor(url: string) {
    this.#url = url;
    this.store = createRedisStore(url);
  }

  async #patient<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await delay(100);
      }
    }
  }

  get<K extends keyof Kinds>(kind: K, id: string): Promise<Versioned<Kinds[K]> | undefined> {
    return this.#patient(() => this.store.get(kind, id));
  }

  async proposal(id: string): Promise<Proposal | undefined> {
    return (await this.get('proposal', id))?.value;
  }

  now(): Promise<string> {
    return this.#patient(() => this.store.now());
  }

  /** The head, and the entries from `from` up to it: what is written meanwhile is for the next look. */
  audit(from = 1) {
    return this.#patient(async () => {
      const head = await this.store.auditHead();
      const entries: AuditEntry[] = [];
      for (let seq = from; seq <= head.seq; seq += 1000) {
        const page = await this.store.auditRange(seq, 1000);
        entries.push(...page.filter((entry) => entry.seq <= head.seq));
        if (page.length < 1000) break;
      }
      return { entries, head };
    });
  }

  proposals(): Promise<readonly string[]> {
    return this.#patient(() => this.store.list('proposal', 'all', 1_000_000));
  }

  /** Proposals that have not ended. */
  live(): Promise<readonly string[]> {
    return this.#patient(() => this.store.list('proposal', 'live', 1_000_000));
  }

  /** Incidents by the name of their target, newest last. */
  async incidentsOf(target: string): Promise<readonly string[]> {
    // Everybody looks all the time: one look does for all.
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return this.#incidents.get(target) ?? [];
  }

  async #look(): Promise<void> {
    for (const id of await this.#patient(() => this.store.list('incident', 'all', 400))) {
      if (this.#known.has(id)) continue;
      const incident: Incident | undefined = (await this.get('incident', id))?.value;
      if (!incident) continue;
      this.#known.add(id);
      const list = this.#incidents.get(incident.target.name) ?? [];
      this.#incidents.set(
        incident.target.name,
        [...list, id].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4))),
      );
    }
  }

  /** What must be empty in the end: outboxes, locks. */
  async leftovers(): Promise<{
    readonly slack: string[];
    readonly queue: string[];
    readonly locks: Record<string, string>;
  }> {
    const redis = connectRedis(this.#url, 'patient');
    try {
      return {
        slack: await redis.zrange(keys.outbox('slack'), '0', '50'),
        queue: await redis.zrange(keys.outbox('queue'), '0', '50'),
        locks: await redis.hgetall(keys.locks),
      };
    } finally {
      redis.disconnect();
    }
  }

  /** Memory that Redis uses for it all. */
  async mebibytes(): Promise<number> {
    const redis = connectRedis(this.#url, 'patient');
    try {
      return Math.round(Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0) / 2 ** 20);
    } finally {
      redis.disconnect();
    }
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

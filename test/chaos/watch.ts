import { setTimeout as delay } from 'node:timers/promises';
import { type AuditHead, GENESIS, verifyChain } from '../../src/incidents/audit-chain.ts';
import type { AuditEntry, Proposal } from '../../src/incidents/types.ts';
import type { ChaosCluster } from './cluster.ts';
import { type Broken, unlikeItsWrites } from './invariants.ts';
import type { Records } from './records.ts';

interface WatchPorts {
  readonly records: Records;
  readonly cluster: ChaosCluster;
  readonly approvers: readonly string[];
  readonly isForged: (proposal: string) => boolean;
}

const EVERY_MS = 1000;

/** Looks for what must never be while the storm goes on, so that a long run ends with the first of it. */
export class Watch {
  readonly broken: Broken[] = [];
  /** How far the audit has been checked. */
  head: AuditHead = GENESIS;
  readonly #ports: WatchPorts;
  readonly #found = new AbortController();
  readonly #stopping = new AbortController();
  readonly #approved = new Set<string>();
  readonly #ended: Proposal[] = [];
  /** Writes by proposal, as far as they have been looked at. */
  readonly #writes = new Map<string, number>();
  #seen = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /** Aborted when something is broken. */
  get found(): AbortSignal {
    return this.#found.signal;
  }

  begin(): void {
    this.#running = this.#watch();
  }

  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** It is final: from now on it must be as its writes are. */
  ended(proposal: Proposal): void {
    this.#ended.push(proposal);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#look();
      if (this.broken.length > 0) return this.#found.abort();
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { writes } = this.#ports.cluster;
    // An approval is on record before anything is written for it: what is written by now must be approved in what is read next.
    const until = writes.length;
    const ended = this.#ended.splice(0);
    const { entries } = await this.#ports.records.audit(this.head.seq + 1);
    this.#follow(entries);
    for (const { job, deployment } of writes.slice(this.#seen, until)) this.#count(job, deployment);
    this.#seen = until;
    for (const proposal of ended) this.broken.push(...unlikeItsWrites(proposal, this.#writes.get(proposal.id) ?? 0));
  }

  #follow(entries: readonly AuditEntry[]): void {
    const check = verifyChain(entries, this.head);
    if (check.ok) this.head = check.head;
    else
      this.broken.push({
        invariant: 'the audit is one chain without gaps',
        detail: `entry #${check.seq}: ${check.because}`,
      });
    for (const { what, actor, proposal } of entries)
      if (what === 'approved' && proposal && actor.kind === 'user' && this.#ports.approvers.includes(actor.user))
        this.#approved.add(proposal);
  }

  #count(job: string, deployment: string): void {
    const times = (this.#writes.get(job) ?? 0) + 1;
    this.#writes.set(job, times);
    if (times > 1)
      this.broken.push({ invariant: 'approved = executed once', proposal: job, detail: `written ${times} times` });
    if (!this.#approved.has(job) || this.#ports.isForged(job))
      this.broken.push({
        invariant: 'no unapproved write',
        proposal: job,
        detail: `${deployment} was written, and nobody has approved that`,
      });
  }
}

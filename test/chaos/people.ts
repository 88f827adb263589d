import { setTimeout as delay } from 'node:timers/promises';
import { isFinal } from '../../src/incidents/proposal.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import type { Acted, Message, Workspace } from '../../src/workspace/index.ts';
import type { ChaosCluster } from './cluster.ts';
import type { Prng } from './prng.ts';
import type { Records } from './records.ts';
import { operatorOf, targetName } from './world.ts';

export const CHANNEL = 'incidents';
export const APPROVERS = ['noor', 'omar', 'pia'] as const;
export const CAST = ['maya', ...APPROVERS, 'eve'] as const;

type Intent = 'approve' | 'deny' | 'forge' | 'drift';
const INTENTS = { approve: 80, deny: 6, forge: 8, drift: 6 } as const satisfies Record<Intent, number>;

export interface Clicked {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly acted: Acted;
}

export interface PeoplePorts {
  readonly slack: Workspace;
  readonly records: Records;
  readonly cluster: ChaosCluster;
  readonly prng: Prng;
  /** Puts a forged approval into Redis. */
  forge(proposal: string): Promise<boolean>;
  /** Whether the storm goes on: then somebody clicks twice, too late, or without being allowed to. */
  readonly mischief: () => boolean;
}

/** What people do in the storm: they ask, decide, click twice, click without being allowed to, and clear up what nobody knows. */
export class Crowd {
  readonly forged = new Set<string>();
  /** Those that were seen. */
  readonly proposals = new Set<string>();
  /** By proposal. */
  readonly clicks = new Map<string, Clicked[]>();
  readonly #ports: PeoplePorts;
  readonly #forms = new Map<string, Promise<unknown>>();

  constructor(ports: PeoplePorts) {
    this.#ports = ports;
  }

  /** One incident from the question to its end. Rejects when that takes longer than `ms`. */
  async play(index: number, ms: number): Promise<void> {
    const until = Date.now() + ms;
    const name = targetName(index);
    const intent = this.#ports.prng.pick(INTENTS);
    const incident = await this.#ask(name, until);
    if (incident === undefined) return;
    for (let round = 0; ; round += 1) {
      const id = await this.#newest(incident);
      if (id === undefined) return;
      const end = await this.#see(id, round === 0 ? intent : 'approve', index, until);
      if (end.state !== 'voided' || (await this.#successor(incident, id)) === undefined) return;
    }
  }

  /** Asks until there is a repair to decide on; undefined when the target is found healthy. */
  async #ask(name: string, until: number): Promise<string | undefined> {
    const { slack, records } = this.#ports;
    for (;;) {
      check(until, `${name}: no proposal`);
      await slack.command('maya', CHANNEL, '/promfix', `diagnose monitoring/${name}`).catch(() => undefined);
      for (let tries = 0; tries < 40; tries += 1) {
        const id = (await records.incidentsOf(name)).at(-1);
        const incident = id === undefined ? undefined : (await records.get('incident', id))?.value;
        if (incident?.status === 'resolved' && incident.proposals.length === 0) return undefined;
        if (incident !== undefined && incident.proposals.length > 0) return incident.id;
        await delay(200);
      }
    }
  }

  async #newest(incident: string): Promise<string | undefined> {
    return (await this.#ports.records.get('incident', incident))?.value.proposals.at(-1);
  }

  /** After a drift the worker proposes anew; that may take a sweep. */
  async #successor(incident: string, id: string): Promise<string | undefined> {
    const proposal = await this.#ports.records.proposal(id);
    if (proposal?.outcome?.code !== 'drifted' || proposal.outcome.values['again'] !== true || proposal.drifts > 1)
      return undefined;
    for (let tries = 0; tries < 150; tries += 1) {
      const newest = await this.#newest(incident);
      if (newest !== id) return newest;
      await delay(200);
    }
    return undefined;
  }

  /** Follows a proposal to its end. */
  async #see(id: string, intent: Intent, index: number, until: number): Promise<Proposal> {
    this.proposals.add(id);
    let drifted = false;
    let asked = false;
    for (;;) {
      const proposal = await this.#ports.records.proposal(id);
      if (proposal && isFinal(proposal.state)) return proposal;
      check(until, `${id} is ${proposal?.state}`);
      if (proposal?.state === 'proposed') {
        if (intent === 'drift' && !drifted) {
          drifted = true;
          this.#ports.cluster.touch(operatorOf(index));
        }
        await this.#decide(id, intent);
      }
      if (proposal?.state === 'unknown') {
        await this.#clearUp(id, asked);
        asked = true;
      }
      await delay(200);
    }
  }

  async #decide(id: string, intent: Intent): Promise<void> {
    const { prng, mischief } = this.#ports;
    const card = await this.#card(id);
    if (!card) return;
    const who = APPROVERS[Math.floor(prng.next() * APPROVERS.length)] ?? 'noor';
    if (mischief() && prng.chance(0.15)) await this.#click('eve', id, card, 'Approve');
    if (intent === 'forge' && !this.forged.has(id)) {
      this.forged.add(id);
      if (await this.#ports.forge(id)) return;
      this.forged.delete(id);
    }
    if (intent === 'deny') return this.#form(who, id, card, 'Deny', 'not now');
    const clicks = [this.#click(who, id, card, 'Approve')];
    if (mischief() && prng.chance(0.15)) clicks.push(this.#click(who, id, card, 'Approve'));
    if (mischief() && prng.chance(0.15)) clicks.push(this.#click('noor', id, card, 'Approve'));
    await Promise.all(clicks);
  }

  /** Re-check first; then somebody says what the cluster shows. */
  async #clearUp(id: string, asked: boolean): Promise<void> {
    const { cluster } = this.#ports;
    const card = await this.#card(id);
    if (!card) return;
    if (!asked) {
      await this.#click('noor', id, card, 'Re-check');
      return delay(1500);
    }
    // Whoever looks waits until nothing is under way any more.
    if (cluster.pending() > 0) return;
    const happened = cluster.writes.some((write) => write.job === id);
    await this.#form('omar', id, card, happened ? 'It happened' : 'It did not', 'I looked at the Deployment');
  }

  /** The card's message, once it shows buttons. */
  async #card(id: string): Promise<Message | undefined> {
    const { slack, records } = this.#ports;
    const posted = (await records.get('message', `card:${id}`))?.value;
    const message = posted && slack.state.message(posted.channel, posted.ts);
    return message?.blocks.some((block) => block['type'] === 'actions') ? message : undefined;
  }

  async #click(who: string, id: string, card: Message, text: string): Promise<void> {
    const { slack } = this.#ports;
    const where = { channel: CHANNEL, ts: card.ts, text };
    const at = Date.now();
    try {
      const acted = await slack.click(who, where, { seen: card, ...(text === 'Approve' && { confirm: true }) });
      this.#note(id, { at, who, what: text, acted });
    } catch {
      // The card was changed under the finger.
    }
  }

  /** A form of one person at a time. */
  async #form(who: string, id: string, card: Message, text: string, reason: string): Promise<void> {
    const before = this.#forms.get(who) ?? Promise.resolve();
    const mine = before.then(() => this.#fill(who, id, card, text, reason)).catch(() => undefined);
    this.#forms.set(who, mine);
    await mine;
  }

  async #fill(who: string, id: string, card: Message, text: string, reason: string): Promise<void> {
    const { slack } = this.#ports;
    if (slack.modal(who)) await slack.closeView(who, true);
    await this.#click(who, id, card, text);
    for (let tries = 0; tries < 30 && slack.modal(who) === undefined; tries += 1) await delay(100);
    if (slack.modal(who) === undefined) return;
    const at = Date.now();
    const acted = await slack.submit(who, { reason });
    this.#note(id, { at, who, what: `${text}: ${reason}`, acted });
  }

  #note(id: string, clicked: Clicked): void {
    const list = this.clicks.get(id);
    if (list) list.push(clicked);
    else this.clicks.set(id, [clicked]);
  }
}

/** Somebody gave up waiting. */
export class Stuck extends Error {}

function check(until: number, what: string): void {
  if (Date.now() > until) throw new Stuck(what);
}

import { setTimeout as delay } from 'node:timers/promises';
import { isFinal, isToBeReplaced } from '../../src/incidents/proposal.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import type { Acted, Message, Workspace } from '../../src/workspace/index.ts';
import type { ChaosCluster } from './cluster.ts';
import type { Patience } from './patience.ts';
import type { Prng } from './prng.ts';
import type { Records } from './records.ts';
import { indexOf, operatorOf, targetName } from './world.ts';

export const CHANNEL = 'incidents';
export const APPROVERS = ['noor', 'omar', 'pia'] as const;
export const CAST = ['maya', ...APPROVERS, 'eve'] as const;

type Intent = 'approve' | 'deny' | 'forge' | 'drift';
const INTENTS = { approve: 80, deny: 6, forge: 8, drift: 6 } as const satisfies Record<Intent, number>;

/** Milliseconds between two looks of one person. */
const LOOK_MS = 250;
/** So many times as long where the machine has other things to do: looking takes time away from what is looked at. */
const LAZIEST = 10;

interface Clicked {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly acted: Acted;
}

interface PeoplePorts {
  readonly slack: Workspace;
  readonly records: Records;
  readonly cluster: ChaosCluster;
  readonly prng: Prng;
  /** Puts a forged approval into Redis. */
  forge(proposal: string): Promise<boolean>;
  /** Whether the storm goes on: then somebody clicks twice, too late, or without being allowed to. */
  readonly mischief: () => boolean;
  /** For one incident. */
  readonly patience: () => Patience;
  /** Seconds that a process takes to start right now, at least 1. */
  readonly slowness: () => number;
  /** Told of every proposal that has ended. */
  readonly ended: (proposal: Proposal) => void;
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

  /**
   * One incident from the question to its end.
   * @throws Stuck when it does not get on
   */
  async play(index: number): Promise<void> {
    const patience = this.#ports.patience();
    const name = targetName(index);
    const intent = this.#ports.prng.pick(INTENTS);
    const incident = await this.#ask(name, patience);
    if (incident === undefined) return;
    await this.#toItsEnd(incident, intent, index, patience);
    await this.#close(incident);
  }

  async #toItsEnd(incident: string, intent: Intent, index: number, patience: Patience): Promise<void> {
    for (let round = 0; ; round += 1) {
      const id = await this.#newest(incident);
      if (id === undefined) return;
      const end = await this.#see(id, round === 0 ? intent : 'approve', index, patience);
      this.#ports.ended(end);
      if (!isToBeReplaced(end) || !(await this.#hasSuccessor(incident, id, patience))) return;
    }
  }

  /** Asks until there is a repair to decide on; undefined when the target is found healthy. */
  async #ask(name: string, patience: Patience): Promise<string | undefined> {
    const { slack, records } = this.#ports;
    for (;;) {
      await slack.command('maya', CHANNEL, '/promfix', `diagnose monitoring/${name}`).catch(() => undefined);
      for (let tries = 0; tries < 32; tries += 1) {
        const id = (await records.incidentsOf(name)).at(-1);
        const incident = id === undefined ? undefined : (await records.get('incident', id))?.value;
        if (incident?.status === 'resolved' && incident.proposals.length === 0) return undefined;
        if (incident !== undefined && incident.proposals.length > 0) return incident.id;
        patience.look(`${id} ${incident?.status} ${incident?.diagnoses.length}`, `${name}: no proposal`);
        await this.#pause();
      }
    }
  }

  /** Decides what came of a second question after everybody had gone: to be called until nothing is left. */
  async finish(): Promise<void> {
    const { records, patience } = this.#ports;
    await Promise.all(
      (await records.live()).map(async (id) => {
        const name = (await records.proposal(id))?.target.name ?? '';
        this.#ports.ended(await this.#see(id, 'approve', indexOf(name), patience()));
      }),
    );
  }

  /** What no repair has closed somebody closes, as a rule. */
  async #close(incident: string): Promise<void> {
    const { slack, records, prng } = this.#ports;
    const status = (await records.get('incident', incident))?.value.status;
    if (status === 'resolved' || prng.chance(0.1)) return;
    await slack.command('maya', CHANNEL, '/promfix', `close ${incident} seen to by hand`).catch(() => undefined);
  }

  async #pause(): Promise<void> {
    await delay(LOOK_MS * Math.min(LAZIEST, this.#ports.slowness()));
  }

  async #newest(incident: string): Promise<string | undefined> {
    return (await this.#ports.records.get('incident', incident))?.value.proposals.at(-1);
  }

  /** After a drift the worker proposes anew, unless the incident is over by then. */
  async #hasSuccessor(incident: string, id: string, patience: Patience): Promise<boolean> {
    for (;;) {
      const now = (await this.#ports.records.get('incident', incident))?.value;
      if (now?.proposals.at(-1) !== id) return true;
      if (now.status === 'resolved' || now.status === 'closed') return false;
      patience.look(`${id} drifted, ${now.status}`, `${id} is to be proposed anew`);
      await this.#pause();
    }
  }

  /** Follows a proposal to its end. */
  async #see(id: string, intent: Intent, index: number, patience: Patience): Promise<Proposal> {
    this.proposals.add(id);
    let drifted = false;
    let asked = false;
    for (;;) {
      const proposal = await this.#ports.records.proposal(id);
      if (proposal && isFinal(proposal.state)) return proposal;
      patience.look(`${id} ${proposal?.state} ${proposal?.journal.length}`, `${id} is ${proposal?.state}`);
      if (proposal?.state === 'proposed') {
        if (intent === 'drift' && !drifted) {
          drifted = true;
          this.#ports.cluster.touch(operatorOf(index));
        }
        await this.#decide(id, intent);
      }
      if (proposal?.state === 'unknown') {
        await this.#clearUp(id, operatorOf(index), asked);
        asked = true;
      }
      await this.#pause();
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
  async #clearUp(id: string, deployment: string, asked: boolean): Promise<void> {
    const { cluster } = this.#ports;
    const card = await this.#card(id);
    if (!card) return;
    if (!asked) {
      await this.#click('noor', id, card, 'Re-check');
      return delay(1500);
    }
    // Whoever looks waits until nothing is under way any more.
    if (cluster.isBeingWritten(deployment)) return;
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

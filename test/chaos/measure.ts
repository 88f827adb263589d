import { setTimeout as delay } from 'node:timers/promises';
import { isFinal } from '../../src/incidents/proposal.ts';
import { APPROVERS, CHANNEL } from './people.ts';
import { peakMiB, type Rig, startRig } from './rig.ts';
import { targetName } from './world.ts';

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
/** Milliseconds from a click on Approve, with `perSecond` clicks a second; one bot, one worker, nothing else wrong. */
export interface Measured {
  readonly clicks: number;
  readonly perSecond: number;
  readonly toAck: Quantiles;
  readonly toStart: Quantiles;
  readonly toChange: Quantiles;
  readonly peakMiB: { readonly bot: number; readonly worker: number };
}

const PER_SECOND = 20;
/** Every fifth target shares its operator with another: those are left out, since they would wait for a lock. */
const isAlone = (index: number) => index % 5 < 3;

export async function measure(
  proposals: number,
  seed: number,
  progress: (line: string) => void = () => {},
): Promise<Measured> {
  const rig = await startRig({ proposals: 2 * proposals, seed, roles: ['bot', 'worker'], slowReads: 0 });
  try {
    const targets = Array.from({ length: 2 * proposals }, (_, index) => index)
      .filter(isAlone)
      .slice(0, proposals);
    const cards = await proposeAll(rig, targets);
    progress(`${cards.length} cards wait for approval`);
    const clicked = await clickAll(rig, cards);
    await settle(rig, cards);
    const { entries } = await rig.records.audit();
    const startedAt = new Map(
      entries.flatMap(({ what, at, proposal }) => (what === 'started' && proposal ? [[proposal, Date.parse(at)]] : [])),
    );
    const changedAt = new Map(rig.cluster.writes.map(({ job, at }) => [job, Date.parse(at)]));
    const since = (times: ReadonlyMap<string, number>) =>
      clicked.flatMap(({ id, at }) => {
        const then = times.get(id);
        return then === undefined ? [] : [then - at];
      });
    return {
      clicks: clicked.length,
      perSecond: PER_SECOND,
      toAck: quantiles(clicked.map(({ ackMs }) => ackMs)),
      toStart: quantiles(since(startedAt)),
      toChange: quantiles(since(changedAt)),
      peakMiB: { bot: peakMiB(rig.places, 'bot'), worker: peakMiB(rig.places, 'worker') },
    };
  } finally {
    await rig.close();
    await rig.redis.remove();
  }
}

interface Card {
  readonly id: string;
  readonly ts: string;
}

async function proposeAll({ slack, records }: Rig, targets: readonly number[]): Promise<readonly Card[]> {
  const cards: Card[] = [];
  let next = 0;
  async function asker(): Promise<void> {
    for (let at = next++; at < targets.length; at = next++) {
      const name = targetName(targets[at] ?? 0);
      await slack.command('maya', CHANNEL, '/promfix', `diagnose monitoring/${name}`);
      for (;;) {
        await delay(100);
        const incident = (await records.incidentsOf(name)).at(-1);
        const id = incident === undefined ? undefined : `${incident}.p1`;
        if (id === undefined || (await records.proposal(id))?.state !== 'proposed') continue;
        const card = (await records.get('message', `card:${id}`))?.value;
        const message = card && slack.state.message(card.channel, card.ts);
        if (!message?.blocks.some((block) => block['type'] === 'actions')) continue;
        cards.push({ id, ts: message.ts });
        break;
      }
    }
  }
  await Promise.all(Array.from({ length: 12 }, asker));
  return cards;
}

async function clickAll({ slack }: Rig, cards: readonly Card[]) {
  const acts = [];
  for (const [index, { id, ts }] of cards.entries()) {
    const at = Date.now();
    const who = APPROVERS[index % APPROVERS.length] ?? 'noor';
    acts.push(
      slack
        .click(who, { channel: CHANNEL, ts, text: 'Approve' }, { confirm: true })
        .then(({ ackMs }) => ({ id, at, ackMs })),
    );
    await delay(1000 / PER_SECOND);
  }
  return Promise.all(acts);
}

async function settle({ records }: Rig, cards: readonly Card[]): Promise<void> {
  for (const { id } of cards)
    for (;;) {
      const state = (await records.proposal(id))?.state;
      if (state !== undefined && isFinal(state)) break;
      await delay(100);
    }
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

import type { WebClient } from '@slack/web-api';
import { recordMessage, repaintIncident } from '../incidents/changes.ts';
import type { Incident, OutboxEntry, Versioned } from '../incidents/types.ts';
import type { Logger } from '../ports.ts';
import type { GitPaths } from '../render/git-patch.ts';
import { commitWith } from '../store/decide.ts';
import type { Claimed, Store } from '../store/types.ts';
import { slackFailure } from './errors.ts';
import { findPosted } from './find-posted.ts';
import type { Links } from './links.ts';
import type { Pacer } from './pacer.ts';
import { type Painting, paintCard, paintIncident, paintPost } from './paint.ts';
import { type Message, simpler, textOnly } from './views/blocks.ts';

export interface DeliveryPorts {
  readonly store: Store;
  readonly client: WebClient;
  readonly links: Links;
  readonly git?: GitPaths;
  readonly pacer: Pacer;
  readonly log: Logger;
}
export type Delivery = { readonly end: 'done' } | { readonly end: 'later'; readonly afterMs: number };

type SlackEntry = Extract<OutboxEntry, { to: 'slack' }>;

const DONE: Delivery = { end: 'done' };
/** Somebody has to invite the bot or un-archive the channel first. */
const NEEDS_A_PERSON = [
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'missing_scope',
];
const NEEDS_A_PERSON_MS = 60_000;

/** Brings one entry to Slack and records where it is. Throws what Slack or the store throws; running it again is safe. */
export async function deliver(ports: DeliveryPorts, claimed: Claimed, signal: AbortSignal): Promise<Delivery> {
  const { store } = ports;
  const { entry } = claimed;
  if (entry.to !== 'slack') return DONE;
  const incident = await store.get('incident', entry.incident);
  if (!incident) return DONE;
  const posted = await store.get('message', entry.id);
  if (posted && entry.do === 'post') return DONE;
  const painting = await paint(ports, entry, incident);
  if (!painting) return DONE;
  try {
    if (posted) return await edit(ports, entry, posted.value, painting);
    return await post(ports, claimed, entry, incident, painting, signal);
  } catch (error) {
    return settle(ports, entry, error);
  }
}

function paint(ports: DeliveryPorts, entry: SlackEntry, incident: Versioned<Incident>): Promise<Painting | undefined> {
  switch (entry.do) {
    case 'paint-incident':
      return paintIncident(ports, incident);
    case 'paint-card':
      return paintCard(ports, entry.proposal);
    case 'post':
      return paintPost(ports, incident, entry.content);
  }
}

async function post(
  ports: DeliveryPorts,
  claimed: Claimed,
  entry: SlackEntry,
  incident: Versioned<Incident>,
  painting: Painting,
  signal: AbortSignal,
): Promise<Delivery> {
  const { root, inThread, openedAt } = incident.value;
  const announced = entry.do === 'post' && entry.content.say === 'glass-broken' ? entry.content.channel : undefined;
  const channel = announced ?? incident.value.channel;
  const isRoot = entry.do === 'paint-incident';
  const thread = announced !== undefined || (isRoot && !inThread) ? undefined : root;
  // Everything else than the incident's own message and an announcement waits for the thread to exist.
  if (thread === undefined && !isRoot && announced === undefined) return { end: 'later', afterMs: 300 };
  const place = { channel, ...(thread !== undefined && { thread }) };
  // A first attempt can't have left anything behind.
  const found =
    claimed.attempts > 1
      ? await findPosted(ports.client, { ...place, id: entry.id, since: claimed.since ?? openedAt })
      : undefined;
  if (found === undefined) await ports.pacer.turn(channel, signal);
  const ts = found ?? (await send(ports, place, entry, painting.first ?? painting.message));
  await record(ports, entry, { id: entry.id, channel, ts, painted: painting.version });
  if (found !== undefined || painting.first)
    return edit(ports, entry, { id: entry.id, channel, ts, painted: 0 }, painting);
  return DONE;
}

async function send(
  ports: DeliveryPorts,
  place: { readonly channel: string; readonly thread?: string },
  { id, do: kind }: SlackEntry,
  message: Message,
): Promise<string> {
  // What is posted once is said whole; what is edited later has its chance then.
  const plainest = kind === 'post' ? textOnly(message) : bare(message);
  const call = (shown: Message) =>
    ports.client.chat.postMessage({
      channel: place.channel,
      ...(place.thread !== undefined && { thread_ts: place.thread }),
      ...mutable(shown),
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: 'promfix', event_payload: { id } },
    });
  const { ts } = await plainerIfRefused(ports, message, plainest, call);
  if (ts === undefined) throw new Error('Slack gave no ts for a message');
  return ts;
}

async function edit(
  ports: DeliveryPorts,
  entry: SlackEntry,
  posted: { readonly id: string; readonly channel: string; readonly ts: string; readonly painted: number },
  painting: Painting,
): Promise<Delivery> {
  // Somebody painted a newer version meanwhile: an older one must not cover it.
  if (entry.do === 'post' || posted.painted > painting.version) return DONE;
  const { channel, ts } = posted;
  const { message } = painting;
  await plainerIfRefused(ports, message, bare(message), (shown) =>
    ports.client.chat.update({ channel, ts, ...mutable(shown) }),
  );
  await record(ports, entry, { id: entry.id, channel, ts, painted: painting.version });
  return DONE;
}

/** The SDK's types want arrays it could change; it changes nothing. */
function mutable(message: Message) {
  return { text: message.text, blocks: [...message.blocks] };
}

const bare = ({ text }: Message): Message => ({ text, blocks: [] });

/** A workspace without one of the block types gets sections; one that refuses those, too, gets the text. */
async function plainerIfRefused<T>(
  ports: DeliveryPorts,
  message: Message,
  plainest: Message,
  call: (message: Message) => Promise<T>,
): Promise<T> {
  const plainer = [message, simpler(message), plainest];
  for (const [index, shown] of plainer.entries()) {
    try {
      return await call(shown);
    } catch (error) {
      const failure = slackFailure(error);
      const ofBlocks =
        failure?.kind === 'refused' &&
        ['invalid_blocks', 'msg_blocks_too_long', 'invalid_blocks_format'].includes(failure.error);
      if (!ofBlocks || index === plainer.length - 1) throw error;
      ports.log.error({ err: error, level: index }, 'Slack refused blocks; a simpler message is sent');
    }
  }
  throw new Error('unreachable');
}

/** Where the message is; an incident learns its root, and shows the link of a card that was just posted. */
async function record(
  ports: DeliveryPorts,
  entry: SlackEntry,
  message: { readonly id: string; readonly channel: string; readonly ts: string; readonly painted: number },
): Promise<void> {
  const { store } = ports;
  const first = await commitWith(store, async () => {
    const previous = await store.get('message', message.id);
    if (previous && previous.value.painted >= message.painted && previous.value.ts === message.ts)
      return { result: false };
    const incident = entry.do === 'paint-incident' ? await store.get('incident', entry.incident) : undefined;
    return { transaction: recordMessage(previous, message, incident), result: previous === undefined };
  });
  if (!first || entry.do !== 'paint-card') return;
  const incident = await store.get('incident', entry.incident);
  if (incident) await store.commit(repaintIncident(incident.value));
}

async function settle(ports: DeliveryPorts, entry: SlackEntry, error: unknown): Promise<Delivery> {
  const failure = slackFailure(error);
  if (failure?.kind !== 'refused') throw error;
  if (NEEDS_A_PERSON.includes(failure.error)) {
    ports.log.error(
      { entry: entry.id, error: failure.error },
      'Slack refuses the channel or the token; tried again in a minute',
    );
    return { end: 'later', afterMs: NEEDS_A_PERSON_MS };
  }
  // A message that was deleted, or one that Slack will never take: trying again changes nothing, and would hold up what comes after it.
  ports.log.error({ err: error, entry: entry.id, error: failure.error }, 'Slack refuses a message; given up');
  return DONE;
}

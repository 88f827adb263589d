import { GENESIS, verifyChain } from '../../src/incidents/audit-chain.ts';
import { isFinal } from '../../src/incidents/proposal.ts';
import type { AuditEntry, PostedMessage, Proposal, Versioned } from '../../src/incidents/types.ts';
import type { Workspace } from '../../src/workspace/index.ts';
import type { ChaosCluster } from './cluster.ts';
import type { Crowd } from './people.ts';
import type { Records } from './records.ts';

/** Something that must never be. */
export interface Broken {
  readonly invariant: string;
  readonly proposal?: string;
  readonly detail: string;
}

interface Seen {
  readonly slack: Workspace;
  readonly records: Records;
  readonly cluster: ChaosCluster;
  readonly crowd: Crowd;
  readonly approvers: readonly string[];
}

export interface Outcome {
  readonly proposals: readonly Proposal[];
  readonly entries: readonly AuditEntry[];
  readonly broken: readonly Broken[];
  readonly executed: { readonly once: number; readonly twice: number; readonly never: number };
  readonly approved: number;
}

/** Everything that has to hold after the storm. */
export async function checkInvariants(seen: Seen): Promise<Outcome> {
  const { records } = seen;
  const { entries, head } = await records.audit();
  const broken: Broken[] = [...chainFaults(entries, head)];
  const read = await inBatches(await records.proposals(), (id) => readOne(records, id));
  const byProposal = Map.groupBy(entries, (entry) => entry.proposal ?? '');
  const writes = Map.groupBy(seen.cluster.writes, (write) => write.job);
  const executed = { once: 0, twice: 0, never: 0 };
  let approved = 0;
  for (const { proposal, version, card } of read) {
    const own = byProposal.get(proposal.id) ?? [];
    const count = writes.get(proposal.id)?.length ?? 0;
    if (own.some(({ what }) => what === 'approved')) {
      approved += 1;
      if (count === 1) executed.once += 1;
      else if (count === 0) executed.never += 1;
      else executed.twice += 1;
    }
    broken.push(...proposalFaults(seen, proposal, own, count), ...cardFaults(seen, proposal, version, card));
  }
  const known = new Set(read.map(({ proposal }) => proposal.id));
  for (const { job, deployment } of seen.cluster.writes)
    if (!known.has(job))
      broken.push({
        invariant: 'no unapproved write',
        detail: `${deployment} carries the mark “${job}” of no proposal`,
      });
  broken.push(...(await countFaults(seen)));
  broken.push(
    ...overlaps(
      read.map(({ proposal }) => proposal),
      byProposal,
    ),
    ...(await leftovers(records)),
    ...doubles(seen.slack),
  );
  return { proposals: read.map(({ proposal }) => proposal), entries, broken, executed, approved };
}

/** Not all at once: the store answers within a second or not at all. */
async function inBatches<T, R>(items: readonly T[], one: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += 50)
    results.push(...(await Promise.all(items.slice(from, from + 50).map(one))));
  return results;
}

/** What was stored, what the API server's own log has and how often the Deployments changed have to be the same. */
async function countFaults({ cluster }: Seen): Promise<Broken[]> {
  const logged = cluster.logged();
  const written = Map.groupBy(cluster.writes, ({ deployment }) => deployment);
  const touched = Map.groupBy(cluster.touches, (name) => name);
  const invariant = 'every change is one of those that were written down';
  const names = [...new Set([...logged.keys(), ...written.keys()])];
  const found = await inBatches(names, async (name): Promise<Broken[]> => {
    const stored = written.get(name)?.length ?? 0;
    if (logged.get(name) !== stored)
      return [{ invariant, detail: `${name}: ${stored} writes, ${logged.get(name) ?? 0} in the API server's log` }];
    const expected = 1 + stored + (touched.get(name)?.length ?? 0);
    const generation = await cluster.generation(name);
    return generation === expected ? [] : [{ invariant, detail: `${name}: generation ${generation}, not ${expected}` }];
  });
  return found.flat();
}

interface One {
  readonly proposal: Proposal;
  readonly version: number;
  readonly card: Versioned<PostedMessage> | undefined;
}

async function readOne(records: Records, id: string): Promise<One> {
  const [proposal, card] = await Promise.all([records.get('proposal', id), records.get('message', `card:${id}`)]);
  if (!proposal) throw new Error(`${id} is listed and not there`);
  return { proposal: proposal.value, version: proposal.version, card };
}

function chainFaults(entries: readonly AuditEntry[], head: { seq: number; hash: string }): Broken[] {
  const check = verifyChain(entries, GENESIS);
  const invariant = 'the audit is one chain without gaps';
  if (!check.ok) return [{ invariant, detail: `entry #${check.seq}: ${check.because}` }];
  return check.head.seq === head.seq && check.head.hash === head.hash
    ? []
    : [{ invariant, detail: `it ends at #${check.head.seq}, its head is #${head.seq}` }];
}

const APPLIED: readonly Proposal['state'][] = ['succeeded', 'unhealthy'];

/** What a proposal says of itself against how often it was written. */
export function unlikeItsWrites({ id: proposal, state, outcome }: Proposal, writes: number): readonly Broken[] {
  const once = 'approved = executed once';
  const broken: Broken[] = [];
  if (writes > 1) broken.push({ invariant: once, proposal, detail: `written ${writes} times` });
  if (APPLIED.includes(state) && writes === 0)
    broken.push({ invariant: once, proposal, detail: `${state}, not written` });
  if (isFinal(state) && !APPLIED.includes(state) && writes > 0)
    broken.push({
      invariant: 'what is said not to be done is not done',
      proposal,
      detail: `${state} (${outcome?.code ?? '–'}), written ${writes} times`,
    });
  return broken;
}

function proposalFaults(seen: Seen, proposal: Proposal, own: readonly AuditEntry[], writes: number): Broken[] {
  const { id, state } = proposal;
  const broken: Broken[] = [];
  const add = (invariant: string, detail: string) => broken.push({ invariant, proposal: id, detail });
  if (state === 'unknown' ? proposal.outcome === undefined : !isFinal(state))
    add('every proposal ends, or says why nobody knows', `it is ${state}`);
  broken.push(...unlikeItsWrites(proposal, writes));
  if (writes === 0) return broken;
  const by = own.filter(
    ({ what, actor }) => what === 'approved' && actor.kind === 'user' && seen.approvers.includes(actor.user),
  );
  const clicked = seen.crowd.clicks.get(id)?.some(({ who, what }) => what === 'Approve' && who !== 'eve');
  if (by.length === 0 || !clicked || seen.crowd.forged.has(id))
    add(
      'no unapproved write',
      `written, with ${by.length} approvals on record and ${clicked ? 'a' : 'no'} click of an approver`,
    );
  return broken;
}

function cardFaults(
  { slack }: Seen,
  proposal: Proposal,
  version: number,
  card: Versioned<PostedMessage> | undefined,
): Broken[] {
  const invariant = 'the card shows what became of the proposal';
  if (!card) return [{ invariant, proposal: proposal.id, detail: 'it has no card' }];
  const message = slack.state.message(card.value.channel, card.value.ts);
  if (!message) return [{ invariant, proposal: proposal.id, detail: 'its card is not in Slack' }];
  if (isFinal(proposal.state) && message.blocks.some((block) => block['type'] === 'actions'))
    return [{ invariant: 'no live buttons on a decided proposal', proposal: proposal.id, detail: message.text }];
  return card.value.painted === version
    ? []
    : [
        {
          invariant,
          proposal: proposal.id,
          detail: `version ${version}, painted ${card.value.painted}: ${message.text}`,
        },
      ];
}

/** Repairs of one object never run at the same time. */
function overlaps(proposals: readonly Proposal[], entries: ReadonlyMap<string, readonly AuditEntry[]>): Broken[] {
  const spans = proposals.flatMap((proposal) => {
    const own = entries.get(proposal.id) ?? [];
    const first = own.find(({ what }) => what === 'started');
    const last = own.findLast(({ what }) => ['verified', 'failed', 'voided', 'resolved-unknown'].includes(what));
    const uid = proposal.plan?.steps[0]?.object.uid;
    return first && uid ? [{ id: proposal.id, uid, from: first.seq, to: last?.seq ?? Number.POSITIVE_INFINITY }] : [];
  });
  return [...Map.groupBy(spans, ({ uid }) => uid).values()].flatMap((same) => {
    const sorted = same.toSorted((a, b) => a.from - b.from);
    return sorted.flatMap((one, index) => {
      const next = sorted[index + 1];
      return next && next.from < one.to
        ? [
            {
              invariant: 'repairs of one object never overlap',
              proposal: next.id,
              detail: `started while ${one.id} ran`,
            },
          ]
        : [];
    });
  });
}

async function leftovers(records: Records): Promise<Broken[]> {
  const { slack, queue, locks } = await records.leftovers();
  return [
    ...[...slack, ...queue].map((entry) => ({ invariant: 'nothing is left in an outbox', detail: entry })),
    ...Object.entries(locks).map(([uid, owner]) => ({ invariant: 'no lock is left', proposal: owner, detail: uid })),
  ];
}

/** Every message of the outbox was posted once. */
function doubles(slack: Workspace): Broken[] {
  const seen = new Set<string>();
  return slack.state.data.messages.flatMap((message) => {
    const payload = message.metadata?.['event_payload'];
    const id = typeof payload === 'object' && payload !== null && 'id' in payload ? String(payload['id']) : undefined;
    if (id === undefined || !seen.has(id)) {
      if (id !== undefined) seen.add(id);
      return [];
    }
    return [{ invariant: 'messages are posted once', detail: `${id}: ${message.text}` }];
  });
}

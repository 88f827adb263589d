import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import type { ProposalEvent } from '../../src/incidents/types.ts';
import type { Logger } from '../../src/ports.ts';
import type { JobHandlers } from '../../src/queue/worker.ts';
import type { Plan } from '../../src/remediations/types.ts';
import { applyEvent, decide } from '../../src/store/decide.ts';
import type { Store } from '../../src/store/types.ts';
import { ASKER, BOT, examplePlan, KEY, RULE, TARGET, TEAM, WORKER } from '../incidents/examples.ts';

export const SILENT: Logger = { info() {}, warn() {}, error() {} };

/** Opens an incident about a target of its own and starts a proposal in it. */
export async function seedProposal(store: Store, name = 'main'): Promise<string> {
  const target = { ...TARGET, name };
  const id = `inc-${await store.nextIncidentNumber()}`;
  const at = await store.now();
  await store.commit(openIncident({ id, target, record: undefined, by: ASKER, at, channel: 'C01', approvalKey: KEY }));
  const started = await decide(store, async () => {
    const incident = await store.get('incident', id);
    if (incident === undefined) throw new Error('the incident was not opened');
    const record = await store.get('target', targetKey(target));
    return startProposal({
      incident,
      target: record,
      older: undefined,
      remediation: 'restart-operator',
      cause: 'crd-race-at-start',
      risk: 'low',
      by: ASKER,
      at,
      approvalKey: KEY,
    });
  });
  if (!started.ok) throw new Error('the proposal was not started');
  return started.next.id;
}

/** Takes a proposal to `approved`; it may be approved for `seconds`. */
export async function approve(store: Store, id: string, seconds = 1800, plan: Plan = examplePlan([id])): Promise<void> {
  const at = await store.now();
  const expiresAt = new Date(Date.parse(at) + seconds * 1000).toISOString();
  await apply(store, id, { on: 'prepared', at, plan, planHash: 'plan', rule: RULE, expiresAt });
  const by = { team: TEAM, user: 'U0ANN' };
  await apply(store, id, { on: 'approve', at, planHash: 'plan', approval: { by, at, mac: 'mac' } });
}

export async function apply(store: Store, id: string, event: ProposalEvent): Promise<void> {
  const done = await applyEvent(store, id, event, event.on === 'approve' ? BOT : WORKER);
  if (!done?.ok) throw new Error(`${event.on} was refused: ${JSON.stringify(done)}`);
}

export async function stateOf(store: Store, id: string): Promise<string | undefined> {
  return (await store.get('proposal', id))?.value.state;
}

/** Handlers that carry the example's one step out on nothing at all; `during` runs between its intent and its end. */
export function exampleHandlers(store: Store, during: (id: string, attempt: number) => Promise<void>): JobHandlers {
  return {
    async prepare(id) {
      await during(id, 0);
      return { end: 'nothing-to-do', because: 'example' };
    },
    async execute(id, { fence }) {
      const at = await store.now();
      const started = await applyEvent(store, id, { on: 'start', at, fence }, WORKER);
      if (!started?.ok) return { end: 'nothing-to-do', because: 'not to be started' };
      await apply(store, id, { on: 'step-intent', at, fence, step: 0 });
      await during(id, fence.attempt);
      await apply(store, id, { on: 'step-done', at, fence, step: 0 });
      await apply(store, id, { on: 'applied', at, fence });
      await apply(store, id, { on: 'verified', at, fence, diagnosis: 'd', healthy: true });
      return { end: 'settled', state: 'succeeded' };
    },
  };
}

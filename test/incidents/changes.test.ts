import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import {
  changeProposal,
  closeIncident,
  continueIncident,
  nextDiagnosisId,
  type ProposalReads,
  proposedNothing,
  recordDiagnosis,
  recordSameAgain,
  refuseClick,
  setPause,
  startProposal,
  targetKey,
} from '../../src/incidents/changes.ts';
import type { Actor, Proposal, ProposalEvent, Transaction } from '../../src/incidents/types.ts';
import {
  ASKER,
  at,
  BOT,
  examplePlan,
  openedIncident,
  RULE,
  startedProposal,
  TARGET,
  TEAM,
  user,
  WORKER,
  written,
} from './examples.ts';

const FENCE = { job: 1, attempt: 1 };
const STORY: readonly [ProposalEvent, Actor][] = [
  [{ on: 'prepared', at: at(2), plan: examplePlan(), planHash: 'plan', rule: RULE, expiresAt: at(1800) }, WORKER],
  [
    {
      on: 'approve',
      at: at(3),
      planHash: 'plan',
      approval: { by: { team: TEAM, user: 'U0ANN' }, at: at(3), mac: 'mac' },
    },
    user('U0ANN'),
  ],
  [{ on: 'enqueued', at: at(4) }, BOT],
  [{ on: 'start', at: at(5), fence: FENCE }, WORKER],
  [{ on: 'step-intent', at: at(6), fence: FENCE, step: 0 }, WORKER],
  [{ on: 'step-done', at: at(7), fence: FENCE, step: 0 }, WORKER],
  [{ on: 'applied', at: at(8), fence: FENCE }, WORKER],
  [{ on: 'verified', at: at(60), fence: FENCE, diagnosis: 'inc-1.d2', healthy: true }, WORKER],
];

/** Applies events one after the other, as commits would. */
function play(reads: ProposalReads, story: readonly (readonly [ProposalEvent, Actor])[]) {
  const transactions: Transaction[] = [];
  let now = reads;
  for (const [event, actor] of story) {
    const change = changeProposal(now, event, actor);
    if (!change.ok) throw new Error(`${event.on}: ${change.refusal.code}`);
    const { transaction } = change;
    transactions.push(transaction);
    const put = (kind: string) => transaction.puts.some((one) => one.kind === kind);
    now = {
      proposal: { value: change.next, version: now.proposal.version + 1 },
      incident: put('incident')
        ? { value: written(transaction, 'incident', 'inc-1'), version: now.incident.version + 1 }
        : now.incident,
      target: put('target')
        ? { value: written(transaction, 'target', targetKey(TARGET)), version: (now.target?.version ?? 0) + 1 }
        : now.target,
    };
  }
  return { reads: now, transactions };
}

const says = (transaction: Transaction) =>
  transaction.outbox.map((entry) => (entry.to === 'slack' && entry.do === 'post' ? entry.content.say : entry.id));

describe('a proposal from start to end', () => {
  it('writes down, tells and paints each step in the same write', () => {
    const { reads, transactions } = play(startedProposal(), STORY);

    expect(
      transactions.map((one) => ({ audit: one.audit.map(({ what }) => what).join(), outbox: says(one).join() })),
    ).toEqual([
      { audit: 'prepared,proposed', outbox: 'card:inc-1.p1,paint:inc-1,plan-details,mention-approvers' },
      { audit: 'approved', outbox: 'card:inc-1.p1,paint:inc-1,audit,execute:inc-1.p1' },
      { audit: 'queued', outbox: 'card:inc-1.p1' },
      { audit: 'started', outbox: 'card:inc-1.p1,audit' },
      { audit: '', outbox: '' },
      { audit: 'changed', outbox: 'card:inc-1.p1,audit' },
      { audit: '', outbox: 'card:inc-1.p1' },
      { audit: 'verified', outbox: 'card:inc-1.p1,paint:inc-1,result,audit' },
    ]);
    expect(reads.incident.value).toMatchObject({ status: 'resolved', closedAt: at(60), repairedAt: at(60) });
    expect(reads.target?.value).toEqual({});
  });

  it('locks every written object from the start to the end, and keeps the locks while the outcome is unknown', () => {
    const held = { owner: 'inc-1.p1', uids: ['deployment-uid'] };
    const { reads, transactions } = play(startedProposal(), STORY.slice(0, 5));
    const lost = play(reads, [[{ on: 'lost', at: at(9), fence: FENCE, code: 'no-answer', values: {} }, WORKER]]);
    const resolved = play(lost.reads, [
      [{ on: 'resolve-unknown', at: at(99), by: user('U0ANN'), happened: false, reason: 'looked' }, user('U0ANN')],
    ]);

    expect(transactions.map((one) => one.acquire)).toEqual([undefined, undefined, undefined, held, undefined]);
    expect(lost.transactions[0]?.release).toBeUndefined();
    expect(lost.reads.incident.value.status).toBe('repairing');
    expect(resolved.transactions[0]?.release).toEqual(held);
    expect(resolved.reads.target?.value).toEqual({ openIncident: 'inc-1' });
  });

  it('locks what the way back writes, too, from the start on', () => {
    const plan = { ...examplePlan(), otherwise: examplePlan(['deployment-uid', 'application-uid']).steps };
    const story = STORY.slice(0, 4).map(([event, actor]) =>
      event.on === 'prepared' ? ([{ ...event, plan }, actor] as const) : ([event, actor] as const),
    );
    const { transactions } = play(startedProposal(), story);

    expect(transactions.at(-1)?.acquire).toEqual({ owner: 'inc-1.p1', uids: ['deployment-uid', 'application-uid'] });
  });

  it('gives the worker a job again when somebody says that an unknown change happened', () => {
    const { reads } = play(startedProposal(), [
      ...STORY.slice(0, 5),
      [{ on: 'lost', at: at(9), fence: FENCE, code: 'no-answer', values: {} }, WORKER],
    ]);

    const happened = changeProposal(
      reads,
      { on: 'resolve-unknown', at: at(99), by: user('U0ANN'), happened: true, reason: 'saw it' },
      user('U0ANN'),
    );

    expect(happened.ok && happened.transaction.outbox).toContainEqual({
      to: 'queue',
      id: 'execute:inc-1.p1',
      job: 'execute',
      proposal: 'inc-1.p1',
    });
  });

  it('gives every message an id that stays the same when the change is built again', () => {
    const reads = startedProposal();
    const [event, actor] =
      STORY[0] ??
      (() => {
        throw new Error('the story is empty');
      })();

    expect(changeProposal(reads, event, actor)).toEqual(changeProposal(reads, event, actor));
  });

  it('writes nothing when the event is refused', () => {
    const refused = changeProposal(startedProposal(), { on: 'enqueued', at: at(4) }, BOT);

    expect(refused).toEqual({ ok: false, refusal: { code: 'not-approved', values: {} } });
  });
});

describe('a newer proposal', () => {
  const again = (reads: ProposalReads) =>
    startProposal({
      incident: reads.incident,
      target: reads.target,
      older: reads.proposal,
      remediation: 'scale-operator-up',
      cause: 'crd-race-at-start',
      risk: 'low',
      by: ASKER,
      at: at(20),
      approvalKey: undefined,
    });

  it('supersedes one that waits for approval, and edits its card', () => {
    const change = again(play(startedProposal(), STORY.slice(0, 1)).reads);
    if (!change.ok) throw new Error(change.refusal.code);

    expect(written(change.transaction, 'proposal', 'inc-1.p1').state).toBe('superseded');
    expect(written(change.transaction, 'target', targetKey(TARGET)).liveProposal).toBe('inc-1.p2');
    expect(says(change.transaction)).toEqual(['card:inc-1.p1', 'paint:inc-1', 'card:inc-1.p2', 'prepare:inc-1.p2']);
  });

  it('makes the incident forget old ones that are over, and never takes a number twice', () => {
    let { incident } = openedIncident();
    const earlier: Proposal[] = [];
    const forgotten: string[] = [];
    for (let times = 1; times <= 300; times += 1) {
      const started = startProposal({
        incident,
        target: undefined,
        older: undefined,
        earlier: earlier.filter(({ id }) => incident.value.proposals.includes(id)),
        remediation: 'nudge',
        cause: 'crd-race-at-start',
        risk: 'low',
        by: ASKER,
        at: at(times),
        approvalKey: undefined,
      });
      if (!started.ok) throw new Error(started.refusal.code);
      forgotten.push(...(started.transaction.forget ?? []).map(({ id }) => id));
      incident = { value: written(started.transaction, 'incident', 'inc-1'), version: incident.version + 1 };
      // The first was denied, the second is being carried out all the while, the others are replaced.
      const state = times === 1 ? 'denied' : times === 2 ? 'running' : 'superseded';
      earlier.push({ ...started.next, state });
    }

    const { proposals } = incident.value;
    expect(proposals.slice(0, 3)).toEqual(['inc-1.p1', 'inc-1.p2', 'inc-1.p260']);
    expect(proposals.at(-1)).toBe('inc-1.p300');
    expect(proposals).toHaveLength(43);
    expect([...forgotten, ...proposals]).toHaveLength(300);
    expect(new Set([...forgotten, ...proposals]).size).toBe(300);
  });

  it.for([2, 3, 4, 7])('is refused while the older one is on its way (after %i events)', (count) => {
    const change = again(play(startedProposal(), STORY.slice(0, count)).reads);

    expect(change).toEqual({ ok: false, refusal: { code: 'in-progress', values: {} } });
  });
});

describe('an incident', () => {
  const diagnosis: Diagnosis = {
    target: TARGET,
    at: at(5),
    verdict: 'broken',
    rootCause: {
      cause: 'crd-race-at-start',
      rung: 'controller',
      certainty: 'proven',
      code: 'x',
      values: {},
      because: [],
    },
    next: [],
    consequences: [],
    noise: [],
    ruledOut: [],
    notChecked: [],
    observations: [],
    ladder: [],
    byRunbook: [
      { runbook: 'operator-logs', findings: [] },
      { runbook: 'rbac', findings: [] },
    ],
    blindSince: at(-600),
  };

  it('tells a diagnosis section by section, then the verdict', () => {
    const { incident } = openedIncident();
    const transaction = recordDiagnosis(incident, { diagnosis, refusals: [], by: ASKER, tell: 'thread' });
    const next = written(transaction, 'incident', 'inc-1');

    expect(says(transaction)).toEqual(['paint:inc-1', 'section', 'section', 'diagnosis']);
    expect(next).toMatchObject({ status: 'diagnosed', priority: 'P1', diagnoses: ['inc-1.d1'], blindSince: at(-600) });
    expect(next.progress).toBeUndefined();
    expect(nextDiagnosisId(next)).toBe('inc-1.d2');
  });

  it('removes old diagnoses, but none that a proposal refers to, and gives no id twice', () => {
    let incident = openedIncident().incident;
    const dropped: string[] = [];
    for (let times = 1; times <= 20; times += 1) {
      const referred = new Set(['inc-1.d2']);
      const told = recordDiagnosis(incident, { diagnosis, refusals: [], by: ASKER, tell: 'thread', referred });
      dropped.push(...(told.forget ?? []).map(({ id }) => id));
      incident = { value: written(told, 'incident', 'inc-1'), version: incident.version + 1 };
    }

    const kept = incident.value.diagnoses;
    expect(kept).toHaveLength(13);
    expect(kept).toContain('inc-1.d2');
    expect(kept.at(-1)).toBe('inc-1.d20');
    expect(dropped).toEqual(['inc-1.d1', ...[3, 4, 5, 6, 7, 8].map((number) => `inc-1.d${number}`)]);
  });

  it('removes nothing where it is not known what is referred to', () => {
    const { incident } = openedIncident();
    const diagnoses = Array.from({ length: 30 }, (_, index) => `inc-1.d${index + 1}`);
    const many = { ...incident, value: { ...incident.value, diagnoses } };

    expect(recordDiagnosis(many, { diagnosis, refusals: [], by: ASKER, tell: 'nothing' }).forget).toBeUndefined();
  });

  it('tells of a look that says the same in the incident’s message alone, and writes it down', () => {
    const { incident } = openedIncident();
    const told = recordDiagnosis(incident, { diagnosis, refusals: [], by: ASKER, tell: 'thread' });
    const open = { value: written(told, 'incident', 'inc-1'), version: 2 };

    const again = recordSameAgain(open, { diagnosis: { ...diagnosis, at: at(90) }, by: BOT }, 'inc-1.d1');
    const next = written(again, 'incident', 'inc-1');
    const changed = recordDiagnosis({ value: next, version: 3 }, { diagnosis, refusals: [], by: BOT, tell: 'thread' });

    expect(says(again)).toEqual(['paint:inc-1']);
    expect(again.audit).toMatchObject([{ what: 'diagnosed', values: { diagnosis: 'inc-1.d1' } }]);
    expect(next).toMatchObject({ status: 'diagnosed', diagnoses: ['inc-1.d1'], sameAgainAt: at(90) });
    expect(written(changed, 'incident', 'inc-1').sameAgainAt).toBeUndefined();
  });

  it('looks for a repair until there is a proposal, or none comes of it', () => {
    const { incident } = openedIncident();
    const told = recordDiagnosis(incident, { diagnosis, refusals: [], by: ASKER, tell: 'thread', proposing: true });
    const looking = { value: written(told, 'incident', 'inc-1'), version: 2 };
    const started = startProposal({
      incident: looking,
      target: undefined,
      older: undefined,
      remediation: 'restart-operator',
      cause: 'crd-race-at-start',
      risk: 'low',
      by: ASKER,
      at: at(1),
      approvalKey: undefined,
    });

    expect(looking.value.progress).toBe('proposing');
    expect(started.ok && written(started.transaction, 'incident', 'inc-1').progress).toBeUndefined();
    expect(written(proposedNothing(looking), 'incident', 'inc-1').progress).toBeUndefined();
  });

  it('keeps a diagnosis that is under way when somebody asks for a repair meanwhile', () => {
    const { incident } = openedIncident();

    expect(written(proposedNothing(incident), 'incident', 'inc-1').progress).toBe('reading');
  });

  it('keeps its status when it is diagnosed again during a repair', () => {
    const { reads } = play(startedProposal(), STORY.slice(0, 4));

    const reading = continueIncident(reads.incident, ASKER);
    const again = recordDiagnosis(reads.incident, { diagnosis, refusals: [], by: WORKER, tell: 'nothing' });

    expect(written(reading, 'incident', 'inc-1').status).toBe('repairing');
    expect(written(again, 'incident', 'inc-1').status).toBe('repairing');
    expect(says(again)).toEqual(['paint:inc-1']);
  });

  it('takes its open card back when it is closed, and frees its target', () => {
    const { incident, target, proposal } = play(startedProposal(), STORY.slice(0, 1)).reads;

    const change = closeIncident({
      incident,
      target,
      live: proposal,
      by: ASKER,
      at: at(30),
      reason: 'by hand',
      as: 'closed',
    });
    if (!change.ok) throw new Error(change.refusal.code);

    expect(change.transaction.audit.map(({ what }) => what)).toEqual(['superseded', 'closed']);
    expect(says(change.transaction)).toEqual(['card:inc-1.p1', 'paint:inc-1', 'audit']);
    expect(written(change.transaction, 'target', targetKey(TARGET))).toEqual({});
  });

  it('is not closed while a repair is under way, nor twice', () => {
    const { incident, target, proposal } = play(startedProposal(), STORY.slice(0, 4)).reads;
    const closing = { incident, target, live: proposal, by: ASKER, at: at(30), as: 'closed' } as const;
    const closed = { value: { ...incident.value, status: 'closed' }, version: 9 } as const;

    expect(closeIncident(closing)).toMatchObject({ ok: false, refusal: { code: 'in-progress' } });
    expect(closeIncident({ ...closing, incident: closed, live: undefined })).toMatchObject({ ok: false });
  });

  it('counts a refused click and posts nothing', () => {
    const { incident } = openedIncident();
    const transaction = refuseClick({
      incident,
      proposal: 'inc-1.p1',
      by: user('U0X'),
      values: { code: 'not-an-approver' },
    });

    expect(written(transaction, 'incident', 'inc-1').refusedClicks).toBe(1);
    expect(transaction.audit).toHaveLength(1);
    expect(transaction.outbox).toEqual([]);
  });
});

it('writes down who threw the kill switch', () => {
  const transaction = setPause(undefined, { paused: true, by: 'U0ANN', at: at(1) }, user('U0ANN'), 'prod-1');

  expect(transaction.audit).toMatchObject([{ what: 'paused', actor: user('U0ANN') }]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES, type CauseSlug } from '../../../src/diagnosis/causes.ts';
import { RUNGS } from '../../../src/diagnosis/ladder.ts';
import type { Diagnosis, Reported } from '../../../src/diagnosis/types.ts';
import {
  AUDIT_EVENTS,
  type AuditEntry,
  INCIDENT_STATUSES,
  type Incident,
  PROPOSAL_STATES,
  type Proposal,
  type StoredDiagnosis,
} from '../../../src/incidents/types.ts';
import type { Plan } from '../../../src/remediations/types.ts';
import { SLACK_HELP } from '../../../src/slack/dispatch.ts';
import { answerMessage, clickMessage } from '../../../src/slack/views/answer.ts';
import { type Block, LIMITS, type Message, simpler } from '../../../src/slack/views/blocks.ts';
import { buttonValue, cardMessage, readButtonValue } from '../../../src/slack/views/card.ts';
import { incidentMessage } from '../../../src/slack/views/incident.ts';
import { readReasonForm, reasonForm } from '../../../src/slack/views/reason-form.ts';
import {
  auditMessage,
  diagnosisMessage,
  mentionMessage,
  resultMessage,
  sectionMessage,
} from '../../../src/slack/views/thread.ts';
import { ASKER, at, examplePlan, exampleProposal, RULE, TARGET } from '../../incidents/examples.ts';

/** What somebody in the cluster could have written. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<!here>',
        '<@U0EVIL00>',
        '<https://evil.example|x>',
        '&',
        '`',
        '```',
        '*',
        '\n',
        'a'.repeat(900),
        '\ue000U0EVIL00\ue001',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const values = fc.dictionary(
  fc.constantFrom('object', 'message', 'namespace', 'name', 'count', 'plural', 'secret'),
  hostile,
);
const slug = fc.constantFrom(...(Object.keys(CAUSES) as CauseSlug[]));
const runbook = fc.constantFrom('operator-logs', 'rbac', 'statefulset', 'argocd', 'anything');
const because = fc.array(
  fc.record({
    source: fc.constantFrom('operators', 'crds', 'target'),
    path: hostile,
    quote: hostile,
    at: fc.constant(at(3)),
  }),
  { maxLength: 4 },
);

const finding = fc
  .record({
    kind: fc.constantFrom('cause', 'ruled-out', 'observation', 'not-checked'),
    cause: slug,
    code: fc.oneof(hostile, fc.constantFrom('tls-handshake-errors', 'gate-warning')),
    certainty: fc.constant('proven'),
    values,
    because,
    runbook,
  })
  // The generator makes every field of the union; the views look only at those of the kind.
  .map((one) => ({ ...one, source: 'operators', reason: 'forbidden' }) as unknown as Reported);
const findings = fc.array(finding, { maxLength: 30 });

const diagnosis: fc.Arbitrary<StoredDiagnosis> = fc
  .record({
    cause: fc.option(slug),
    findings,
    values,
    because,
    states: fc.array(fc.constantFrom('reached', 'not-reached', 'unknown'), {
      minLength: RUNGS.length,
      maxLength: RUNGS.length,
    }),
  })
  .map(({ cause, findings: all, values: v, because: proof, states }) => {
    const of = (kind: string) => all.filter((one) => one.kind === kind);
    const made = {
      target: TARGET,
      at: at(5),
      verdict: cause ? 'broken' : 'inconclusive',
      rootCause: cause && { cause, rung: 'controller', certainty: 'likely', code: cause, values: v, because: proof },
      next: of('cause'),
      consequences: of('observation').map((one) => ({ finding: one })),
      noise: of('observation').map((one) => ({ finding: one })),
      ruledOut: of('ruled-out'),
      notChecked: of('not-checked'),
      observations: of('observation'),
      ladder: RUNGS.map((rung, index) => ({ rung, state: states[index] })),
      byRunbook: [{ runbook: 'rbac', findings: all }],
      // Each list was filtered by the kind that its type names.
    } as unknown as Diagnosis;
    return { id: 'inc-1.d1', incident: 'inc-1', diagnosis: made, refusals: [] };
  });

const plan: fc.Arbitrary<Plan> = fc
  .record({
    text: hostile,
    lines: fc.array(
      fc.record({ object: hostile, path: hostile, before: fc.option(hostile), after: fc.option(hostile) }),
      { maxLength: 40 },
    ),
    values,
  })
  .map(({ text, lines, values: v }) => ({
    ...examplePlan(),
    diff: lines,
    checks: Array.from({ length: 20 }, () => ({ code: text, values: v })),
    untouched: [{ code: text, values: v }],
    manages: [{ kind: text, count: 7 }],
    ownership: [{ manager: 'argocd' as const, name: text, survives: false, object: text }],
  }));

const proposal: fc.Arbitrary<Proposal> = fc
  .record({
    state: fc.constantFrom(...PROPOSAL_STATES),
    plan: fc.option(plan),
    reason: hostile,
    people: fc.integer({ min: 0, max: 60 }),
  })
  .map(({ state, plan: made, reason, people }) =>
    exampleProposal({
      state,
      rule: { ...RULE, users: Array.from({ length: people }, (_, index) => `U0PERSON${index}`), groups: ['S0GROUP'] },
      approvals: [{ by: { team: 'T01', user: 'U0ANN' }, at: at(2), reason, mac: '' }],
      deniedBy: ASKER,
      reason,
      expiresAt: at(100),
      decidedAt: at(3),
      startedAt: at(4),
      finishedAt: at(5),
      outcome: { code: reason, values: {} },
      ...(made && { plan: made, planHash: 'ab'.repeat(32) }),
    }),
  );

const incident: fc.Arbitrary<Incident> = fc
  .record({
    text: hostile,
    status: fc.constantFrom(...INCIDENT_STATUSES),
    cause: fc.option(slug),
    clicks: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ text, status, cause, clicks }) => ({
    id: 'inc-1',
    target: { ...TARGET, cluster: text, name: text },
    status,
    priority: 'P1',
    owner: { kind: 'terminal', name: text },
    requestedBy: ASKER,
    openedAt: at(0),
    closeReason: text,
    channel: 'C01',
    inThread: false,
    diagnoses: [],
    verdict: 'broken',
    proposals: [],
    refusedClicks: clicks,
    blindSince: at(-100),
    ...(cause && { cause }),
  }));

const entry: fc.Arbitrary<AuditEntry> = fc
  .record({
    what: fc.constantFrom(...AUDIT_EVENTS),
    values: fc.dictionary(fc.constantFrom('target', 'reason', 'code', 'object', 'remediation', 'tried', 'do'), hostile),
  })
  .map(({ what, values: v }) => ({
    seq: 7,
    at: at(1),
    prev: '0'.repeat(64),
    hash: 'c'.repeat(64),
    what,
    actor: ASKER,
    cluster: 'prod-1',
    values: v,
  }));

/** Tokens that our own views write: known people, known groups, channels, times, our links. */
const OURS =
  /^<(@U0(ANN|BEN|ASKER|PERSON\d+)|!subteam\^S0GROUP|#C\d+|!date\^\d+\^[^|<>]+\|[^|<>]+|https:\/\/slack\.example\/[^|<>]*\|[^|<>]*)>$/;

function textsOf(block: Block): string[] {
  if (block.type === 'section') return [block.text.text];
  return block.type === 'context' ? block.elements.map((one) => one.text) : [];
}

function check(message: Message): void {
  const texts = [message.text, ...message.blocks.flatMap(textsOf)];
  for (const text of texts) {
    for (const token of text.match(/<[^>]*>?/g) ?? []) expect(token).toMatch(OURS);
    expect(text).not.toMatch(/&(?!(amp|lt|gt);)/);
    expect(text).not.toMatch(/[\ue000\ue001]/);
    expect(text.isWellFormed()).toBe(true);
  }
  expect(message.text.length).toBeGreaterThan(0);
  expect(message.text.length).toBeLessThanOrEqual(LIMITS.text);
  expect(message.blocks.length).toBeLessThanOrEqual(LIMITS.blocks);
  for (const block of message.blocks) {
    if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(LIMITS.sectionText);
    if (block.type === 'context') {
      expect(block.elements.length).toBeGreaterThan(0);
      expect(block.elements.length).toBeLessThanOrEqual(10);
    }
    for (const text of textsOf(block)) expect(text.length).toBeGreaterThan(0);
    if (block.type === 'actions')
      for (const button of block.elements) {
        expect(button.text.text.length).toBeLessThanOrEqual(LIMITS.buttonText);
        expect(button.accessibility_label.length).toBeLessThanOrEqual(75);
        if (button.confirm) expect(button.confirm.text.text.length).toBeLessThanOrEqual(LIMITS.confirmText);
      }
  }
  expect(texts.slice(1).join('').length).toBeLessThanOrEqual(LIMITS.total + 500);
}
const always = <T>(arbitrary: fc.Arbitrary<T>, draw: (value: T) => Message) =>
  fc.assert(
    fc.property(arbitrary, (value) => {
      check(draw(value));
      check(simpler(draw(value)));
    }),
    { numRuns: 100 },
  );

describe('whatever stands in the cluster, a message keeps to Slack’s limits and mentions nobody but whom it means', () => {
  it('incident', () => {
    always(fc.tuple(incident, fc.option(diagnosis), fc.option(proposal)), ([one, stored, open]) =>
      incidentMessage({
        incident: one,
        ...(stored && { diagnosis: stored }),
        ...(open && { proposal: open }),
        cardLink: 'https://slack.example/archives/C1/p1?thread_ts=1.2&cid=C1',
      }),
    );
  });
  it('card', () => {
    always(fc.tuple(proposal, fc.boolean()), ([one, nameApprovers]) =>
      cardMessage({ proposal: one, version: 3, nameApprovers }),
    );
  });
  it('sections and diagnosis', () => {
    always(diagnosis, (stored) => sectionMessage(stored, ['rbac', 'scope']));
    always(diagnosis, diagnosisMessage);
  });
  it('result', () => {
    always(fc.tuple(incident, proposal, diagnosis, diagnosis), ([one, open, before, after]) =>
      resultMessage({ incident: one, proposal: open, before, after }),
    );
  });
  it('audit lines and mentions', () => {
    always(entry, auditMessage);
    always(proposal, mentionMessage);
  });
  it('answers', () => {
    always(fc.tuple(fc.array(incident, { maxLength: 20 }), hostile), ([open, text]) =>
      answerMessage({
        answer: { say: 'incidents', cluster: text, open },
        help: SLACK_HELP,
        links: { 'inc-1': 'https://slack.example/x' },
      }),
    );
    always(hostile, (text) =>
      answerMessage({ answer: { say: 'problem', sentence: `a ${text}` }, help: SLACK_HELP, links: {} }),
    );
    always(fc.array(fc.record({ name: hostile, namespace: hostile }), { maxLength: 40 }), (targets) =>
      answerMessage({
        answer: { say: 'choose-target', targets: targets.map((one) => ({ ...TARGET, ...one })) },
        help: SLACK_HELP,
        links: {},
      }),
    );
    always(hostile, (text) =>
      clickMessage({ say: 'refused', code: text, values: { state: text, user: text, at: text } }),
    );
  });
});

const buttons = (message: Message) =>
  message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

describe('the card', () => {
  it.each(PROPOSAL_STATES)('in state %s has buttons exactly when there is something to decide', (state) => {
    const shown = cardMessage({
      proposal: exampleProposal({ state, plan: examplePlan(), rule: RULE, expiresAt: at(9) }),
      version: 4,
      nameApprovers: true,
    });

    expect(buttons(shown).map((one) => one.text.text)).toEqual(
      state === 'proposed' ? ['Approve', 'Deny'] : state === 'unknown' ? ['Re-check', 'It happened', 'It did not'] : [],
    );
    expect(shown.text).toMatch(/^prod-1: Restart the operator, low risk – /);
  });

  it.each([
    ['proposed', 'What will change', ['Not touched', 'Undo', 'To make it last', 'Preconditions']],
    ['running', 'What will change', ['Not touched', 'Undo', 'To make it last', 'Preconditions']],
    ['succeeded', 'What was changed', ['Undo', 'To make it last']],
    ['unhealthy', 'What was changed', ['Undo', 'To make it last']],
    ['denied', 'What would have changed', []],
    ['expired', 'What would have changed', []],
  ] as const)('%s says “%s”, and beside it only what still matters', (state, title, beside) => {
    const said = [{ code: 'anything', values: {} }];
    const shown = cardMessage({
      proposal: exampleProposal({ state, plan: { ...examplePlan(), checks: said, untouched: said }, rule: RULE }),
      version: 4,
      nameApprovers: true,
    });
    const text = JSON.stringify(shown.blocks);

    expect(text).toContain(title);
    expect(
      ['Not touched', 'Undo', 'To make it last', 'Preconditions'].filter((one) => text.includes(`*${one}:*`)),
    ).toEqual(beside);
  });

  it('asks back before it approves, and says which proposal to somebody who can’t see it', () => {
    const [approve] = buttons(
      cardMessage({
        proposal: exampleProposal({ state: 'proposed', plan: examplePlan(), rule: RULE }),
        version: 4,
        nameApprovers: true,
      }),
    );

    expect(approve?.confirm?.title.text).toBe('Change prod-1?');
    expect(approve?.confirm?.confirm.text).toBe('Restart the operator');
    expect(approve?.accessibility_label).toBe('Approve inc-1.p1: Restart the operator on prod-1');
    expect(approve?.value).toBe('inc-1.p1@4');
  });

  it('shows six lines of a diff and counts the rest', () => {
    const diff = Array.from({ length: 9 }, (_, index) => ({
      object: 'Deployment a/b',
      path: `spec.${index}`,
      before: null,
      after: 'x',
    }));
    const shown = JSON.stringify(
      cardMessage({
        proposal: exampleProposal({ state: 'proposed', plan: { ...examplePlan(), diff } }),
        version: 1,
        nameApprovers: true,
      }),
    );

    expect(shown).toContain('+ spec.3: x');
    expect(shown).not.toContain('spec.4');
    expect(shown).toContain('… and 5 more');
  });

  it('keeps its buttons, however long the plan is', () => {
    const checks = Array.from({ length: 500 }, () => ({ code: 'x'.repeat(400), values: {} }));
    const shown = cardMessage({
      proposal: exampleProposal({ state: 'proposed', plan: { ...examplePlan(), checks } }),
      version: 1,
      nameApprovers: true,
    });

    expect(buttons(shown)).toHaveLength(2);
  });
});

describe('what a button and a form carry', () => {
  it('is read back as it was written, and nothing else is read', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.boolean(), (a, b, version, hasPlan) => {
        const shown = {
          proposal: `inc-${a % 1e9}.p${b % 1e6}`,
          version,
          ...(hasPlan && { planHash: 'a1'.repeat(32) }),
        };

        expect(readButtonValue(buttonValue(shown))).toEqual(shown);
        const form = { decision: 'approve' as const, ...shown, channel: 'C1', ts: '1.2', user: 'U1' };
        expect(readReasonForm(reasonForm(form).private_metadata)).toEqual(form);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readReasonForm(text)).toBeUndefined();
        if (!/^inc-\d+\.p\d+@\d+$/.test(text)) expect(readButtonValue(text)).toBeUndefined();
      }),
    );
  });
});

import type { Values } from '../../diagnosis/types.ts';
import { detailMessages } from '../../remediations/parts/details.ts';
import { allSteps } from '../../remediations/parts/steps.ts';
import type { AuditEvent, EventOf, Incident, Proposal, ProposalEvent, ThreadContent } from '../types.ts';

/** What is written down and told about an event that was applied. */
interface Report {
  readonly audit: readonly { readonly what: AuditEvent; readonly values: Values }[];
  /** `audit` contents hold the index into `audit` above. */
  readonly posts: readonly ThreadContent[];
  /** Whether the card shows it. */
  readonly paint: boolean;
}

/** The audit entry of every event, and which of them are lines in the thread. */
export function report(before: Proposal, next: Proposal, event: ProposalEvent, incident: Incident): Report {
  switch (event.on) {
    case 'prepared':
      return prepared(next, event);
    case 'refused':
      return recorded('voided', { code: event.refusal.code });
    case 'approve':
      return announced('approved', {
        planHash: event.planHash,
        given: next.approvals.length,
        needed: next.rule?.approvals ?? 0,
        ...(event.approval.breakGlass === true && { breakGlass: true }),
        ...reason(event.approval.reason),
      });
    case 'deny':
      return announced('denied', reason(event.reason));
    case 'expire':
      return announced('expired', { state: before.state });
    case 'supersede':
      return recorded('superseded', {});
    case 'enqueued':
      return recorded('queued', {});
    case 'start':
      return announced('started', {
        attempt: event.fence.attempt,
        again: before.state === 'running' || before.state === 'verifying',
      });
    case 'locked':
      // Only the card says it: nothing was decided and nothing was changed.
      return { audit: [], posts: [], paint: before.waitsFor !== next.waitsFor };
    case 'drifted':
      return announced('voided', { ...event.values, code: 'drifted' });
    case 'step-intent':
      // The journal is in the record; the audit says what was changed, not what is about to be.
      return { audit: [], posts: [], paint: false };
    case 'step-done':
      return announced('changed', {
        ...changed(next, event.step),
        ...(event.note === undefined ? {} : { note: event.note }),
      });
    case 'applied':
      return { audit: [], posts: [], paint: true };
    case 'turn-back':
      return turnedBack(event);
    case 'verified':
      return verified(next, event, incident);
    case 'fail':
      return announced('failed', { ...event.values, code: event.code });
    case 'lost':
      return announced('unknown', { ...event.values, code: event.code });
    case 'ask-again':
      return recorded('asked-again', {});
    case 'looked-again':
      return announced('looked-again', { ...event.values, found: event.found, code: event.code });
    case 'resolve-unknown':
      return announced('resolved-unknown', { happened: event.happened, ...reason(event.reason) });
  }
}

function prepared(next: Proposal, { planHash, plan, expiresAt }: EventOf<'prepared'>): Report {
  const { id, remediation, risk } = next;
  return {
    audit: [
      { what: 'prepared', values: { planHash, steps: plan.steps.length } },
      { what: 'proposed', values: { planHash, remediation, risk, until: expiresAt } },
    ],
    posts: [
      ...Array.from({ length: detailMessages(plan) }, (_, part) => ({
        say: 'plan-details' as const,
        proposal: id,
        ...(part > 0 && { part }),
      })),
      { say: 'mention-approvers', proposal: id },
    ],
    paint: true,
  };
}

function turnedBack({ values, diagnosis }: EventOf<'turn-back'>): Report {
  return {
    audit: [{ what: 'turned-back', values: { ...values, diagnosis } }],
    posts: [
      { say: 'note', code: 'not-better', values },
      { say: 'audit', seq: 0 },
    ],
    paint: true,
  };
}

function verified(next: Proposal, event: EventOf<'verified'>, incident: Incident): Report {
  const { diagnosis, healthy, outcome } = event;
  const values = {
    diagnosis,
    healthy,
    ...(outcome && { ...outcome.values, code: outcome.code }),
    ...(next.undoes !== undefined && { undoes: next.undoes }),
  };
  const before = shownBefore(incident, [diagnosis, next.returning?.diagnosis]);
  return {
    audit: [{ what: 'verified', values }],
    posts: [
      { say: 'result', proposal: next.id, before, after: diagnosis },
      { say: 'audit', seq: 0 },
    ],
    paint: true,
  };
}

/** In the audit, and a line in the thread. */
function announced(what: AuditEvent, values: Values): Report {
  return { audit: [{ what, values }], posts: [{ say: 'audit', seq: 0 }], paint: true };
}

/** In the audit; the card alone shows it. */
function recorded(what: AuditEvent, values: Values): Report {
  return { audit: [{ what, values }], posts: [], paint: true };
}

function reason(text: string | undefined): Values {
  return text === undefined ? {} : { reason: text };
}

function changed(proposal: Proposal, step: number): Values {
  const change = proposal.plan && allSteps(proposal.plan)[step];
  if (change === undefined) return { step };
  const { kind, namespace, name, uid } = change.object;
  return {
    step,
    do: change.do,
    object: namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`,
    ...(uid === undefined ? {} : { uid }),
  };
}

/** The diagnosis that was shown when the repair was proposed: the newest but those made after it, the last of which comes first. */
function shownBefore(incident: Incident, after: readonly [string, string | undefined]): string {
  return incident.diagnoses.filter((id) => !after.includes(id)).at(-1) ?? after[0];
}

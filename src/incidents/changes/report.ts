import type { Values } from '../../diagnosis/types.ts';
import { allSteps } from '../../remediations/parts/steps.ts';
import type { AuditEvent, Incident, Proposal, ProposalEvent, ThreadContent } from '../types.ts';

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
      return {
        audit: [
          { what: 'prepared', values: { planHash: event.planHash, steps: event.plan.steps.length } },
          {
            what: 'proposed',
            values: {
              planHash: event.planHash,
              remediation: next.remediation,
              risk: next.risk,
              until: event.expiresAt,
            },
          },
        ],
        posts: [
          { say: 'plan-details', proposal: next.id },
          { say: 'mention-approvers', proposal: next.id },
        ],
        paint: true,
      };
    case 'refused':
      return quiet('voided', { code: event.refusal.code });
    case 'approve':
      return told('approved', {
        planHash: event.planHash,
        given: next.approvals.length,
        needed: next.rule?.approvals ?? 0,
        ...(event.approval.breakGlass === true && { breakGlass: true }),
        ...reason(event.approval.reason),
      });
    case 'deny':
      return told('denied', reason(event.reason));
    case 'expire':
      return told('expired', { state: before.state });
    case 'supersede':
      return quiet('superseded', {});
    case 'enqueued':
      return quiet('queued', {});
    case 'start':
      return told('started', {
        attempt: event.fence.attempt,
        again: before.state === 'running' || before.state === 'verifying',
      });
    case 'locked':
      // Only the card says it: nothing was decided and nothing was changed.
      return { audit: [], posts: [], paint: before.waitsFor !== next.waitsFor };
    case 'drifted':
      return told('voided', { ...event.values, code: 'drifted' });
    case 'step-intent':
      // The journal is in the record; the audit says what was changed, not what is about to be.
      return { audit: [], posts: [], paint: false };
    case 'step-done':
      return told('changed', {
        ...changed(next, event.step),
        ...(event.note === undefined ? {} : { note: event.note }),
      });
    case 'applied':
      return { audit: [], posts: [], paint: true };
    case 'turn-back':
      return {
        audit: [{ what: 'turned-back', values: { ...event.values, diagnosis: event.diagnosis } }],
        posts: [
          { say: 'note', code: 'not-better', values: event.values },
          { say: 'audit', seq: 0 },
        ],
        paint: true,
      };
    case 'verified':
      return {
        audit: [
          {
            what: 'verified',
            values: {
              diagnosis: event.diagnosis,
              healthy: event.healthy,
              ...(event.outcome && { ...event.outcome.values, code: event.outcome.code }),
              ...(next.undoes !== undefined && { undoes: next.undoes }),
            },
          },
        ],
        posts: [
          {
            say: 'result',
            proposal: next.id,
            before: shownBefore(incident, [event.diagnosis, next.returning?.diagnosis]),
            after: event.diagnosis,
          },
          { say: 'audit', seq: 0 },
        ],
        paint: true,
      };
    case 'fail':
      return told('failed', { ...event.values, code: event.code });
    case 'lost':
      return told('unknown', { ...event.values, code: event.code });
    case 'ask-again':
      return quiet('asked-again', {});
    case 'looked-again':
      return told('looked-again', { ...event.values, found: event.found, code: event.code });
    case 'resolve-unknown':
      return told('resolved-unknown', { happened: event.happened, ...reason(event.reason) });
  }
}

function told(what: AuditEvent, values: Values): Report {
  return { audit: [{ what, values }], posts: [{ say: 'audit', seq: 0 }], paint: true };
}

function quiet(what: AuditEvent, values: Values): Report {
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

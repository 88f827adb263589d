import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { RepairId } from '../../remediations/ids.ts';
import type { Risk } from '../../remediations/types.ts';
import { forgettable } from '../history.ts';
import { isFinal } from '../proposal.ts';
import { requesterMac } from '../requester-mac.ts';
import type { Transition } from '../transition/result.ts';
import { transition } from '../transition.ts';
import type {
  Actor,
  AuditDraft,
  Incident,
  OutboxEntry,
  Proposal,
  TargetRecord,
  Transaction,
  Versioned,
} from '../types.ts';
import { withoutProposing } from './diagnosed.ts';
import { addJob, type Change, paintCard, paintIncident, put, targetKey } from './parts.ts';

interface ProposalStart {
  readonly incident: Versioned<Incident>;
  readonly target: Versioned<TargetRecord> | undefined;
  /** The target's live proposal, if it has one: superseded, or a reason to refuse when it is approved or running. */
  readonly older: Versioned<Proposal> | undefined;
  readonly remediation: RepairId;
  readonly cause: CauseSlug;
  readonly risk: Risk;
  readonly by: Actor;
  readonly at: string;
  /** The incident's proposals, oldest first: those that it need not name any more are forgotten. */
  readonly earlier?: readonly Proposal[];
  /** Drifts so far, when it replaces a plan that drifted. */
  readonly drifts?: number;
  /** The chart version that was named. */
  readonly version?: string;
  /** Of an undo: the proposal that it takes back. */
  readonly undoes?: string;
  /** To vouch for who asks; undefined where that is taken from a record which nobody vouches for. Then nobody can approve it. */
  readonly approvalKey: string | undefined;
}

/** A new proposal in `preparing`, its card ("checking…") and its `prepare` job. */
export function startProposal(start: ProposalStart): Change<Proposal> {
  const { incident, target, older, remediation, cause, risk, by, at } = start;
  const superseded = supersede(older, by, at);
  if (!superseded.ok) return superseded;
  const { value } = incident;
  const diagnosis = value.diagnoses.at(-1);
  const id = nextProposalId(value);
  const gone = forgettable(start.earlier ?? []).filter((one) => one !== start.undoes);
  const next: Proposal = {
    id,
    incident: value.id,
    target: value.target,
    remediation,
    cause,
    risk,
    ...(start.undoes !== undefined && { undoes: start.undoes }),
    state: 'preparing',
    requestedBy: by,
    ...(start.approvalKey !== undefined && {
      requesterMac: requesterMac(start.approvalKey, { id, at, requestedBy: by }),
    }),
    createdAt: at,
    ...(diagnosis !== undefined && { diagnosis }),
    approvals: [],
    journal: [],
    drifts: start.drifts ?? 0,
    ...(start.version !== undefined && { version: start.version }),
  };
  const transaction: Transaction = {
    puts: [
      ...superseded.puts,
      put('proposal', next.id, undefined, next),
      put('incident', value.id, incident, {
        ...withoutProposing(value),
        proposals: [...value.proposals.filter((one) => !gone.includes(one)), next.id],
      }),
      put('target', targetKey(value.target), target, { ...target?.value, liveProposal: next.id }),
    ],
    ...(gone.length > 0 && { forget: gone.map((one) => ({ kind: 'proposal', id: one }) as const) }),
    audit: [
      ...superseded.audit,
      {
        what: 'asked',
        actor: by,
        cluster: value.target.cluster,
        incident: value.id,
        proposal: next.id,
        values: {
          remediation,
          risk,
          ...(start.version !== undefined && { version: start.version }),
          ...(start.undoes !== undefined && { undoes: start.undoes }),
        },
      },
    ],
    outbox: [...superseded.outbox, paintIncident(value.id), paintCard(next), addJob('prepare', next.id)],
  };
  return { ok: true, transaction, next };
}

/** Numbers are never given twice, also when old proposals are forgotten. */
function nextProposalId({ id, proposals }: Incident): string {
  const last = proposals.at(-1)?.slice(`${id}.p`.length) ?? '0';
  return `${id}.p${Number(last) + 1}`;
}

type Superseded =
  | (Pick<Transaction, 'puts' | 'audit' | 'outbox'> & { readonly ok: true })
  | Extract<Transition, { ok: false }>;

/** Takes a live proposal back in the same write as what replaces it. */
export function supersede(older: Versioned<Proposal> | undefined, by: Actor, at: string): Superseded {
  if (older === undefined || isFinal(older.value.state)) return { ok: true, puts: [], audit: [], outbox: [] };
  const moved = transition(older.value, { on: 'supersede', at });
  if (!moved.ok) return moved;
  const { id, incident, target } = moved.next;
  const audit: AuditDraft = {
    what: 'superseded',
    actor: by,
    cluster: target.cluster,
    incident,
    proposal: id,
    values: {},
  };
  const outbox: OutboxEntry[] = [paintCard(moved.next)];
  return { ok: true, puts: [put('proposal', id, older, moved.next)], audit: [audit], outbox };
}

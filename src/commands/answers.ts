import type { Diagnosis, Values } from '../diagnosis/types.ts';
import type { Target } from '../evidence/types.ts';
import type { ChainCheck } from '../incidents/audit-chain.ts';
import type { AuditEntry, Incident, PauseRecord, Proposal } from '../incidents/types.ts';
import type { TargetQuery } from '../ports.ts';
import type { RepairId } from '../remediations/ids.ts';
import type { Refusal, Check as Warning } from '../remediations/types.ts';
import type { Check } from './checks.ts';
import type { CommandName } from './definitions.ts';
import type { Fresh } from './investigate.ts';

/** What a command came to. Typed values; `texts/en/answers.ts` has the sentences, Slack and the terminal show them. */
export type Answer =
  /** `elsewhere`: it does not live where the command was given, so the person gets a link. */
  | {
      readonly say: 'incident';
      readonly incident: Incident;
      readonly how: 'opened' | 'continued' | 'reading-already' | 'read-just-now';
      readonly elsewhere: boolean;
      readonly fresh?: Fresh;
    }
  /** The cluster was read again, and the incident's newest diagnosis still holds. */
  | { readonly say: 'same-again'; readonly incident: Incident }
  /** They asked for more than is read for one person. */
  | { readonly say: 'ask-later'; readonly seconds: number }
  | { readonly say: 'choose-target'; readonly targets: readonly Target[] }
  /** `looked`: the namespaces that may be read, where that is not the whole cluster. */
  | {
      readonly say: 'no-target';
      readonly cluster: string;
      readonly query: TargetQuery;
      readonly looked?: readonly string[];
    }
  /** A diagnosis without an incident: the store can't be reached. */
  | { readonly say: 'diagnosed'; readonly diagnosis: Diagnosis; readonly refusals: readonly Refusal[] }
  | { readonly say: 'cluster-unreachable'; readonly cluster: string; readonly detail: string }
  | {
      readonly say: 'incidents';
      readonly cluster: string;
      readonly open: readonly Incident[];
      readonly pause?: PauseRecord;
    }
  | {
      readonly say: 'status';
      readonly incident: Incident;
      readonly proposals: readonly Proposal[];
      readonly pause?: PauseRecord;
    }
  /** `words` stand between the command and the incident. */
  | {
      readonly say: 'which-incident';
      readonly open: readonly Incident[];
      readonly command: CommandName;
      readonly words?: string;
    }
  | { readonly say: 'no-incident'; readonly id?: string }
  /** The worker works the plan out; the card is in the incident's thread. `already`: it was there before. */
  | {
      readonly say: 'preparing';
      readonly incident: Incident;
      readonly remediation: RepairId;
      readonly already: boolean;
      /** What became of the same repair earlier in the incident. */
      readonly before?: readonly Warning[];
    }
  | { readonly say: 'not-offered'; readonly refusal: Refusal; readonly known: readonly string[] }
  | { readonly say: 'closed'; readonly incident: Incident }
  /** It is somebody else's, and the person is no approver: to close it, or to put another card in place of its undecided one. */
  | { readonly say: 'take-first'; readonly incident: Incident; readonly to: 'close' | 'replace' }
  | { readonly say: 'taken'; readonly incident: Incident }
  /** The state machine is against it; `code` as in `incidents/transition.ts`. */
  | { readonly say: 'not-now'; readonly code: string; readonly values: Values }
  | { readonly say: 'paused'; readonly pause: PauseRecord; readonly already: boolean }
  | { readonly say: 'resumed'; readonly already: boolean }
  | { readonly say: 'approvers-only'; readonly command: CommandName }
  | { readonly say: 'incident-channel-only'; readonly command: CommandName; readonly channel: string }
  /** Somebody of another workspace, in a channel that is shared with it. */
  | { readonly say: 'members-only' }
  | { readonly say: 'ask-in'; readonly channels: readonly string[] }
  | { readonly say: 'chain'; readonly check: ChainCheck }
  | { readonly say: 'entries'; readonly entries: readonly AuditEntry[]; readonly more: boolean }
  | { readonly say: 'explained'; readonly title: string; readonly lines: readonly string[] }
  | { readonly say: 'unknown-cause'; readonly word: string; readonly near: readonly string[] }
  | { readonly say: 'help'; readonly about?: CommandName }
  | { readonly say: 'checked'; readonly checks: readonly Check[] }
  | { readonly say: 'store-unavailable' }
  | { readonly say: 'problem'; readonly sentence: string };

/** What somebody may decide on a card: the proposal, or what became of one whose outcome nobody knows. */
export type Decision = 'approve' | 'deny' | 'break-glass' | 'look-again' | 'happened' | 'did-not-happen';

/** What a click came to; everything but `recorded` is told to the person who clicked, and to nobody else. */
export type ClickAnswer =
  /** `waiting`: further approvals are needed. */
  | { readonly say: 'recorded'; readonly decision: Decision; readonly waiting: number }
  /** They may approve their own request with a reason: a form opens. */
  | { readonly say: 'reason-needed'; readonly proposal: string; readonly version: number }
  /** Codes of `incidents/policy.ts`, `incidents/transition.ts` and the ones below. */
  | { readonly say: 'refused'; readonly code: string; readonly values: Values }
  | { readonly say: 'not-recorded' };

import type { FileConfig } from '../../config.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import type { Evidence } from '../../evidence/types.ts';
import type { Actor, Proposal, ProposalState } from '../../incidents/types.ts';
import type { KubeClient } from '../../kubernetes/types.ts';
import type { ClusterPort, Logger } from '../../ports.ts';
import type { Decided } from '../../store/decide.ts';
import type { Store } from '../../store/types.ts';

/** What a job works with. The composition root of the worker fills it in; the clock of decisions is the store's. */
export interface JobPorts {
  /** The one way to the cluster for writes, and for the reads that belong to them. */
  readonly client: KubeClient;
  /** Collects the evidence that plans are made and verified with. */
  readonly cluster: ClusterPort;
  readonly store: Store;
  /** `diagnosis/diagnose.ts` */
  diagnose(evidence: Evidence): Diagnosis;
  readonly file: FileConfig;
  /** Key of the approvals' MAC. */
  readonly approvalKey: string;
  readonly log: Logger;
  /** Resolves after `ms`, or rejects when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborted when the worker stops or has lost the job: no write is begun after that. */
  readonly signal?: AbortSignal;
}

/**
 * How a job ended. `postponed` changed nothing: the job is to be run again after `retryAfterMs` (the kill switch is on, or another repair
 * holds one of the objects). Whatever can't be decided now (Redis or the API server away) is thrown, and running the job again is safe.
 */
export type JobEnd =
  | { readonly end: 'settled'; readonly state: ProposalState }
  | { readonly end: 'postponed'; readonly because: 'paused' | 'locked'; readonly retryAfterMs: number }
  /** There was nothing to do: another attempt owns it, or somebody decided meanwhile. */
  | { readonly end: 'nothing-to-do'; readonly because: string };

/** Who the worker is in the audit trail. */
export const WORKER = { kind: 'system', role: 'worker' } as const satisfies Actor;

export function settled(state: ProposalState): JobEnd {
  return { end: 'settled', state };
}

/** What a job has left behind after an event: somebody may have decided meanwhile, or another attempt. */
export function endOf(decided: Decided<Proposal> | undefined): JobEnd {
  if (decided?.ok) return settled(decided.next.state);
  return nothingToDo(decided && 'refusal' in decided ? decided.refusal.code : 'no-such-proposal');
}

export function nothingToDo(because: string): JobEnd {
  return { end: 'nothing-to-do', because };
}

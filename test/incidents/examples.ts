import type { ProposalReads } from '../../src/incidents/changes.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import type {
  Actor,
  Incident,
  Proposal,
  Put,
  RecordKind,
  Records,
  Rule,
  TargetRecord,
  Transaction,
  Versioned,
} from '../../src/incidents/types.ts';
import type { ClusterIdentity, Plan } from '../../src/remediations/types.ts';

export const TEAM = 'T01';
export const CLUSTER: ClusterIdentity = { name: 'prod-1', uid: 'kube-system-uid', caFingerprint: 'ab:cd' };
export const TARGET = { cluster: 'prod-1', kind: 'Prometheus', namespace: 'monitoring', name: 'main' } as const;
export const BOT: Actor = { kind: 'system', role: 'bot' };
export const WORKER: Actor = { kind: 'system', role: 'worker' };
export const ASKER: Actor = { kind: 'user', team: TEAM, user: 'U0ASKER' };
/** Of the approvals. */
export const KEY = 'k'.repeat(32);

/** An ISO time, some seconds after a fixed beginning. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1, 3, 0, 0) + seconds * 1000).toISOString();
}

export function user(name: string): Extract<Actor, { kind: 'user' }> {
  return { kind: 'user', team: TEAM, user: name };
}

export const RULE: Rule = { users: ['U0ANN', 'U0BEN'], groups: [], approvals: 1, self: 'never', expiresSeconds: 1800 };

export function examplePlan(uids: readonly string[] = ['deployment-uid']): Plan {
  return {
    schema: 'promfix.plan/v1',
    remediation: 'restart-operator',
    cause: 'crd-race-at-start',
    risk: 'low',
    cluster: CLUSTER,
    target: TARGET,
    steps: uids.map((uid) => ({
      do: 'restart',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'monitoring', name: 'operator', uid },
      contentHash: 'c0ffee',
    })),
    diff: [],
    checks: [],
    manages: [],
    untouched: [],
    undo: { kind: 'none', because: { code: 'restart-has-no-undo', values: {} } },
    ownership: [],
    permanent: { code: 'sync-wave', values: {} },
    deadlineSeconds: 300,
    rights: [],
  };
}

export function exampleProposal(change: Partial<Proposal> = {}): Proposal {
  return {
    id: 'inc-1.p1',
    incident: 'inc-1',
    target: TARGET,
    remediation: 'restart-operator',
    cause: 'crd-race-at-start',
    risk: 'low',
    state: 'preparing',
    requestedBy: ASKER,
    createdAt: at(0),
    approvals: [],
    journal: [],
    drifts: 0,
    ...change,
  };
}

/** The value that a transaction writes. */
export function written<K extends RecordKind>(transaction: Transaction, kind: K, id: string): Records[K] {
  const found = transaction.puts.find((put): put is Extract<Put, { kind: K }> => put.kind === kind && put.id === id);
  if (found === undefined) throw new Error(`the transaction does not write ${kind} ${id}`);
  // The kind was compared above.
  return found.value as Records[K];
}

export function first<T>(value: T): Versioned<T> {
  return { value, version: 1 };
}

/** An incident that was just opened, and its target's record. */
export function openedIncident(): { incident: Versioned<Incident>; target: Versioned<TargetRecord> } {
  const transaction = openIncident({
    id: 'inc-1',
    target: TARGET,
    record: undefined,
    by: ASKER,
    at: at(0),
    channel: 'C01',
    approvalKey: 'k'.repeat(32),
  });
  return {
    incident: first(written(transaction, 'incident', 'inc-1')),
    target: first(written(transaction, 'target', targetKey(TARGET))),
  };
}

/** A proposal that was just started in `openedIncident`. */
export function startedProposal(): ProposalReads {
  const { incident, target } = openedIncident();
  const change = startProposal({
    incident,
    target,
    older: undefined,
    remediation: 'restart-operator',
    cause: 'crd-race-at-start',
    risk: 'low',
    by: ASKER,
    at: at(1),
    approvalKey: undefined,
  });
  if (!change.ok) throw new Error(change.refusal.code);
  return {
    proposal: first(change.next),
    incident: { value: written(change.transaction, 'incident', 'inc-1'), version: 2 },
    target: { value: written(change.transaction, 'target', targetKey(TARGET)), version: 2 },
  };
}

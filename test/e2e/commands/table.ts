import type { RepairId } from '../../../src/remediations/ids.ts';
import type { Cluster } from '../../cluster/control-plane/cluster.ts';
import { application } from '../../cluster/scenarios/argo.ts';
import { applyStack } from '../../cluster/scenarios/change.ts';
import { deepInBackOff } from '../repairs/table.ts';

interface PlanCase {
  /** A scenario of the suite, or one of the repairs' own. */
  readonly scenario: string;
  readonly remediation: RepairId;
  /** What is done once the fault shows, before anybody asks. */
  readonly before?: (cluster: Cluster) => Promise<unknown>;
  /** Whether the Prometheus becomes Available by the commands alone: not where Argo CD has to act, and none runs. */
  readonly mends?: false;
  /** A stand-in for Argo CD's controller takes up what is written. */
  readonly argo?: true;
}

async function withoutSelfHeal(cluster: Cluster): Promise<void> {
  await application(cluster);
  const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/kube-prometheus-stack';
  await cluster.api.merge(path, { spec: { syncPolicy: { automated: { prune: false, selfHeal: false } } } });
}

async function mendedInBackOff(cluster: Cluster): Promise<void> {
  await deepInBackOff(cluster);
  await applyStack(cluster);
}

/** Every kind of step, of every repair. */
export const PLANS: readonly PlanCase[] = [
  { scenario: 'F01', remediation: 'restart-operator' },
  { scenario: 'F14', remediation: 'scale-operator-up' },
  { scenario: 'F38', remediation: 'unpause' },
  { scenario: 'F13', remediation: 'fix-controller-id' },
  { scenario: 'F12', remediation: 'add-instance-label' },
  { scenario: 'F30b', remediation: 'set-version' },
  { scenario: 'F39b', remediation: 'relabel-statefulset' },
  { scenario: 'F39', remediation: 'orphan-delete-statefulset' },
  { scenario: 'F41-owned', remediation: 'remove-owned-conflict' },
  { scenario: 'F42-owned', remediation: 'remove-owned-conflict' },
  { scenario: 'F41-first', remediation: 'recreate-resource' },
  { scenario: 'F44', remediation: 'nudge', before: mendedInBackOff },
  { scenario: 'F02', remediation: 'repair-operator-rights' },
  { scenario: 'F04', remediation: 'repair-operator-rights' },
  { scenario: 'F44', remediation: 'repair-operator-rights' },
  { scenario: 'F60', remediation: 'admission-certificate' },
  { scenario: 'F16', remediation: 'admission-certificate' },
  { scenario: 'F22', remediation: 'test-chart-version', before: withoutSelfHeal, mends: false },
  { scenario: 'F05', remediation: 'refresh-application', before: application, mends: false },
  { scenario: 'F05', remediation: 'sync-application', before: withoutSelfHeal, mends: false },
  { scenario: 'F57', remediation: 'terminate-operation', argo: true },
  { scenario: 'F56', remediation: 'server-side-apply', mends: false },
];

/** Scenarios of which the diagnosis's own commands, all of them in this order, bring the Prometheus back. */
export const MENDING: readonly string[] = [
  'F01',
  'F04',
  'F05',
  'F13',
  'F14',
  'F29',
  'F38',
  'F39',
  'F39b',
  'F41',
  'F42',
];

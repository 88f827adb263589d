import type { argocd } from '../../../runbooks/argocd.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const argocdFindings = {
  'argocd-synced': (say) => `Argo CD shows ${say('application')} as Synced and ${say('health')}.`,
  'argocd-out-of-sync': (say, has) =>
    has('resources')
      ? `Argo CD shows ${say('application')} as OutOfSync: ${say('resources')}.`
      : `Argo CD shows ${say('application')} as OutOfSync and names no resource.`,
  'argocd-progressing': (say, has) =>
    has('since')
      ? `Argo CD shows ${say('application')} as Progressing since ${say('since')}.`
      : `Argo CD shows ${say('application')} as Progressing.`,
  'argocd-degraded': (say) => `Argo CD shows ${say('application')} as Degraded.`,
  'argocd-missing': (say) => `Argo CD shows ${say('application')} as Missing.`,
  'argocd-waits-for-health': (say) =>
    `The sync of ${say('application')} waits until ${say('what')} is healthy, since ${say('since')}, without a time limit.`,
  'argocd-waits-for-hook': (say) =>
    `The sync of ${say('application')} waits for the hook ${say('what')}, since ${say('since')}.`,
  'argocd-sync-failed': (say) => `The last sync of ${say('application')} failed: “${say('message')}”.`,
  'argocd-comparison-error': (say) => `Argo CD cannot compare ${say('application')}: ${say('message')}`,
  'agent-mode': (say) =>
    `${say('application')} sets prometheus.agentMode=true: it makes a PrometheusAgent and no Prometheus.`,
  'prometheus-disabled': (say) => `${say('application')} sets prometheus.enabled=false: it makes no Prometheus.`,
  'client-side-apply': (say) =>
    `${say('application')} applied the CRDs client-side, and ${say('count')} of them are too long for that.`,
  'crds-skipped-then-came': (say) =>
    `${say('application')} leaves the CRDs out, and ${say('crd')} came at ${say('crdTime')}, after the operator had started and looked.`,
  'hook-stuck': (say, has) =>
    has('reason')
      ? `The hook Job ${say('job')} does not finish (${say('reason')}), so the admission Secret is never made and the operator cannot start.`
      : `The hook Job ${say('job')} does not finish, so the admission Secret is never made and the operator cannot start.`,
  'self-heal-skips-hooks': (say) =>
    `The admission Secret is gone, and the last ${say('attempts')} syncs of ${say('application')} were self-heals, which skip the hook that makes it.`,
  'ignore-on-install-only': (say) =>
    `${say('application')} sets failurePolicy IgnoreOnInstallOnly with chart ${say('chart')}, whose patch Job refuses it.`,
  'project-forbids': (say) => `The Argo CD project ${say('project')} does not permit a resource: ${say('message')}`,
  'project-permits': (say) => `The Argo CD project ${say('project')} permits every resource of ${say('application')}.`,
  'not-read': () =>
    'Not read: Argo CD Applications. What Argo CD waits for, and whether it would undo a change, was not checked.',
} satisfies FindingTexts<(typeof argocd.codes)[number]>;

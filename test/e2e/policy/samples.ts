import type { DeclaredWrite } from '../../../src/remediations/types.ts';

/** What repairs of the sensitive kinds declare, for the shapes that the repairs of the day may not have. */
export const SAMPLES: readonly DeclaredWrite[] = [
  {
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterroles',
    verb: 'patch',
    fields: ['/rules'],
    limits: [
      {
        limit: 'rules-within',
        path: '/rules',
        rules: [{ apiGroups: ['apps'], resources: ['statefulsets', 'replicasets'], verbs: ['get', 'list', 'watch'] }],
      },
    ],
  },
  {
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterrolebindings',
    verb: 'patch',
    fields: ['/subjects'],
    limits: [{ limit: 'service-accounts-elsewhere', path: '/subjects' }],
  },
  ...(['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const).map((resource) => ({
    group: 'admissionregistration.k8s.io',
    resource,
    verb: 'patch' as const,
    fields: ['/webhooks/*/clientConfig/caBundle'],
  })),
  {
    group: 'argoproj.io',
    resource: 'applications',
    verb: 'patch',
    fields: [
      '/metadata/annotations/argocd.argoproj.io~1refresh',
      '/operation',
      '/spec/source/targetRevision',
      '/spec/syncPolicy/syncOptions',
    ],
    limits: ['manifests', 'source', 'sources'].map((field) => ({
      limit: 'unchanged' as const,
      path: `/operation/sync/${field}`,
    })),
  },
];

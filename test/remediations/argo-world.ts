import type { ApplicationView, Evidence } from '../../src/evidence/types.ts';
import { applicationWith, evidence, meta, OPERATOR, read } from './world.ts';

/** An Application that brings the chart from its repository, as a version test needs it. */
export function chartApplication(change: Partial<ApplicationView> = {}, version = '79.5.0'): ApplicationView {
  const application = applicationWith('Deployment', OPERATOR, 'Synced');
  return {
    ...application,
    sources: [
      {
        repoURL: 'https://prometheus-community.github.io/helm-charts',
        chart: 'kube-prometheus-stack',
        targetRevision: version,
        frameHash: 'frame',
        values: {},
      },
    ],
    destination: { server: 'https://kubernetes.default.svc' },
    windows: [],
    sync: { status: 'Synced', revision: version },
    ...change,
  };
}

/** What is read where such an Application has the operator, and the CRDs are of a release that promfix knows. */
export function argoWorld(application: ApplicationView = chartApplication()): Evidence {
  return evidence({
    applications: read([application]),
    crds: read([{ plural: 'prometheuses', meta: meta('prometheuses'), operatorVersion: '0.86.2' }]),
  });
}

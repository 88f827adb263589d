import type { FindingTexts } from '../finding-text.ts';
import { admissionTlsFindings } from './findings/admission-tls.ts';
import { argocdFindings } from './findings/argocd.ts';
import { chartVersionFindings } from './findings/chart-version.ts';
import { podsFindings } from './findings/pods.ts';
import { statefulsetFindings } from './findings/statefulset.ts';

/** The sentences of every runbook by its id. */
export const findingTexts: Readonly<Record<string, FindingTexts>> = {
  'admission-tls': admissionTlsFindings,
  argocd: argocdFindings,
  'chart-version': chartVersionFindings,
  pods: podsFindings,
  statefulset: statefulsetFindings,
};

import type { RunbookId } from '../../runbooks/ids.ts';
import type { FindingTexts } from '../finding-text.ts';
import { admissionTlsFindings } from './findings/admission-tls.ts';
import { argocdFindings } from './findings/argocd.ts';
import { chartVersionFindings } from './findings/chart-version.ts';
import { crdsFindings } from './findings/crds.ts';
import { diagnosisFindings } from './findings/diagnosis.ts';
import { operatorLogsFindings } from './findings/operator-logs.ts';
import { operatorPodFindings } from './findings/operator-pod.ts';
import { podsFindings } from './findings/pods.ts';
import { rbacFindings } from './findings/rbac.ts';
import { scopeFindings } from './findings/scope.ts';
import { statefulsetFindings } from './findings/statefulset.ts';

/** Any runbook may fail on strange input; that sentence is everybody's. */
const texts = (own: FindingTexts): FindingTexts => ({ ...diagnosisFindings, ...own });

/** The sentences of every runbook by its id. */
export const findingTexts: Readonly<Record<RunbookId, FindingTexts>> = {
  'admission-tls': texts(admissionTlsFindings),
  argocd: texts(argocdFindings),
  'chart-version': texts(chartVersionFindings),
  crds: texts(crdsFindings),
  'operator-logs': texts(operatorLogsFindings),
  'operator-pod': texts(operatorPodFindings),
  pods: texts(podsFindings),
  rbac: texts(rbacFindings),
  scope: texts(scopeFindings),
  statefulset: texts(statefulsetFindings),
};

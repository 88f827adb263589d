import { admissionTls } from './admission-tls.ts';
import { argocd } from './argocd.ts';
import { chartVersion } from './chart-version.ts';
import { crds } from './crds.ts';
import { operatorLogs } from './operator-logs.ts';
import { operatorPodRunbook } from './operator-pod.ts';
import { pods } from './pods.ts';
import { rbac } from './rbac.ts';
import { scope } from './scope.ts';
import { statefulset } from './statefulset.ts';
import type { Runbook } from './types.ts';

/** All runbooks in the order of the thread: the four next steps of the incident document, then the neighbours and the rest of the path. */
export const RUNBOOKS: readonly Runbook[] = [
  operatorLogs,
  rbac,
  statefulset,
  chartVersion,
  admissionTls,
  argocd,
  crds,
  operatorPodRunbook,
  scope,
  pods,
];

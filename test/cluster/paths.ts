import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ETCD, HELM, KUBERNETES, type OperatorVersion } from './versions.ts';

/** The folder `test/cluster`. */
export const HERE = dirname(fileURLToPath(import.meta.url));
/** The root of the project. */
export const PROJECT = dirname(dirname(HERE));

/** Where programs, keys, snapshots and run folders are: `PROMFIX_CLUSTER_HOME`, or a cache in the home directory. */
export const clusterHome = (): string =>
  process.env['PROMFIX_CLUSTER_HOME'] ?? join(homedir(), '.cache', 'promfix', 'cluster');

export type Program =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'
  | 'prometheus-operator'
  | 'helm';

/** Programs that are built together. */
export type Part = 'etcd' | 'kube' | 'operator' | 'helm';

/** The folder of the programs that are built together, named by their version. */
export function programFolder(part: Part, operator: OperatorVersion): string {
  const folders = {
    etcd: `etcd-${ETCD}`,
    kube: `kubernetes-${KUBERNETES}`,
    operator: `prometheus-operator-${operator}`,
    helm: `helm-${HELM}`,
  };
  return join(clusterHome(), 'bin', folders[part]);
}

export function programPath(program: Program, operator: OperatorVersion): string {
  if (program === 'etcd' || program === 'helm') return join(programFolder(program, operator), program);
  if (program === 'prometheus-operator') return join(programFolder('operator', operator), program);
  return join(programFolder('kube', operator), program);
}

/** The CRDs of an operator release, one file, kept beside its program. */
export const crdsPath = (operator: OperatorVersion): string => join(programFolder('operator', operator), 'crds.yaml');

import type { Diagnosis } from '../../diagnosis/types.ts';
import { MONITORING } from '../../evidence/targets.ts';
import type { ApplicationView, Evidence } from '../../evidence/types.ts';
import { holds, nameOf, someNames } from '../../runbooks/argocd/application.ts';
import { named } from '../parts/operator.ts';
import { isAutomated } from '../parts/ownership.ts';
import { type Reason, refuse, unread } from '../parts/refuse.ts';
import type { ObjectRef, Ownership } from '../types.ts';

/** The Application to act on: the one that the cause names, or the only one that has the target or its operator. */
export function applicationFor(evidence: Evidence, { rootCause }: Diagnosis): ApplicationView | Reason {
  const { applications } = evidence;
  if (applications.state === 'unread') return unread('the Applications of Argo CD', applications);
  const all = applications.state === 'read' ? applications.value : [];
  const application = rootCause?.values['application'];
  const candidates = all.filter((one) =>
    application === undefined ? has(evidence, one) : nameOf(one) === application,
  );
  const [only, ...others] = candidates;
  if (!only) return refuse('no-application');
  if (others.length > 0) return refuse('application-unclear', { applications: someNames(candidates.map(nameOf)) });
  return unfit(evidence, only) ?? only;
}

function has(evidence: Evidence, application: ApplicationView): boolean {
  return (
    holds(application, evidence) || application.resources.some((row) => isMissingOperator(evidence.operators, row))
  );
}

/** A row that can only be the operator's, where the cluster has none at all. */
function isMissingOperator(
  operators: Evidence['operators'],
  { kind, name }: ApplicationView['resources'][number],
): boolean {
  const isNone = operators.state === 'absent' || (operators.state === 'read' && operators.value.length === 0);
  return isNone && kind === 'Deployment' && /operator/.test(name);
}

/** What speaks against asking Argo CD for anything at all. */
export function unfit({ cluster }: Evidence, application: ApplicationView): Reason | undefined {
  const { meta, destination } = application;
  const name = nameOf(application);
  if (meta.deleting !== undefined) return refuse('being-deleted', { object: `Application ${name}` });
  if (meta.annotations['argocd.argoproj.io/skip-reconcile'] === 'true')
    return refuse('reconcile-off', { application: name });
  return deploysHere(cluster, destination)
    ? undefined
    : refuse('application-elsewhere', {
        application: name,
        destination: destination.server ?? destination.name ?? 'none',
      });
}

/** The API server's own Service, as a pod reaches it. Argo CD itself spells it `https://kubernetes.default.svc`. */
const IN_CLUSTER = /^https:\/\/kubernetes\.default(\.svc(\.cluster\.local)?)?(:443)?$/;
/** What every machine calls itself: not the machine where Argo CD runs. */
const LOOPBACK = /^https?:\/\/(localhost|127\.|\[::1\])/;

/**
 * Whether an Application deploys to the cluster that it was read from: to the one that Argo CD runs in, or to the very address at which
 * promfix reached it. Argo CD takes a server or a name, never both; any other name is known to Argo CD alone.
 */
export function deploysHere(cluster: Evidence['cluster'], { server, name }: ApplicationView['destination']): boolean {
  if (server === undefined || server === '') return name === 'in-cluster';
  if (name !== undefined && name !== '') return false;
  const address = bare(server);
  if (IN_CLUSTER.test(address)) return true;
  return cluster.state === 'read' && address === bare(cluster.value.server) && !LOOPBACK.test(address);
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}

export function applicationRef({ meta }: ApplicationView): ObjectRef {
  const { name, namespace, uid } = meta;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    ...(namespace !== undefined && { namespace }),
    name,
    uid,
  };
}

/** Whether an operation is asked for or under way. A state that says Running without a request is left over: nobody works on it. */
export function isBusy({ operationRequested }: ApplicationView): boolean {
  return operationRequested;
}

/** Names of the operator's CRDs among its resources that the API server does not have; undefined where the CRDs were not read. */
export function missingCrds({ crds }: Evidence, { resources }: ApplicationView): readonly string[] | undefined {
  if (crds.state !== 'read') return undefined;
  const there = new Set(crds.value.map(({ meta }) => meta.name));
  return resources.filter(isCrd).flatMap(({ name }) => (there.has(name) ? [] : [name]));
}

function isCrd({ kind, name }: ApplicationView['resources'][number]): boolean {
  return kind === 'CustomResourceDefinition' && name.endsWith(`.${MONITORING}`);
}

/**
 * What else a whole sync would bring although somebody keeps this Application from syncing by itself: objects that are out of sync, apart
 * from the operator's kinds and their objects, and from the operator itself where that is what is missing.
 */
export function heldBack({ operators }: Evidence, application: ApplicationView): number {
  if (isAutomated(application)) return 0;
  return application.resources.filter(
    (row) =>
      row.status === 'OutOfSync' &&
      row.requiresPruning !== true &&
      !isCrd(row) &&
      row.group !== MONITORING &&
      !isMissingOperator(operators, row),
  ).length;
}

/** Who would write the Application itself again. Its operation, its status and the refresh stand in nobody's manifest. */
export function applicationOwnership(
  application: ApplicationView,
): readonly (Ownership & { readonly object: string })[] {
  const object = named(applicationRef(application));
  const { parent } = application;
  return parent === undefined
    ? [{ object, manager: 'nobody-known', survives: true }]
    : [{ object, manager: 'argocd', name: parent, survives: true }];
}

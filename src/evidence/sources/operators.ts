import { parseGoFlags } from '../../parse/go-flags.ts';
import { CONTROLLER_ID, watches } from '../flags.ts';
import { boolean, defined } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, notAttempted, project, type Reading } from '../reading.ts';
import type {
  EventView,
  NamespaceView,
  OperatorDeployment,
  OperatorView,
  PodView,
  QuotaView,
  Read,
  ResourceView,
  Target,
  TargetKind,
} from '../types.ts';
import { readBindings } from './bindings.ts';
import { readLogs } from './log.ts';
import { readMetrics } from './metrics.ts';
import { readNetworkPolicies } from './namespace.ts';
import type { Candidate } from './operator-search.ts';
import { readPods } from './pods.ts';
import { readRights } from './reviews.ts';
import type { ReadRole } from './roles.ts';
import { labelsOf, readServices, type ServiceLists } from './services.ts';

/** Operators that are read in full; more than these only count. */
export const MAX_OPERATORS = 3;

/** Reads that several sources share, one per namespace. */
export interface Shared extends ServiceLists {
  namespace(name: string): Promise<Read<NamespaceView>>;
  quotas(namespace: string): Promise<Read<readonly QuotaView[]>>;
  events(namespace: string): Promise<Read<readonly EventView[]>>;
  readonly role: ReadRole;
  /** What else than the target's kind this operator manages, as far as that may be read. */
  otherKinds(deployment: OperatorDeployment): Promise<readonly TargetKind[]>;
}

/** One operator: its pods first, then everything about its process at once. */
export async function readOperator(
  reading: Reading,
  target: Target,
  candidate: Candidate,
  shared: Shared,
  withMetrics: boolean,
): Promise<OperatorView> {
  const { namespace, view: deployment, tls } = candidate;
  const settled = isSettled(deployment);
  const around = Promise.all([
    shared.namespace(namespace),
    shared.quotas(namespace),
    settled && namespace !== target.namespace ? NOT_NEEDED : shared.events(namespace),
    settled ? NOT_NEEDED : readNetworkPolicies(reading, namespace),
  ]);
  const pods = readOperatorPods(reading, candidate);
  const logs = pods.then((read) => readLogs(reading, deployment, read));
  const services = readServicesOf(reading, candidate, shared, pods);
  const rights = readRights(reading, target, deployment, shared.role, shared.otherKinds(deployment));
  const [account, allowed, further, bound, metrics] = await Promise.all([
    readAccount(reading, deployment),
    rights.answers,
    rights.further,
    readBindings(reading, deployment, rights, shared.role),
    withMetrics
      ? services.then((read) => readMetrics(reading, read, tls))
      : notAttempted('reading metrics is switched off'),
  ]);
  const [inNamespace, quotas, events, networkPolicies] = await around;
  const { log, previousLog } = await logs;
  return {
    deployment,
    pods: await pods,
    events: project(events, (all) => all.filter((event) => concerns(event, deployment.meta.name))),
    log,
    previousLog,
    serviceAccount: account,
    rights: allowed,
    furtherRights: further,
    bindings: bound.bindings,
    roles: bound.roles,
    metrics,
    services: await services,
    quotas,
    networkPolicies,
    namespace: inNamespace,
  };
}

/** Events and NetworkPolicies say why a pod is not ready. */
const NOT_NEEDED = notAttempted('all pods of the operator are ready');

/** All pods of a Deployment are there, new and ready. */
function isSettled({ replicas, status }: OperatorDeployment): boolean {
  const { replicas: there, readyReplicas, updatedReplicas } = status;
  return replicas > 0 && [there, readyReplicas, updatedReplicas].every((count) => count === replicas);
}

async function readOperatorPods(
  reading: Reading,
  { namespace, view, pods }: Candidate,
): Promise<Read<readonly PodView[]>> {
  return (await pods) ?? readPods(reading, namespace, view.selector);
}

function readServicesOf(
  reading: Reading,
  candidate: Candidate,
  lists: ServiceLists,
  pods: Promise<Read<readonly PodView[]>>,
): Promise<OperatorView['services']> {
  // Without waiting for the pods: the Deployment's selector holds the labels that a Service selects by, or the pods' labels add them.
  return readServices(
    reading,
    candidate.namespace,
    lists,
    pods.then((read) => labelsOf(read, candidate.view.selector)),
  );
}

/** Events of the Deployment, its ReplicaSets and their pods all begin with the Deployment's name. */
function concerns(event: EventView, name: string): boolean {
  return event.involved.name === name || event.involved.name.startsWith(`${name}-`);
}

async function readAccount(reading: Reading, deployment: OperatorDeployment): Promise<OperatorView['serviceAccount']> {
  const read = await getObject(reading, 'serviceaccounts', {
    namespace: deployment.meta.namespace,
    name: deployment.serviceAccount,
  });
  return project(read, (body) =>
    defined<{ meta: OperatorDeployment['meta']; automountToken?: boolean }>({
      meta: projectMeta(body, reading.redactor),
      automountToken: boolean(body, 'automountServiceAccountToken'),
    }),
  );
}

/** The one responsible for the target first: by controller id, by the namespaces it watches, by where it runs. */
export function byResponsibility<T>(
  operators: readonly T[],
  deploymentOf: (operator: T) => OperatorDeployment,
  target: Target,
  resource: Read<ResourceView>,
): readonly T[] {
  const wanted = resource.state === 'read' ? (resource.value.meta.annotations[CONTROLLER_ID] ?? '') : '';
  const score = (operator: T): number => {
    const deployment = deploymentOf(operator);
    const { args } = deployment.container;
    return (
      (wanted !== '' && parseGoFlags(args).get('controller-id') === wanted ? 8 : 0) +
      (watches(args, target.kind, target.namespace) ? 4 : 0) +
      (deployment.meta.namespace === target.namespace ? 2 : 0) +
      (deployment.replicas > 0 ? 1 : 0)
    );
  };
  return operators
    .map((operator) => ({ operator, score: score(operator) }))
    .sort((a, b) => b.score - a.score)
    .map(({ operator }) => operator);
}

import { flag, watches } from '../flags.ts';
import { boolean, defined } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, made, notAttempted, project, type Reading } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import type {
  EventView,
  NamespaceView,
  OperatorDeployment,
  OperatorView,
  QuotaView,
  Read,
  ResourceView,
  Target,
} from '../types.ts';
import { readBindings } from './bindings.ts';
import { readLogs } from './log.ts';
import { readMetrics } from './metrics.ts';
import { readNetworkPolicies } from './namespace.ts';
import { type ReadDeployment, readDeployment } from './operator-deployment.ts';
import type { Candidate } from './operator-search.ts';
import { readPods } from './pods.ts';
import { readRights } from './rights.ts';
import { labelsOf, readServices, type ServiceLists } from './services.ts';

/** Operators that are read in full; more than these only count. */
export const MAX_OPERATORS = 3;

/** Reads that several sources share, one per namespace. */
export interface Shared extends ServiceLists {
  namespace(name: string): Promise<Read<NamespaceView>>;
  quotas(namespace: string): Promise<Read<readonly QuotaView[]>>;
  events(namespace: string): Promise<Read<readonly EventView[]>>;
}

/** A candidate whose Deployment has been asked for. */
export interface Asked {
  readonly candidate: Candidate;
  readonly deployment: Promise<Read<ReadDeployment>>;
}

export function askDeployments(reading: Reading, candidates: readonly Candidate[], target: Target): readonly Asked[] {
  const near = [...candidates].sort(
    (a, b) => Number(b.namespace === target.namespace) - Number(a.namespace === target.namespace),
  );
  return near
    .slice(0, MAX_OPERATORS)
    .map((candidate) => ({ candidate, deployment: readDeployment(reading, candidate.namespace, candidate.name) }));
}

/** One operator: its Deployment and pods first, then everything about its process at once. */
export async function readOperator(
  reading: Reading,
  target: Target,
  asked: Asked,
  shared: Shared,
  withMetrics: boolean,
): Promise<Read<OperatorView>> {
  const { namespace, selector } = asked.candidate;
  const around = Promise.all([
    shared.namespace(namespace),
    shared.quotas(namespace),
    shared.events(namespace),
    readNetworkPolicies(reading, namespace),
  ]);
  const pods = readPods(reading, namespace, selector);
  const logs = pods.then((read) => readLogs(reading, read));
  const services = readServicesOf(reading, asked.candidate, shared, pods);
  const found = await asked.deployment;
  if (found.state !== 'read') {
    await Promise.all([around, logs, services]);
    return found;
  }
  const { view: deployment, tls } = found.value;
  const rights = readRights(reading, target, deployment);
  const [account, allowed, bound, metrics] = await Promise.all([
    readAccount(reading, deployment),
    rights,
    rights.then((read) => readBindings(reading, deployment, read)),
    withMetrics
      ? services.then((read) => readMetrics(reading, read, tls))
      : notAttempted('reading metrics is switched off'),
  ]);
  const [inNamespace, quotas, events, networkPolicies] = await around;
  const { log, previousLog } = await logs;
  const view: OperatorView = {
    deployment,
    pods: await pods,
    events: project(events, (all) => all.filter((event) => concerns(event, deployment.meta.name))),
    log,
    previousLog,
    serviceAccount: account,
    rights: allowed,
    bindings: bound.bindings,
    roles: bound.roles,
    metrics,
    services: await services,
    quotas,
    networkPolicies,
    namespace: inNamespace,
  };
  return made(reading, view);
}

function readServicesOf(
  reading: Reading,
  candidate: Candidate,
  lists: ServiceLists,
  pods: ReturnType<typeof readPods>,
): Promise<OperatorView['services']> {
  // Without waiting for the pods: the Deployment's selector holds the labels that a Service selects by, or the pods' labels add them.
  return readServices(
    reading,
    candidate.namespace,
    lists,
    pods.then((read) => labelsOf(read, candidate.selector)),
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
  const wanted =
    resource.state === 'read' ? (resource.value.meta.annotations['operator.prometheus.io/controller-id'] ?? '') : '';
  const score = (operator: T): number => {
    const deployment = deploymentOf(operator);
    const { args } = deployment.container;
    return (
      (wanted !== '' && flag(args, '--controller-id') === wanted ? 8 : 0) +
      (watches(args, TARGETS[target.kind].instanceNamespaces, target.namespace) ? 4 : 0) +
      (deployment.meta.namespace === target.namespace ? 2 : 0) +
      (deployment.replicas > 0 ? 1 : 0)
    );
  };
  return operators
    .map((operator) => ({ operator, score: score(operator) }))
    .sort((a, b) => b.score - a.score)
    .map(({ operator }) => operator);
}

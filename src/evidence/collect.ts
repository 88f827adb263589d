import type { KubeClient, KubeError } from '../kubernetes/types.ts';
import { listObjects, made, notAttempted, project, type Reading } from './reading.ts';
import { createRedactor } from './redact.ts';
import { readAdmissionSecret } from './sources/admission-secret.ts';
import { readApplications } from './sources/applications.ts';
import { readCluster } from './sources/cluster.ts';
import { readCrds, readServed } from './sources/crds.ts';
import { readJobs } from './sources/jobs.ts';
import { readEvents, readLimitRanges, readNamespace, readQuotas } from './sources/namespace.ts';
import { type Candidate, type Search, searchOperators } from './sources/operator-search.ts';
import { byResponsibility, MAX_OPERATORS, readOperator, type Shared } from './sources/operators.ts';
import { readOwned } from './sources/owned.ts';
import { readResource } from './sources/resource.ts';
import { otherKinds, readListed, readResources } from './sources/resources.ts';
import { roleReader } from './sources/roles.ts';
import { readJudgedShard } from './sources/shards.ts';
import {
  readClaims,
  readStatefulSet,
  readStorageClasses,
  readTargetPods,
  runsDaemonSet,
} from './sources/stateful-set.ts';
import { readUndecodable } from './sources/undecodable.ts';
import { readWebhooks } from './sources/webhooks.ts';
import type { AdmissionSecretView, Evidence, EvidenceKey, OperatorView, Read, ResourceView, Target } from './types.ts';

interface CollectOptions {
  readonly client: KubeClient;
  readonly now: () => Date;
  /** Milliseconds for everything; what is late is unread. */
  readonly deadlineMs: number;
  /** Milliseconds for one request; 5 s by default. */
  readonly requestMs?: number;
  readonly readMetrics: boolean;
  /** Namespaces that may be read; the whole cluster when there are none. */
  readonly namespaces?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads everything about a target in one pass: sources run at once and wait only for what they need, three requests deep (a fourth where an
 * access review was refused or an object does not decode). Throws only when the API server answered nothing at all.
 */
export async function collect(target: Target, options: CollectOptions): Promise<Evidence> {
  const reading = openReading(options);
  const resources = readResources(reading);
  const within = readListed(reading, resources);
  const shared: Shared = {
    ...shareByNamespace(reading),
    otherKinds: ({ container }) => otherKinds(target.kind, container.args, resources, within),
  };
  const resource = readResource(reading, target);
  const search = searchOperators(reading, target.namespace);
  const found = search.all.then((read) => project(read, ({ candidates }) => candidates.slice(0, MAX_OPERATORS)));
  const operators = readOperators(reading, target, search, resource, shared, options.readMetrics);
  const judged = readJudgedShard(reading, target, resource, readStatefulSet(reading, target, resource));
  const statefulSet = judged.then((one) => one.statefulSet);
  const claims = readClaims(reading, statefulSet);
  const home = search.near.then(async ([near]) => near?.namespace ?? namespaceOf(await found) ?? target.namespace);

  const sources = await settle({
    cluster: readCluster(reading),
    resource,
    resources,
    crds: readCrds(reading),
    served: readServed(reading),
    operators,
    namespace: shared.namespace(target.namespace),
    owned: readOwned(
      reading,
      target,
      {
        kind: target.kind === 'PrometheusAgent' ? resource.then(workloadOf) : 'StatefulSet',
        meta: statefulSet.then((read) => project(read, ({ meta }) => meta)),
        shard: judged.then(({ shards }) => (shards?.state === 'read' ? shards.value.judged : 0)),
      },
      // Where an operator runs beside the target, the Services are listed anyway.
      search.near.then(([near]) => (near === undefined ? undefined : shared.services(target.namespace))),
    ),
    statefulSet,
    pods: readTargetPods(reading, statefulSet),
    claims,
    events: shared.events(target.namespace),
    quotas: shared.quotas(target.namespace),
    // They say what a new pod of the operator counts.
    limitRanges: search.near.then(([near]) =>
      near === undefined
        ? notAttempted('no operator runs beside the target')
        : readLimitRanges(reading, target.namespace),
    ),
    storageClasses: readStorageClasses(reading, resource, statefulSet, claims),
    webhooks: readWebhooks(reading, target.namespace, shared),
    admissionSecret: found.then((read) => readServingSecret(reading, target, read, resource)),
    jobs: home.then((namespace) => readJobs(reading, namespace)),
    applications: readApplications(reading, target, found),
    undecodable: operators.then((read) =>
      readUndecodable(
        reading,
        read.state === 'read'
          ? (read.value[0]?.log ?? notAttempted('no operator was found'))
          : notAttempted('the operator could not be read'),
      ),
    ),
  });
  throwIfUnreachable(sources, reading.failures);
  const [{ shards }, listed] = await Promise.all([judged, within]);
  return {
    target,
    at: reading.clock.latest ?? options.now().toISOString(),
    ...sources,
    ...(shards === undefined ? {} : { shards }),
    ...(listed === undefined ? {} : { listed }),
    hidden: reading.redactor.hidden,
  };
}

export function openReading(options: CollectOptions): Reading {
  const deadline = AbortSignal.timeout(options.deadlineMs);
  return {
    client: options.client,
    namespaces: options.namespaces ?? [],
    signal: options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]),
    now: options.now,
    redactor: createRedactor(),
    requestMs: Math.min(options.requestMs ?? 5_000, options.deadlineMs),
    failures: [],
    clock: {},
  };
}

type Sources = Pick<Evidence, Exclude<EvidenceKey, 'pasted' | 'shards' | 'listed'>>;

/** Waits for all of them; a source that throws against its contract is malformed and not the end of the diagnosis. */
async function settle(promises: { readonly [K in keyof Sources]: Promise<Sources[K]> }): Promise<Sources> {
  const pairs = await Promise.all(
    Object.entries(promises).map(async ([key, promise]) => {
      try {
        return [key, await promise];
      } catch {
        return [key, { state: 'unread', because: 'malformed', detail: 'the source failed' }];
      }
    }),
  );
  // Every key of Sources is there with its own promise's value or an unread, which is a Read of any type.
  return Object.fromEntries(pairs) as Sources;
}

/** One read per namespace and kind, however many sources want it. */
function shareByNamespace(reading: Reading): Omit<Shared, 'otherKinds'> {
  const once = <T>(read: (reading: Reading, namespace: string) => Promise<T>): ((namespace: string) => Promise<T>) => {
    const known = new Map<string, Promise<T>>();
    return (namespace) => {
      const running = known.get(namespace) ?? read(reading, namespace);
      known.set(namespace, running);
      return running;
    };
  };
  return {
    namespace: once(readNamespace),
    quotas: once(readQuotas),
    events: once(readEvents),
    services: once((_, namespace) => listObjects(reading, 'services', { namespace })),
    slices: once((_, namespace) => listObjects(reading, 'endpointslices', { namespace })),
    role: roleReader(reading),
  };
}

/** All operators; those beside the target don't wait until the others are found. */
async function readOperators(
  reading: Reading,
  target: Target,
  search: Search,
  resource: Promise<Read<ResourceView>>,
  shared: Shared,
  withMetrics: boolean,
): Promise<Read<readonly OperatorView[]>> {
  const running = new Map<string, Promise<OperatorView>>();
  const start = (candidate: Candidate): Promise<OperatorView> => {
    const key = `${candidate.namespace}/${candidate.name}`;
    const view = running.get(key) ?? readOperator(reading, target, candidate, shared, withMetrics);
    running.set(key, view);
    return view;
  };
  // Their rights are mostly those of a ClusterRole of the same name, for which no namespace is needed.
  const roles = search.others.then((names) =>
    Promise.all(names.slice(0, MAX_OPERATORS).map((name) => shared.role('ClusterRole', name))),
  );
  const near = search.near.then((candidates) => Promise.all(candidates.slice(0, MAX_OPERATORS).map(start)));
  const all = await search.all;
  if (all.state !== 'read') {
    await Promise.all([near, roles]);
    return all;
  }
  const views = await Promise.all(all.value.candidates.slice(0, MAX_OPERATORS).map(start));
  await roles;
  return made(
    reading,
    byResponsibility(views, (view) => view.deployment, target, await resource),
  );
}

const workloadOf = (resource: Read<ResourceView>) => (runsDaemonSet(resource) ? 'DaemonSet' : 'StatefulSet');

function namespaceOf(found: Read<readonly Candidate[]>): string | undefined {
  return found.state === 'read' ? found.value[0]?.namespace : undefined;
}

/** The serving Secret of the operator that is responsible, found by its Deployment's volumes. */
async function readServingSecret(
  reading: Reading,
  target: Target,
  found: Read<readonly Candidate[]>,
  resource: Promise<Read<ResourceView>>,
): Promise<Read<AdmissionSecretView>> {
  const candidates = found.state === 'read' ? found.value : [];
  const ranked =
    candidates.length > 1 ? byResponsibility(candidates, ({ view }) => view, target, await resource) : candidates;
  const [first] = ranked;
  if (first === undefined) return notAttempted('no operator was read');
  if (first.serving === undefined) return notAttempted('the operator mounts no Secret for its certificate');
  return readAdmissionSecret(reading, first.namespace, first.serving);
}

/** Nothing answered and everything failed alike: that is no diagnosis but a problem of access. */
function throwIfUnreachable(sources: Sources, failures: readonly KubeError[]): void {
  // `owned` is put together from single reads and always counts as read.
  const answered = Object.entries(sources).some(
    ([key, read]) => key !== 'owned' && key !== 'undecodable' && read.state !== 'unread',
  );
  const [first] = failures;
  if (answered || first === undefined) return;
  if (['unavailable', 'tls', 'timeout', 'unauthorized', 'malformed'].includes(first.kind)) throw first;
}

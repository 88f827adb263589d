import { defined, type Json, number, object, objects, sortedBy, string, stringMap } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { type listObjects, project, type Reading } from '../reading.ts';
import type { PodView, Read, ServiceView } from '../types.ts';

/** Services and endpoint slices of a namespace, listed once for all who look at them. */
export interface ServiceLists {
  services(namespace: string): Promise<Listed>;
  slices(namespace: string): Promise<Listed>;
}
export type Listed = Awaited<ReturnType<typeof listObjects>>;

/** The Services of a namespace that select the operator's pods, with the number of their ready endpoints. */
export async function readServices(
  reading: Reading,
  namespace: string,
  lists: ServiceLists,
  labels: Promise<Readonly<Record<string, string>>>,
): Promise<Read<readonly ServiceView[]>> {
  const [services, slices, selector] = await Promise.all([lists.services(namespace), lists.slices(namespace), labels]);
  // A list that was cut would count too few.
  const ready = slices.state === 'read' && !slices.value.rest ? readyEndpoints(slices.value.items) : undefined;
  return project(services, ({ items }) =>
    sortedBy(
      items
        .filter((item) => selects(stringMap(object(item, 'spec', 'selector')), selector))
        .map((item) => projectService(item, reading, ready)),
      (service) => service.meta.name,
    ),
  );
}

/** Number of ready endpoints by Service name. */
export function readyEndpoints(slices: readonly Json[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const slice of slices) {
    const service = string(slice, 'metadata', 'labels', 'kubernetes.io/service-name') ?? '';
    // The API's rule: a condition that is not set counts as ready.
    const ready = objects(slice['endpoints'], 1000).filter(
      (endpoint) => object(endpoint, 'conditions')['ready'] !== false,
    ).length;
    counts.set(service, (counts.get(service) ?? 0) + ready);
  }
  return counts;
}

/** Whether a Service's selector matches pods with these labels. A Service without selector selects nothing. */
function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const terms = Object.entries(selector);
  return terms.length > 0 && terms.every(([key, value]) => labels[key] === value);
}

function projectService(item: Json, reading: Reading, ready: ReadonlyMap<string, number> | undefined): ServiceView {
  const meta = projectMeta(item, reading.redactor);
  return defined<ServiceView>({
    meta,
    ports: objects(object(item, 'spec')['ports'], 50).map((port) => {
      const target = port['targetPort'];
      return defined<ServiceView['ports'][number]>({
        name: string(port, 'name'),
        port: number(port, 'port') ?? 0,
        targetPort: typeof target === 'string' || typeof target === 'number' ? String(target) : undefined,
      });
    }),
    readyEndpoints: ready === undefined ? undefined : (ready.get(meta.name) ?? 0),
  });
}

/** Labels that all pods of the selector have; enough to match a Service against them. */
export function labelsOf(pods: Read<readonly PodView[]>, selector: string): Readonly<Record<string, string>> {
  const terms = selector.split(',').flatMap((term): [string, string][] => {
    const [key, value] = term.split('=');
    return key !== undefined && value !== undefined && /^[\w./-]+$/.test(key) ? [[key, value]] : [];
  });
  const labels = pods.state === 'read' ? (pods.value[0]?.meta.labels ?? {}) : {};
  return { ...labels, ...Object.fromEntries(terms) };
}

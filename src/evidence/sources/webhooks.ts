import { createHash } from 'node:crypto';
import { contentHash } from '../content-hash.ts';
import { defined, isObject, type Json, number, object, objects, sortedBy, string, strings } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, listObjects, made, project, type Reading } from '../reading.ts';
import { MONITORING } from '../targets.ts';
import type { Read, WebhookView } from '../types.ts';
import { type Listed, readyEndpoints, type ServiceLists } from './services.ts';

/** What the operator writes, and what people write for it. A webhook on anything else can't stop a Prometheus. */
const TOUCHED: Readonly<Record<string, ReadonlySet<string>>> = {
  '': new Set(['configmaps', 'secrets', 'services', 'pods', 'persistentvolumeclaims']),
  apps: new Set(['statefulsets', 'deployments', 'replicasets', 'daemonsets']),
};
const MAX_BYTES = 16 * 1024 * 1024;
/** Distinct Services that are looked up. */
const MAX_SERVICES = 6;

type Entry = WebhookView['webhooks'][number];

/** The webhook configurations that can stand between the operator and what it writes. */
export async function readWebhooks(
  reading: Reading,
  home: string,
  lists: ServiceLists,
): Promise<Read<readonly WebhookView[]>> {
  const [mutating, validating] = await Promise.all([
    list(reading, 'MutatingWebhookConfiguration'),
    list(reading, 'ValidatingWebhookConfiguration'),
  ]);
  if (mutating.state !== 'read') return mutating;
  if (validating.state !== 'read') return validating;
  const views = sortedBy([...mutating.value, ...validating.value], (view) => `${view.kind} ${view.meta.name}`);
  // A webhook of the operator's own kinds is its own, as a rule, and the lists of its namespace are read for it.
  const own = views.flatMap(({ webhooks }) => webhooks.filter(isOperators).map(({ service }) => service?.namespace));
  const listed = new Set([home, ...own]);
  const places = backendsOf(views);
  const foreign = places.filter(({ namespace }) => !listed.has(namespace));
  const slices = foreign.length === 0 ? undefined : slicesOf(reading, foreign);
  const backends = await Promise.all(
    places.map(
      async (place): Promise<[string, Backend]> => [
        keyOf(place),
        await (listed.has(place.namespace) ? inLists(lists, place) : readBackend(reading, place, await slices)),
      ],
    ),
  );
  return made(reading, withBackends(views, new Map(backends)));
}

async function list(reading: Reading, kind: WebhookView['kind']): Promise<Read<readonly WebhookView[]>> {
  const resource =
    kind === 'MutatingWebhookConfiguration' ? 'mutatingwebhookconfigurations' : 'validatingwebhookconfigurations';
  const read = await listObjects(reading, resource, {}, { maxBytes: MAX_BYTES });
  return project(read, ({ items }) =>
    items.map((item) => projectConfiguration(item, kind, reading)).filter((view) => view.webhooks.length > 0),
  );
}

function projectConfiguration(item: Json, kind: WebhookView['kind'], reading: Reading): WebhookView {
  const managers = caBundleManagers(item);
  return {
    kind,
    meta: projectMeta(item, reading.redactor),
    // An item of a list does not say what it is.
    contentHash: contentHash({ ...item, apiVersion: 'admissionregistration.k8s.io/v1', kind }),
    webhooks: objects(item['webhooks'], 200)
      .map((webhook) => projectWebhook(webhook, managers))
      .filter(touches),
  };
}

/** Who wrote the caBundle of each webhook: whoever renders it from Git would take a change back. */
function caBundleManagers(item: Json): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const entry of objects(object(item, 'metadata')['managedFields'], 100)) {
    for (const [key, fields] of Object.entries(object(entry, 'fieldsV1', 'f:webhooks'))) {
      const name = /^k:\{"name":"(.*)"\}$/.exec(key)?.[1];
      if (name === undefined || !isObject(fields) || !('f:caBundle' in object(fields, 'f:clientConfig'))) continue;
      const manager = string(entry, 'manager') ?? '';
      found.set(name, [...new Set([...(found.get(name) ?? []), manager])].sort());
    }
  }
  return found;
}

function projectWebhook(webhook: Json, managers: ReadonlyMap<string, readonly string[]>): Entry {
  const client = object(webhook, 'clientConfig');
  const service = object(client, 'service');
  const bundle = Buffer.from(string(client, 'caBundle') ?? '', 'base64');
  const url = string(client, 'url');
  return defined<Entry>({
    name: string(webhook, 'name') ?? '',
    failurePolicy: string(webhook, 'failurePolicy'),
    timeoutSeconds: number(webhook, 'timeoutSeconds'),
    service:
      Object.keys(service).length === 0
        ? undefined
        : defined<NonNullable<Entry['service']>>({
            namespace: string(service, 'namespace') ?? '',
            name: string(service, 'name') ?? '',
            path: string(service, 'path'),
            port: number(service, 'port'),
          }),
    // Query strings of foreign webhooks may carry keys.
    url: url?.split('?')[0]?.replace(/\/\/[^/@]*@/, '//'),
    caBundleBytes: bundle.length,
    caBundleSha256: bundle.length === 0 ? undefined : createHash('sha256').update(bundle).digest('hex'),
    caBundleManagers: managers.get(string(webhook, 'name') ?? ''),
    rules: objects(webhook['rules'], 50).map((rule) => ({
      groups: strings(rule['apiGroups'], 50),
      resources: strings(rule['resources'], 100),
      operations: strings(rule['operations'], 10),
    })),
  });
}

function touches(webhook: Entry): boolean {
  return webhook.rules.some((rule) =>
    rule.groups.some((group) => {
      if (group === MONITORING || group === '*') return group === MONITORING || anyResource(rule.resources);
      const known = TOUCHED[group];
      return (
        known !== undefined &&
        rule.resources.some((resource) => resource.startsWith('*') || known.has(resource.split('/')[0] ?? ''))
      );
    }),
  );
}

function isOperators(webhook: Entry): boolean {
  return webhook.rules.some(({ groups }) => groups.includes(MONITORING));
}

function anyResource(resources: readonly string[]): boolean {
  const all = new Set(Object.values(TOUCHED).flatMap((set) => [...set]));
  return resources.some((resource) => resource.startsWith('*') || all.has(resource.split('/')[0] ?? ''));
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

interface Backend {
  readonly exists: boolean | undefined;
  readonly ready: number | undefined;
}

const keyOf = ({ namespace, name }: Place): string => `${namespace}/${name}`;

/** The distinct Services that are called. */
function backendsOf(views: readonly WebhookView[]): readonly Place[] {
  const services = views.flatMap(({ webhooks }) => webhooks.flatMap(({ service }) => service ?? []));
  return [...new Map(services.map((service) => [keyOf(service), service])).values()].slice(0, MAX_SERVICES);
}

/** Says of each whether its Service exists and has ready endpoints. */
function withBackends(views: readonly WebhookView[], backends: ReadonlyMap<string, Backend>): readonly WebhookView[] {
  return views.map((view) => ({
    ...view,
    webhooks: view.webhooks.map((webhook) => {
      const backend = backends.get(`${webhook.service?.namespace ?? ''}/${webhook.service?.name ?? ''}`);
      return defined<Entry>({ ...webhook, serviceExists: backend?.exists, readyEndpoints: backend?.ready });
    }),
  }));
}

/** In the target's namespace the lists are read anyway. A list that was cut does not say that a Service is missing. */
async function inLists(lists: ServiceLists, place: Place): Promise<Backend> {
  const [services, slices] = await Promise.all([lists.services(place.namespace), lists.slices(place.namespace)]);
  const found =
    services.state === 'read' && services.value.items.some((item) => string(item, 'metadata', 'name') === place.name);
  const whole = services.state === 'read' && !services.value.rest;
  return { exists: found || (whole ? false : undefined), ready: readyOf(slices, place.name) };
}

/** The slices of all these Services in one list; undefined where that tells nothing. */
async function slicesOf(reading: Reading, places: readonly Place[]): Promise<readonly Json[] | undefined> {
  const names = [...new Set(places.map(({ name }) => name))].join(',');
  const query = { labelSelector: `kubernetes.io/service-name in (${names})` };
  const list = await listObjects(reading, 'endpointslices', {}, { query });
  return list.state === 'read' && !list.value.rest ? list.value.items : undefined;
}

/** A Service with slices is there: they go when it goes. One without may be missing, or select no pods, and is asked for. */
async function readBackend(reading: Reading, place: Place, listed: readonly Json[] | undefined): Promise<Backend> {
  const { namespace, name } = place;
  const own = listed?.filter((slice) => string(slice, 'metadata', 'namespace') === namespace);
  const known = own && readyEndpoints(own).get(name);
  if (known !== undefined) return { exists: true, ready: known };
  const [service, ready] = await Promise.all([
    getObject(reading, 'services', { namespace, name }, { metadataOnly: true }),
    own === undefined ? readReady(reading, place) : 0,
  ]);
  return { exists: service.state === 'unread' ? undefined : service.state === 'read', ready };
}

/** Where the slices of all namespaces may not be listed. */
async function readReady(reading: Reading, { namespace, name }: Place): Promise<number | undefined> {
  const query = { labelSelector: `kubernetes.io/service-name=${name}`, limit: 100 };
  return readyOf(await listObjects(reading, 'endpointslices', { namespace }, { query }), name);
}

function readyOf(slices: Listed, name: string): number | undefined {
  if (slices.state !== 'read') return undefined;
  const count = readyEndpoints(slices.value.items).get(name);
  return count ?? (slices.value.rest ? undefined : 0);
}

import { at, type Json, nameOf, number, object, objects, partial, string } from './json.ts';
import { collectionOf, type Kind } from './kinds.ts';
import type { Snapshot } from './snapshot.ts';

type Cell = string | number | boolean | null;
type Printer = (item: Json, now: Date) => readonly Cell[];

/** What stands in a row beside its cells: the query's `includeObject`. */
export type RowObject = 'None' | 'Metadata' | 'Object';

/** A server-side Table with the columns of the real server. A kind without a printer below shows its name and age. */
export function table(
  snapshot: Snapshot,
  kind: Kind,
  items: readonly Json[],
  metadata: Json,
  now: Date,
  include: RowObject = 'Metadata',
): Json {
  const columnDefinitions = snapshot.columns[collectionOf(kind)] ?? DEFAULT_COLUMNS;
  const print = kind.custom ? customPrinter(snapshot, kind) : (PRINTERS[kind.resource] ?? plain);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions,
    rows: items.map((item) => ({
      cells: padded(print(item, now), columnDefinitions.length),
      object: include === 'None' ? null : include === 'Object' ? item : partial(item),
    })),
  };
}

const DEFAULT_COLUMNS: readonly Json[] = [
  { name: 'Name', type: 'string', format: 'name', description: 'Name of the object', priority: 0 },
  { name: 'Created At', type: 'date', format: '', description: 'Time of creation', priority: 0 },
];

function padded(cells: readonly Cell[], length: number): readonly Cell[] {
  return Array.from({ length }, (_, index) => (index in cells ? (cells[index] ?? null) : NONE));
}

const NONE = '<none>';
const list = (values: readonly string[]): string => values.join(',') || NONE;
const count = (item: Json, ...path: readonly string[]): number => number(item, ...path) ?? 0;
const text = (item: Json, ...path: readonly string[]): string => string(item, ...path) ?? '';
const age = (item: Json, now: Date): string => since(string(item, 'metadata', 'creationTimestamp'), now);
const selector = (labels: Json): string =>
  list(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${String(value)}`)
      .sort(),
  );
const containers = (spec: Json): readonly [string, string] => {
  const all = objects(spec['containers']);
  return [all.map((one) => text(one, 'name')).join(','), all.map((one) => text(one, 'image')).join(',')];
};
const dataCount = (item: Json): number =>
  Object.keys(object(item, 'data')).length + Object.keys(object(item, 'binaryData')).length;

/** `46m`, `2d3h`: as kubectl shows ages. */
export function since(iso: string | undefined, now: Date): string {
  if (iso === undefined) return '<unknown>';
  const seconds = Math.floor((now.getTime() - Date.parse(iso)) / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  return two(Math.floor(days / 365), 'y', days % 365, 'd');
}

const two = (a: number, unit: string, b: number, small: string): string =>
  b === 0 ? `${a}${unit}` : `${a}${unit}${b}${small}`;

const plain: Printer = (item, now) => [nameOf(item), age(item, now)];

const PRINTERS: Readonly<Record<string, Printer>> = {
  namespaces: (item, now) => [nameOf(item), text(item, 'status', 'phase'), age(item, now)],
  configmaps: (item, now) => [nameOf(item), dataCount(item), age(item, now)],
  secrets: (item, now) => [nameOf(item), text(item, 'type'), dataCount(item), age(item, now)],
  serviceaccounts: (item, now) => [nameOf(item), objects(item['secrets']).length, age(item, now)],
  pods: printPod,
  services: (item, now) => {
    const spec = object(item, 'spec');
    const ports = objects(spec['ports']).map((port) => {
      const node = number(port, 'nodePort');
      return `${count(port, 'port')}${node === undefined ? '' : `:${node}`}/${text(port, 'protocol')}`;
    });
    const ip = text(spec, 'clusterIP') || NONE;
    return [
      nameOf(item),
      text(spec, 'type'),
      ip,
      NONE,
      list(ports),
      age(item, now),
      selector(object(spec, 'selector')),
    ];
  },
  deployments: (item, now) => {
    const spec = object(item, 'spec');
    const [names, images] = containers(object(spec, 'template', 'spec'));
    return [
      nameOf(item),
      `${count(item, 'status', 'readyReplicas')}/${count(spec, 'replicas')}`,
      count(item, 'status', 'updatedReplicas'),
      count(item, 'status', 'availableReplicas'),
      age(item, now),
      names,
      images,
      selector(object(spec, 'selector', 'matchLabels')),
    ];
  },
  statefulsets: (item, now) => {
    const [names, images] = containers(object(item, 'spec', 'template', 'spec'));
    const ready = `${count(item, 'status', 'readyReplicas')}/${count(item, 'spec', 'replicas')}`;
    return [nameOf(item), ready, age(item, now), names, images];
  },
  replicasets: (item, now) => {
    const [names, images] = containers(object(item, 'spec', 'template', 'spec'));
    return [
      nameOf(item),
      count(item, 'spec', 'replicas'),
      count(item, 'status', 'replicas'),
      count(item, 'status', 'readyReplicas'),
      age(item, now),
      names,
      images,
      selector(object(item, 'spec', 'selector', 'matchLabels')),
    ];
  },
  jobs: (item, now) => {
    const [names, images] = containers(object(item, 'spec', 'template', 'spec'));
    const conditions = objects(object(item, 'status')['conditions']).filter((one) => one['status'] === 'True');
    const state = conditions.find((one) => one['type'] === 'Complete' || one['type'] === 'Failed');
    const from = string(item, 'status', 'startTime');
    const end = string(item, 'status', 'completionTime');
    return [
      nameOf(item),
      state === undefined ? 'Running' : text(state, 'type'),
      `${count(item, 'status', 'succeeded')}/${number(item, 'spec', 'completions') ?? 1}`,
      from === undefined ? '' : since(from, end === undefined ? now : new Date(end)),
      age(item, now),
      names,
      images,
      selector(object(item, 'spec', 'selector', 'matchLabels')),
    ];
  },
  events: (item, now) => {
    const { kind = '', name = '', fieldPath = '' } = object(item, 'involvedObject');
    const first = string(item, 'firstTimestamp') ?? string(item, 'eventTime');
    const series = string(item, 'series', 'lastObservedTime');
    const component = text(item, 'source', 'component') || text(item, 'reportingComponent');
    const host = text(item, 'source', 'host') || text(item, 'reportingInstance');
    return [
      since(series ?? string(item, 'lastTimestamp') ?? first, now),
      text(item, 'type'),
      text(item, 'reason'),
      `${String(kind).toLowerCase()}/${String(name)}`,
      String(fieldPath),
      [component, host].filter((part) => part !== '').join(', '),
      text(item, 'message').trim(),
      since(first, now),
      (series === undefined ? count(item, 'count') : count(item, 'series', 'count')) || 1,
      nameOf(item),
    ];
  },
  nodes: (item, now) => {
    const info = object(item, 'status', 'nodeInfo');
    const ready = objects(object(item, 'status')['conditions']).find((one) => one['type'] === 'Ready');
    const address = objects(object(item, 'status')['addresses']).find((one) => one['type'] === 'InternalIP');
    return [
      nameOf(item),
      ready?.['status'] === 'True' ? 'Ready' : 'NotReady',
      NONE,
      age(item, now),
      text(info, 'kubeletVersion'),
      address === undefined ? NONE : text(address, 'address'),
      NONE,
      text(info, 'osImage') || '<unknown>',
      text(info, 'kernelVersion') || '<unknown>',
      text(info, 'containerRuntimeVersion') || '<unknown>',
    ];
  },
  persistentvolumeclaims: (item, now) => [
    nameOf(item),
    text(item, 'status', 'phase'),
    text(item, 'spec', 'volumeName'),
    text(item, 'status', 'capacity', 'storage'),
    ACCESS(item),
    text(item, 'spec', 'storageClassName'),
    text(item, 'spec', 'volumeAttributesClassName') || '<unset>',
    age(item, now),
    text(item, 'spec', 'volumeMode'),
  ],
  endpointslices: (item, now) => {
    const ports = objects(item['ports']).map((port) => String(count(port, 'port')));
    const addresses = objects(item['endpoints']).flatMap((one) =>
      Array.isArray(one['addresses']) ? one['addresses'] : [],
    );
    return [
      nameOf(item),
      text(item, 'addressType'),
      list(ports).replace(NONE, '<unset>'),
      list(addresses.map(String)).replace(NONE, '<unset>'),
      age(item, now),
    ];
  },
  controllerrevisions: (item, now) => {
    const owner = objects(object(item, 'metadata')['ownerReferences']).find((one) => one['controller'] === true);
    const name = owner === undefined ? NONE : `${text(owner, 'kind').toLowerCase()}.apps/${text(owner, 'name')}`;
    return [nameOf(item), name, count(item, 'revision'), age(item, now)];
  },
  clusterroles: (item) => [nameOf(item), string(item, 'metadata', 'creationTimestamp') ?? ''],
  roles: (item) => [nameOf(item), string(item, 'metadata', 'creationTimestamp') ?? ''],
  customresourcedefinitions: (item) => [nameOf(item), string(item, 'metadata', 'creationTimestamp') ?? ''],
  mutatingwebhookconfigurations: (item, now) => [nameOf(item), objects(item['webhooks']).length, age(item, now)],
  validatingwebhookconfigurations: (item, now) => [nameOf(item), objects(item['webhooks']).length, age(item, now)],
};

function ACCESS(item: Json): string {
  const modes: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX' };
  const from = object(item, 'status')['accessModes'] ?? [];
  return Array.isArray(from) ? from.map((mode) => modes[String(mode)] ?? String(mode)).join(',') : '';
}

/** Status, readiness and restarts as the server sums them up from the containers. */
function printPod(item: Json, now: Date): readonly Cell[] {
  const status = object(item, 'status');
  const all = objects(status['containerStatuses']);
  const init = objects(status['initContainerStatuses']);
  const total = objects(object(item, 'spec')['containers']).length;
  const ready = all.filter((one) => one['ready'] === true).length;
  const restarts = [...all, ...init].reduce((sum, one) => sum + count(one, 'restartCount'), 0);
  const last = all
    .flatMap((one) => string(one, 'lastState', 'terminated', 'finishedAt') ?? [])
    .sort()
    .at(-1);
  return [
    nameOf(item),
    `${ready}/${total}`,
    podState(item, all, init),
    restarts > 0 && last !== undefined ? `${restarts} (${since(last, now)} ago)` : String(restarts),
    age(item, now),
    text(status, 'podIP') || NONE,
    text(item, 'spec', 'nodeName') || NONE,
    text(status, 'nominatedNodeName') || NONE,
    NONE,
  ];
}

function podState(item: Json, all: readonly Json[], init: readonly Json[]): string {
  if (at(item, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  const waitingInit = init.findIndex((one) => number(one, 'state', 'terminated', 'exitCode') !== 0);
  if (waitingInit >= 0) return `Init:${waitingInit}/${init.length}`;
  const reasons = all.map(
    (one) => string(one, 'state', 'waiting', 'reason') ?? string(one, 'state', 'terminated', 'reason'),
  );
  const phase = text(item, 'status', 'reason') || text(item, 'status', 'phase');
  const found = reasons.reverse().find((reason) => reason !== undefined);
  return found === 'Completed' && all.some((one) => one['ready'] === true) ? phase : (found ?? phase);
}

/** By the CRD's additional columns; their paths are simple ones, or pick a condition by its type. */
function customPrinter(snapshot: Snapshot, { group, resource, version }: Kind): Printer {
  const crd = Object.values(snapshot.objects)
    .flat()
    .find((item) => nameOf(item) === `${resource}.${group}` && item['kind'] === 'CustomResourceDefinition');
  const columns = objects(
    objects(object(crd, 'spec')['versions']).find((one) => one['name'] === version)?.['additionalPrinterColumns'],
  );
  if (columns.length === 0) return plain;
  return (item, now) => [
    nameOf(item),
    ...columns.map((column): Cell => {
      const value = jsonPath(item, text(column, 'jsonPath'));
      if (value === undefined) return null;
      return column['type'] === 'date' ? since(String(value), now) : value;
    }),
  ];
}

function jsonPath(item: Json, path: string): Cell | undefined {
  let here: unknown = item;
  for (const [, field, type] of path.matchAll(/\.([\w-]+)|\[\?\(@\.type\s*==\s*['"](\w+)['"]\)\]/g)) {
    here =
      type === undefined
        ? at(here, field ?? '')
        : Array.isArray(here)
          ? here.find((one) => at(one, 'type') === type)
          : undefined;
  }
  return typeof here === 'string' || typeof here === 'number' || typeof here === 'boolean' ? here : undefined;
}

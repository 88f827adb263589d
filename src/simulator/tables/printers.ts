import { at, type Json, nameOf, number, object, objects, string } from '../json.ts';
import { since } from './ages.ts';
import { age, type Cell, NONE, type Printer } from './printer.ts';

const list = (values: readonly string[]): string => values.join(',') || NONE;
const count = (item: Json, ...path: readonly string[]): number => number(item, ...path) ?? 0;
const text = (item: Json, ...path: readonly string[]): string => string(item, ...path) ?? '';
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

/** By resource. */
export const PRINTERS: Readonly<Record<string, Printer>> = {
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

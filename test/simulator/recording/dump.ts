import { NS, OPERATOR } from '../../cluster/names.ts';
import type { RawClient } from './raw.ts';

/** All API objects and everything else that promfix or kubectl may ask for, as the server tells it at one moment. */
export interface Dump {
  /** The server's clock. */
  readonly at: string;
  /** By the path of the collection. */
  readonly objects: Readonly<Record<string, readonly Item[]>>;
  /** By path: `/version`, `/api`, `/apis/apps/v1`, … */
  readonly discovery: Readonly<Record<string, unknown>>;
  /** Tables by the path of the collection. */
  readonly tables: Readonly<Record<string, unknown>>;
  /** Logs with timestamps, by `namespace/pod/container`; the text of the refusal where the server refuses. */
  readonly logs: Readonly<Record<string, DumpedLog>>;
  /** Answers of the Service proxy, by path. */
  readonly proxies: Readonly<Record<string, { readonly status: number; readonly text: string }>>;
}

interface DumpedLog {
  readonly current: { readonly status: number; readonly text: string };
  readonly previous: { readonly status: number; readonly text: string };
}

interface Item {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string } & Record<
    string,
    unknown
  >;
  readonly [field: string]: unknown;
}

/** What changes all the time and nobody asks for, or what is the same object under a second name. */
const LEFT_OUT =
  /^(leases|componentstatuses|bindings|podtemplates|replicationcontrollers|endpoints|flowschemas|prioritylevelconfigurations|ipaddresses|servicecidrs|csinodes|csidrivers|csistoragecapacities|volumeattachments|volumeattributesclasses|certificatesigningrequests|horizontalpodautoscalers|apiservices|runtimeclasses|ingresses|ingressclasses|deviceclasses|resourceclaims|resourceclaimtemplates|resourceslices)$/;
const SECOND_NAME = /^\/apis\/(events\.k8s\.io|autoscaling)\//;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}

export async function dump(client: RawClient): Promise<Dump> {
  let at = '';
  const json = async <T>(path: string, accept?: string): Promise<T> => {
    const answer = await client.send({ method: 'GET', path, ...(accept !== undefined && { accept }) });
    at = new Date(answer.headers['date'] ?? 0).toISOString();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
    return JSON.parse(answer.text) as T; // the caller names what the API promises
  };
  const discovery: Record<string, unknown> = {};
  const discover = async <T>(path: string): Promise<T> => {
    const body = await json<T>(path);
    discovery[path] = body;
    return body;
  };
  await discover('/version');
  await discover('/api');
  const { groups } = await discover<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis');
  const bases = [
    '/api/v1',
    ...groups.flatMap((group) => group.versions.map((version) => `/apis/${version.groupVersion}`)),
  ];
  const objects: Record<string, readonly Item[]> = {};
  const tables: Record<string, unknown> = {};
  for (const base of bases) {
    const { resources } = await discover<ResourceList>(base);
    if (SECOND_NAME.test(`${base}/`)) continue;
    const listed = resources.filter(({ name, verbs }) => verbs.includes('list') && !LEFT_OUT.test(name));
    await Promise.all(
      listed.map(async ({ name, kind }) => {
        const path = `${base}/${name}`;
        const { items = [] } = await json<{ items?: Item[] }>(path);
        objects[path] = items.map((item) => ({ ...item, apiVersion: base.replace(/^\/apis?\//, ''), kind }));
        tables[path] = await json(path, TABLE);
      }),
    );
  }
  return { at, objects, discovery, tables, logs: await logsOf(client, objects), proxies: await proxiesOf(client) };
}

interface PodLike {
  readonly spec?: { readonly containers?: readonly { readonly name: string }[] };
}

async function logsOf(client: RawClient, objects: Dump['objects']): Promise<Dump['logs']> {
  const logs: Record<string, DumpedLog> = {};
  for (const pod of objects['/api/v1/pods'] ?? []) {
    // An API object of kind Pod has this shape.
    const { spec } = pod as PodLike & Item;
    for (const { name } of spec?.containers ?? []) {
      const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/log?container=${name}&timestamps=true`;
      const [current, previous] = await Promise.all(
        ['', '&previous=true'].map((more) => client.send({ method: 'GET', path: `${path}${more}`, accept: '*/*' })),
      );
      if (!current || !previous) continue;
      logs[`${pod.metadata.namespace}/${pod.metadata.name}/${name}`] = {
        current: { status: current.status, text: current.text },
        previous: { status: previous.status, text: previous.text },
      };
    }
  }
  return logs;
}

async function proxiesOf(client: RawClient): Promise<Dump['proxies']> {
  const proxies: Record<string, { status: number; text: string }> = {};
  for (const name of [`https:${OPERATOR}:https`, `http:${OPERATOR}:http`]) {
    const path = `/api/v1/namespaces/${NS}/services/${name}/proxy/metrics`;
    const { status, text } = await client.send({ method: 'GET', path, accept: 'text/plain' });
    proxies[path] = { status, text };
  }
  return proxies;
}

/** What did not stay the same between two dumps: evidence that was read in between belongs to both only when nothing is named. */
export function changedBetween(a: Dump, b: Dump): string[] {
  const before = parts(a);
  const after = parts(b);
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}

function parts({ objects, logs }: Dump): Map<string, string> {
  const all = new Map<string, string>();
  for (const [path, items] of Object.entries(objects)) {
    if (path.endsWith('/nodes')) continue;
    for (const item of items)
      all.set(`${path}/${item.metadata.namespace ?? ''}/${item.metadata.name}`, JSON.stringify(item));
  }
  for (const [key, log] of Object.entries(logs)) all.set(`log ${key}`, JSON.stringify(log));
  return all;
}

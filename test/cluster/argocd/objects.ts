import { type Api, ApiError, statusOf } from '../control-plane/api.ts';
import type { Cluster } from '../control-plane/cluster.ts';
import { MANAGER, type Row } from '../scenarios/argo.ts';
import { until } from '../wait.ts';
import { isCrd, type Json, type Manifest } from './manifest.ts';

interface ResourceList {
  readonly resources: readonly { readonly kind: string; readonly name: string; readonly namespaced: boolean }[];
}

/** What became of one object: Argo CD's words. */
export interface Applied {
  readonly row: Row;
  readonly error?: string;
  readonly message: string;
}

/** The live objects of manifests. Kinds are found by discovery, as they may come with the very sync that uses them. */
export class Objects {
  readonly #cluster: Cluster;
  readonly #paths = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get #api(): Api {
    return this.#cluster.api;
  }

  /** Undefined when the API server does not serve the kind. */
  async path({ group, version, kind, namespace, name }: Row): Promise<string | undefined> {
    const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const known = this.#paths.get(`${base} ${kind}`) ?? (await this.#discover(base, kind));
    if (known === undefined) return undefined;
    return known.replace('NAMESPACE', namespace ?? 'default').replace('NAME', name);
  }

  async #discover(base: string, kind: string): Promise<string | undefined> {
    const list = await this.#api.maybe<ResourceList>(base);
    const found = list?.resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!found) return undefined;
    const path = `${base}${found.namespaced ? '/namespaces/NAMESPACE' : ''}/${found.name}/NAME`;
    // A kind of a CRD can go again; one that is built in can't.
    if (!base.includes('monitoring.coreos.com')) this.#paths.set(`${base} ${kind}`, path);
    return path;
  }

  async read(row: Row): Promise<Json | undefined> {
    const path = await this.path(row);
    return path === undefined ? undefined : this.#api.maybe<Json>(path);
  }

  async remove(row: Row): Promise<void> {
    const path = await this.path(row);
    if (path === undefined || (await this.#api.maybe(path)) === undefined) return;
    await this.#api.del(path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' });
    await until(`${row.kind} ${row.name} is gone`, async () => (await this.#api.maybe(path)) === undefined);
  }

  /** Applies the CRDs, waits until they are served, then applies the rest. */
  async apply(manifests: readonly Manifest[], serverSide: boolean): Promise<readonly Applied[]> {
    const crds = manifests.filter(isCrd);
    const rest = manifests.filter((one) => !isCrd(one));
    const first = await this.#applied(crds, serverSide);
    const arrived = first.filter(({ error }) => error === undefined);
    if (arrived.length > 0) await this.#cluster.established();
    return [...first, ...(await this.#applied(rest, serverSide))];
  }

  async #applied(manifests: readonly Manifest[], serverSide: boolean): Promise<readonly Applied[]> {
    if (manifests.length === 0) return [];
    if (!serverSide) return this.#clientSide(manifests);
    const done: Applied[] = [];
    for (const { row, text } of manifests) done.push(await this.#serverSide(row, text));
    return done;
  }

  async #serverSide(row: Row, text: string): Promise<Applied> {
    const path = await this.path(row);
    if (path === undefined) return { row, error: notServed(row), message: notServed(row) };
    try {
      await this.#api.apply(path, text, MANAGER);
      return { row, message: `${titled(row)} serverside-applied` };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const message = error.message.replace(/^\d+ /, '');
      return { row, error: message, message };
    }
  }

  /** The real kubectl: the annotation that is too long for the long CRDs is its own. */
  async #clientSide(manifests: readonly Manifest[]): Promise<readonly Applied[]> {
    const input = manifests.map(({ text }) => text).join('\n---\n');
    const complaint = await this.#cluster.k('apply', `--field-manager=${MANAGER}`, '-f', '-', { input }).then(
      () => '',
      (error: unknown) => String(error),
    );
    return manifests.map(({ row }) => {
      const line = complaint.split('\n').find((one) => one.includes(`"${row.name}"`) && one.includes(row.kind));
      return line === undefined
        ? { row, message: `${titled(row)} configured` }
        : { row, error: line.trim(), message: line.trim() };
    });
  }

  /** Whether an object is as its manifest wants it. What a comparison of the fields says to differ is asked of the API server. */
  async isAsWanted({ row, text, object }: Manifest, live: Json | undefined): Promise<boolean> {
    if (live === undefined) return false;
    if (object === undefined || isWithin(object, live)) return true;
    const path = await this.path(row);
    if (path === undefined) return false;
    try {
      const stored = await this.#api.apply<Json>(path, text, MANAGER, true);
      return JSON.stringify(content(stored)) === JSON.stringify(content(live));
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
      return false;
    }
  }
}

export const notServed = ({ group, kind, namespace, name }: Row): string =>
  `The Kubernetes API could not find ${group}/${kind} for requested resource ${namespace ?? ''}/${name}. Make sure the "${kind}" CRD is installed on the destination cluster.`;

const titled = ({ group, kind, name }: Row): string => `${kind.toLowerCase()}${group && `.${group}`}/${name}`;

function content({ metadata, status: _status, ...rest }: Json): unknown {
  const { labels, annotations } = metadata as Json; // every object has metadata
  return { ...rest, labels, annotations };
}

/** Whether everything that a manifest says stands in the live object. */
function isWithin(wanted: unknown, live: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) && wanted.length === live.length && wanted.every((one, index) => isWithin(one, live[index]))
    );
  if (typeof wanted !== 'object' || wanted === null) return Object.is(wanted, live);
  if (typeof live !== 'object' || live === null) return false;
  const fields = new Map(Object.entries(live));
  return Object.entries(wanted).every(([key, value]) => isWithin(value, fields.get(key)));
}

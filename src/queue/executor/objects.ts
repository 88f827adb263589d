import { contentHash, versionHash } from '../../evidence/content-hash.ts';
import { type Json, string } from '../../evidence/json.ts';
import { TARGETS } from '../../evidence/targets.ts';
import { type Right, TARGET_KINDS } from '../../evidence/types.ts';
import { apiVersionOf, METADATA, type Resource, resourcePath } from '../../kubernetes/paths.ts';
import { type KubeClient, KubeError, type KubeRequest } from '../../kubernetes/types.ts';
import { placeOf } from '../../remediations/parts/object-ref.ts';
import type { ObjectRef, Step } from '../../remediations/types.ts';
import { frameOf } from './chart-version.ts';

/** The kinds that steps may name. Anything else is refused. */
const RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
  ['ConfigMap', 'configmaps'],
  ['Secret', 'secrets'],
  ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'],
  ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'],
  ['ClusterRole', 'clusterroles'],
  ['Role', 'roles'],
  ['ClusterRoleBinding', 'clusterrolebindings'],
  ['RoleBinding', 'rolebindings'],
  ['Application', 'applications'],
  ...TARGET_KINDS.map((kind) => [kind, TARGETS[kind].plural] as const),
]);

/** The resource of an object; undefined for a kind, or an API version of it, that no step may name. */
export function resourceOf({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): Resource | undefined {
  const resource = RESOURCES.get(kind);
  return resource !== undefined && apiVersionOf(resource) === apiVersion ? resource : undefined;
}

/** Where a right on this object holds. */
export function rightOn(object: ObjectRef): Omit<Right, 'verb'> {
  return placeOf(object, resourceOf(object) ?? object.kind);
}

export function pathOf(object: ObjectRef): string | undefined {
  const resource = resourceOf(object);
  return resource && resourcePath(resource, { namespace: object.namespace, name: object.name });
}

/** Contents of these kinds are nobody's business: only their metadata is read, and the version stands for the rest. */
export function isOpaque({ kind }: ObjectRef): boolean {
  return kind === 'Secret' || kind === 'ConfigMap';
}

/** The read before a write. */
export function readOf(object: ObjectRef, path: string): KubeRequest {
  return { method: 'GET', path, ...(isOpaque(object) && { accept: METADATA }) };
}

/** The hash of an object just read, comparable with the step's. */
export function hashOf(object: ObjectRef, body: Json): string {
  return isOpaque(object) ? versionHash(body) : contentHash(body);
}

/** The hash of an object just read, as the step that is about it was planned with. */
export function hashFor(step: Step, body: Json): string {
  return step.do === 'set-chart-version' ? frameOf(step, body) : hashOf(step.object, body);
}

/** What the API server said the object is at, just before the write. */
export interface Version {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** An object as it stands, with what a write of it has to name. */
export interface Standing extends Version {
  readonly body: Json;
}

/** Reads an object; undefined where the API server says that there is none. Throws KubeError for what can't be read. */
export async function readNow(
  object: ObjectRef,
  path: string,
  client: KubeClient,
  signal?: AbortSignal,
): Promise<Standing | undefined> {
  try {
    const { body } = await client.json({ ...readOf(object, path), ...(signal && { signal }) });
    const uid = string(body, 'metadata', 'uid');
    const resourceVersion = string(body, 'metadata', 'resourceVersion');
    if (uid === undefined || resourceVersion === undefined)
      throw new KubeError('malformed', 'the answer is no Kubernetes object');
    return { body, uid, resourceVersion };
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

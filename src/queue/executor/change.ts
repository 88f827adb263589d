import { contentHash, versionHash } from '../../evidence/content-hash.ts';
import { at, object, string } from '../../evidence/json.ts';
import type { Right } from '../../evidence/types.ts';
import { METADATA, type Resource, resourcePath } from '../../kubernetes/paths.ts';
import type { KubeRequest } from '../../kubernetes/types.ts';
import { REFRESH_FIELD } from '../../remediations/argocd/refresh-annotation.ts';
import { NUDGE } from '../../remediations/parts/nudge-annotation.ts';
import { groupOf, isProtected, placeOf } from '../../remediations/parts/object-ref.ts';
import { RESTARTED_AT } from '../../remediations/restart-operator.ts';
import type { DeclaredWrite, Expected, ObjectRef, Step } from '../../remediations/types.ts';
import { frameOf, unfitApplication } from './chart-version.ts';
import { atPointer, isWithin, patchedFields } from './fields.ts';
import { type Mark, markAnnotations } from './mark.ts';
import { fieldsOf, isResolved, type ResolvedStep } from './resolve.ts';
import { unfitRights } from './rights-guard.ts';
import { type Signature, signed } from './signature.ts';

/** The kinds that steps may name, by the API version they are written in. Anything else is refused. */
const RESOURCES: Readonly<Record<string, Resource>> = {
  'apps/v1 Deployment': 'deployments',
  'apps/v1 StatefulSet': 'statefulsets',
  'v1 ConfigMap': 'configmaps',
  'v1 Secret': 'secrets',
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': 'mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': 'validatingwebhookconfigurations',
  'rbac.authorization.k8s.io/v1 ClusterRole': 'clusterroles',
  'rbac.authorization.k8s.io/v1 Role': 'roles',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': 'clusterrolebindings',
  'rbac.authorization.k8s.io/v1 RoleBinding': 'rolebindings',
  'monitoring.coreos.com/v1 Prometheus': 'prometheuses',
  'monitoring.coreos.com/v1alpha1 PrometheusAgent': 'prometheusagents',
  'monitoring.coreos.com/v1 Alertmanager': 'alertmanagers',
  'monitoring.coreos.com/v1 ThanosRuler': 'thanosrulers',
  'argoproj.io/v1alpha1 Application': 'applications',
};

export function resourceOf(object: ObjectRef): Resource | undefined {
  return RESOURCES[`${object.apiVersion} ${object.kind}`];
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
function isOpaque({ kind }: ObjectRef): boolean {
  return kind === 'Secret' || kind === 'ConfigMap';
}

/** The read before a write. */
export function readOf(object: ObjectRef, path: string): KubeRequest {
  return { method: 'GET', path, ...(isOpaque(object) && { accept: METADATA }) };
}

/** The hash of an object just read, comparable with the step's. */
export function hashOf(object: ObjectRef, body: Readonly<Record<string, unknown>>): string {
  return isOpaque(object) ? versionHash(body) : contentHash(body);
}

/** The hash of an object just read, as the step that is about it was planned with. */
export function hashFor(step: Step, body: Readonly<Record<string, unknown>>): string {
  return step.do === 'set-chart-version' ? frameOf(step, body) : hashOf(step.object, body);
}

/** A step whose patch stands in the plan; the others remove an object, or are worked out right before the write (`resolve.ts`). */
export type PatchStep = Exclude<Step, { do: 'delete' | 'recreate' } | ResolvedStep>;

/** The merge patch that a step stands for. `time` is the one that a restart and a nudge write. */
export function patchOf(step: PatchStep, time: string): Readonly<Record<string, unknown>> {
  switch (step.do) {
    case 'nudge':
      return { metadata: { annotations: { [NUDGE]: time } } };
    case 'restart':
      return { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: time } } } } };
    case 'scale':
      return { spec: { replicas: step.to } };
    case 'patch':
      return step.patch;
  }
}

type UnfitCode =
  | 'deployment-paused'
  | 'object-changed'
  | 'being-deleted'
  | 'not-owned'
  | 'protected-namespace'
  | 'held-by-finalizer'
  | 'application-hydrated'
  | 'operation-in-progress'
  | 'not-as-expected'
  | NonNullable<ReturnType<typeof unfitRights>>;

/** Whether the object read just before the write still is one that the step makes sense on; a code of a refusal if not. */
export function unfit(step: Step, object: Readonly<Record<string, unknown>>): UnfitCode | undefined {
  if (step.do === 'delete') return undeletable(step, object);
  if (step.do === 'recreate') return unrecreatable(step, object);
  if (step.do === 'set-chart-version') return unfitApplication(step, object);
  if (step.do === 'restart' && at(object, 'spec', 'paused') === true) return 'deployment-paused';
  if (step.do === 'scale' && at(object, 'spec', 'replicas') !== step.from) return 'object-changed';
  if (step.do === 'patch' && at(object, 'metadata', 'deletionTimestamp') !== undefined) return 'being-deleted';
  if (step.do === 'patch' && !isAsExpected(step.expects, object)) return 'not-as-expected';
  if (step.do === 'patch') return unfitRights(step, object);
  return undefined;
}

/** Whether each of these fields has one of its values. */
export function isAsExpected(
  expected: readonly Expected[] | undefined,
  object: Readonly<Record<string, unknown>>,
): boolean {
  return (expected ?? []).every(({ path, is }) => {
    const found = atPointer(object, path) ?? null;
    return is === 'present' ? found !== null : is.some((one) => one === found);
  });
}

function undeletable(
  { object: ref, owner }: Extract<Step, { do: 'delete' }>,
  object: Readonly<Record<string, unknown>>,
): ReturnType<typeof unfit> {
  if (isProtected(ref)) return 'protected-namespace';
  return isOwnedBy(owner, object) ? undefined : 'not-owned';
}

/** Whether an object names this uid among its owners. */
export function isOwnedBy(uid: string | undefined, object: unknown): boolean {
  const owners = at(object, 'metadata', 'ownerReferences');
  return Array.isArray(owners) && owners.some((one) => string(one, 'uid') === uid);
}

function unrecreatable(
  { object: ref }: Extract<Step, { do: 'recreate' }>,
  object: Readonly<Record<string, unknown>>,
): ReturnType<typeof unfit> {
  if (isProtected(ref)) return 'protected-namespace';
  const finalizers = at(object, 'metadata', 'finalizers');
  return Array.isArray(finalizers) && finalizers.length > 0 ? 'held-by-finalizer' : undefined;
}

/** Whether somebody has to wait for a rollout after it. */
export function startsRollout(step: Step): boolean {
  return step.do === 'restart' || step.do === 'scale';
}

/** The first field (or the deletion) that the remediation has not declared: such a step is not sent. */
export function undeclared(step: Step, time: string, writes: readonly DeclaredWrite[]): string | undefined {
  const { object } = step;
  if (resourceOf(object) === undefined) return object.kind;
  if (step.do === 'delete') return unlisted(object, writes, 'delete');
  if (step.do === 'recreate') return undeclaredRecreate(step, writes);
  const declared = declaredFields(object, writes);
  const fields = isResolved(step) ? fieldsOf(step) : patchedFields(patchOf(step, time));
  return fields.find((field) => !declared.some((one) => isWithin(field, one)));
}

/** Kinds of which promfix keeps no copy, whatever is declared. */
const NEVER_COPIED = ['Secret', 'ConfigMap'];

function undeclaredRecreate(
  { object, refresh }: Extract<Step, { do: 'recreate' }>,
  writes: readonly DeclaredWrite[],
): string | undefined {
  if (NEVER_COPIED.includes(object.kind)) return `${object.kind} (copy)`;
  const isRefreshDeclared =
    refresh === undefined ||
    writes.some(
      ({ resource, verb, fields }) => resource === 'applications' && verb === 'patch' && fields.includes(REFRESH_FIELD),
    );
  return (
    unlisted(object, writes, 'delete') ??
    unlisted(object, writes, 'create') ??
    (isRefreshDeclared ? undefined : REFRESH_FIELD)
  );
}

/** The whole object, where deleting or creating it is not declared. */
function unlisted(object: ObjectRef, writes: readonly DeclaredWrite[], verb: 'delete' | 'create'): string | undefined {
  return declaredFields(object, writes, verb).length > 0 ? undefined : `${object.kind} (${verb})`;
}

/** What a remediation may change of an object. */
export function declaredFields(
  object: ObjectRef,
  writes: readonly DeclaredWrite[],
  verb: DeclaredWrite['verb'] = 'patch',
): readonly string[] {
  return writes
    .filter((one) => one.verb === verb && one.group === groupOf(object) && one.resource === resourceOf(object))
    .flatMap((one) => one.fields);
}

export const FIELD_MANAGER = 'promfix';

/** What the API server said the object is at, just before the write. */
export interface Version {
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface Sending {
  readonly path: string;
  readonly time: string;
  readonly mark: Mark;
  readonly dryRun?: boolean;
  /** What `resolvePatch` worked out, for the steps that it is for. */
  readonly resolved?: Readonly<Record<string, unknown>> | undefined;
  /** Who stands behind it; absent in a rehearsal. */
  readonly signature?: Signature;
}

/** The write of a step, under the condition that nobody wrote since the read; a patch carries its mark. */
export function requestOf(
  step: Exclude<Step, { do: 'recreate' }>,
  read: Version,
  { path, time, mark, dryRun = false, resolved, signature }: Sending,
): KubeRequest {
  if (step.do === 'delete') return deleteRequest(path, step, read, dryRun);
  const patch = isResolved(step) ? resolved : patchOf(step, time);
  if (patch === undefined) throw new Error(`${step.do} was not resolved`);
  return {
    method: 'PATCH',
    path,
    body: body(signed(patch, signature), mark, read),
    contentType: 'application/merge-patch+json',
    // The answer would carry the contents.
    ...(isOpaque(step.object) && { accept: METADATA }),
    query: { ...(dryRun && { dryRun: 'All' }), fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' },
  };
}

/** The delete, under the condition that nobody wrote since the read. */
export function deleteRequest(
  path: string,
  { propagation }: Pick<Extract<Step, { do: 'delete' | 'recreate' }>, 'propagation'>,
  { uid, resourceVersion }: Version,
  dryRun = false,
): KubeRequest {
  return {
    method: 'DELETE',
    path,
    // With a body the API server looks for the dry run there; the query is for whoever reads its audit log.
    query: { ...(dryRun && { dryRun: 'All' }) },
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid, resourceVersion },
      propagationPolicy: propagation,
      ...(dryRun && { dryRun: ['All'] }),
    },
  };
}

function body(
  patch: Readonly<Record<string, unknown>>,
  mark: Mark,
  { uid, resourceVersion }: Version,
): Readonly<Record<string, unknown>> {
  const metadata = object(patch, 'metadata');
  return {
    ...patch,
    metadata: {
      ...metadata,
      uid,
      resourceVersion,
      annotations: { ...object(metadata, 'annotations'), ...markAnnotations(mark) },
    },
  };
}

import { type Resource, resourcePath } from '../../kubernetes/paths.ts';
import { RESTARTED_AT } from '../../remediations/restart-operator.ts';
import type { DeclaredWrite, ObjectRef, Step } from '../../remediations/types.ts';
import { at, isWithin, patchedFields } from './json.ts';
import { JOB_ANNOTATION, type Mark, markAnnotations, RUN_ANNOTATION } from './mark.ts';

/** The kinds that steps may name, by the API version they are written in. Anything else is refused. */
const RESOURCES: Readonly<Record<string, Resource>> = {
  'apps/v1 Deployment': 'deployments',
  'monitoring.coreos.com/v1 Prometheus': 'prometheuses',
  'monitoring.coreos.com/v1alpha1 PrometheusAgent': 'prometheusagents',
  'monitoring.coreos.com/v1 Alertmanager': 'alertmanagers',
  'monitoring.coreos.com/v1 ThanosRuler': 'thanosrulers',
};

export function resourceOf(object: ObjectRef): Resource | undefined {
  return RESOURCES[`${object.apiVersion} ${object.kind}`];
}

export function pathOf(object: ObjectRef): string | undefined {
  const resource = resourceOf(object);
  return resource && resourcePath(resource, { namespace: object.namespace, name: object.name });
}

/** The merge patch that a step stands for. `time` is the restart's. */
export function patchOf(step: Step, time: string): Readonly<Record<string, unknown>> {
  switch (step.do) {
    case 'restart':
      return { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: time } } } } };
    case 'scale':
      return { spec: { replicas: step.to } };
    case 'patch':
      return step.patch;
  }
}

/** Whether the object read just before the write still is one that the step makes sense on; a code of a refusal if not. */
export function unfit(
  step: Step,
  object: Readonly<Record<string, unknown>>,
): 'deployment-paused' | 'object-changed' | undefined {
  if (step.do === 'restart' && at(object, 'spec', 'paused') === true) return 'deployment-paused';
  if (step.do === 'scale' && at(object, 'spec', 'replicas') !== step.from) return 'object-changed';
  return undefined;
}

/** Whether somebody has to wait for a rollout after it. */
export function startsRollout(step: Step): boolean {
  return step.do !== 'patch';
}

/** The first field of a patch that the remediation has not declared: such a patch is not sent. */
export function undeclaredField(
  object: ObjectRef,
  patch: Readonly<Record<string, unknown>>,
  writes: readonly DeclaredWrite[],
): string | undefined {
  const declared = declaredFields(object, writes);
  return patchedFields(patch).find((field) => !declared.some((one) => isWithin(field, one)));
}

/** What a remediation may change of an object, and what promfix writes with it. */
export function declaredFields(object: ObjectRef, writes: readonly DeclaredWrite[]): readonly string[] {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  return writes
    .filter((one) => one.verb === 'patch' && one.group === group && one.resource === resourceOf(object))
    .flatMap((one) => one.fields);
}

/** Fields that change with every write, or are promfix's own. */
export const ACCOMPANYING = [
  '/metadata/managedFields',
  '/metadata/resourceVersion',
  '/metadata/generation',
  `/metadata/annotations/${JOB_ANNOTATION.replace('/', '~1')}`,
  `/metadata/annotations/${RUN_ANNOTATION.replace('/', '~1')}`,
] as const;

/** The whole body: change, mark, and the condition that nobody wrote since the read. */
export function body(
  patch: Readonly<Record<string, unknown>>,
  mark: Mark,
  read: { readonly uid: string; readonly resourceVersion: string },
): Readonly<Record<string, unknown>> {
  return {
    ...patch,
    metadata: { uid: read.uid, resourceVersion: read.resourceVersion, annotations: markAnnotations(mark) },
  };
}

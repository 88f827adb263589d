import { type Json, object } from '../../evidence/json.ts';
import { METADATA } from '../../kubernetes/paths.ts';
import type { KubeRequest } from '../../kubernetes/types.ts';
import { NUDGE } from '../../remediations/parts/nudge-annotation.ts';
import { RESTARTED_AT } from '../../remediations/restart-operator.ts';
import type { Step, StepOf } from '../../remediations/types.ts';
import { type Mark, markAnnotations } from './mark.ts';
import { isOpaque, type Version } from './objects.ts';
import { isResolved, type ResolvedStep } from './resolve.ts';
import { type Signature, signed } from './signature.ts';

export const FIELD_MANAGER = 'promfix';

/** A step whose patch stands in the plan; the others remove an object, or are worked out right before the write (`resolve.ts`). */
type PatchStep = Exclude<Step, { do: 'delete' | 'recreate' } | ResolvedStep>;

/** The merge patch that a step stands for. `time` is the one that a restart and a nudge write. */
export function patchOf(step: PatchStep, time: string): Json {
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

/** Whether somebody has to wait for a rollout after it. */
export function startsRollout(step: Step): boolean {
  return step.do === 'restart' || step.do === 'scale';
}

interface Sending {
  readonly path: string;
  readonly time: string;
  readonly mark: Mark;
  readonly dryRun?: boolean;
  /** What `resolvePatch` worked out, for the steps that it is for. */
  readonly resolved?: Json | undefined;
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
  { propagation }: Pick<StepOf<'delete' | 'recreate'>, 'propagation'>,
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

function body(patch: Json, mark: Mark, { uid, resourceVersion }: Version): Json {
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

import type { Json } from '../../evidence/json.ts';
import type { Step } from '../../remediations/types.ts';
import {
  type CertificateStep,
  certificateFields,
  certificatePatch,
  type Resolution,
  type Resolving,
} from './certificate-steps.ts';
import { type VersionStep, versionFields, versionPatch } from './chart-version.ts';

/** Steps whose patch does not stand in the plan: what goes into it is read or made right before the write. */
export type ResolvedStep = CertificateStep | VersionStep;

export function isResolved(step: Step): step is ResolvedStep {
  return step.do === 'copy-ca' || step.do === 'renew-certificate' || step.do === 'set-chart-version';
}

/** JSON pointers of what such a step writes; `*` stands for the webhooks that it names. */
export function fieldsOf(step: ResolvedStep): readonly string[] {
  return step.do === 'set-chart-version' ? versionFields(step) : certificateFields(step);
}

/** The merge patch of such a step, for the object as it was just read. It may hold a private key, or what a Git repository keeps secret. */
export async function resolvePatch(step: ResolvedStep, object: Json, resolving: Resolving): Promise<Resolution> {
  return step.do === 'set-chart-version'
    ? { patch: versionPatch(step, object) }
    : certificatePatch(step, object, resolving);
}

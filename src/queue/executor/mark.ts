import { type Json, object } from '../../evidence/json.ts';
import { JOB_ANNOTATION, RUN_ANNOTATION } from '../../remediations/parts/accompanying.ts';

/**
 * Which repair changed an object, written in the same request as the change: whoever finds it there knows that the change was made. `run`
 * tells proposals of the same number apart, should the records ever begin anew.
 */
export interface Mark {
  /** Id of the proposal; steps after the first carry their number (`inc-12.p1+2`). */
  readonly job: string;
  /** When the proposal was created (ISO). */
  readonly run: string;
}

export function markOf(proposal: { readonly id: string; readonly createdAt: string }, step: number): Mark {
  return { job: step === 0 ? proposal.id : `${proposal.id}+${step + 1}`, run: proposal.createdAt };
}

/** The mark of another step of the same proposal. */
export function markOfStep({ job, run }: Mark, step: number): Mark {
  return markOf({ id: job.split('+')[0] ?? job, createdAt: run }, step);
}

export function markAnnotations(mark: Mark): Readonly<Record<string, string>> {
  return { [JOB_ANNOTATION]: mark.job, [RUN_ANNOTATION]: mark.run };
}

export function isMarked(body: Json, mark: Mark): boolean {
  const annotations = object(body, 'metadata', 'annotations');
  return annotations[JOB_ANNOTATION] === mark.job && annotations[RUN_ANNOTATION] === mark.run;
}

/** BullMQ is transport, not truth: a job only names the proposal; what to do stands in its record. */
export type JobKind = 'prepare' | 'execute';
export interface JobData {
  readonly kind: JobKind;
  readonly proposal: string;
}
/** `prepare-inc-12.p1`: one job per kind and proposal. No `:` (BullMQ refuses it). */
export function jobId(kind: JobKind, proposal: string): string {
  return `${kind}-${proposal}`;
}
export const QUEUE = 'promfix';

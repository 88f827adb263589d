import type { JobEnd, JobPorts } from './ports.ts';

/** Job `prepare`: works out the plan of a proposal, checks that it could be carried out, and puts it to the approvers. Changes nothing. */
export async function prepare(_ports: JobPorts, _proposal: string): Promise<JobEnd> {
  throw new Error('not written yet');
}

import type { Fence } from '../incidents/types.ts';
import type { JobEnd, JobPorts } from './ports.ts';

/** Job `execute`: carries out an approved proposal exactly once, and proves by diagnosis whether it helped. May be run again at any time. */
export async function execute(_ports: JobPorts, _proposal: string, _fence: Fence): Promise<JobEnd> {
  throw new Error('not written yet');
}

import type { Incident } from './types.ts';

/** Whether there is still something to be done about it. */
export function isOpen({ status }: Pick<Incident, 'status'>): boolean {
  return status !== 'resolved' && status !== 'closed';
}

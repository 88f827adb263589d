import type { Values } from '../../diagnosis/types.ts';
import { stepState, stepsToMake } from '../../incidents/proposal.ts';
import type { Fence, Proposal } from '../../incidents/types.ts';
import { KubeError } from '../../kubernetes/types.ts';
import { applyEvent } from '../../store/decide.ts';
import { markOf } from '../executor/mark.ts';
import { seeStep } from '../executor/see.ts';
import { type Concluded, conclude } from './conclude.ts';
import { endOf, type JobPorts, WORKER } from './ports.ts';

interface Seen {
  readonly found: boolean;
  readonly code: string;
  readonly values: Values;
}

/**
 * Looks at the objects of a repair whose outcome nobody knows; writes nothing to the cluster. Its mark on every object proves that the change was
 * made: then the effect is verified. Anything else leaves it unknown, for a person to say.
 */
export async function lookAgain(ports: JobPorts, proposal: Proposal, fence: Fence): Promise<Concluded> {
  const seen = await look(ports, proposal);
  const at = await ports.store.now();
  const decided = await applyEvent(ports.store, proposal.id, { on: 'looked-again', at, fence, ...seen }, WORKER);
  return seen.found && decided?.ok ? conclude(ports, decided.next, fence) : endOf(decided);
}

async function look(ports: JobPorts, proposal: Proposal): Promise<Seen> {
  for (const [index, step] of stepsToMake(proposal)) {
    if (stepState(proposal, index) === 'done') continue;
    try {
      const code = await seeStep(step, { client: ports.client, mark: markOf(proposal, index) });
      if (code !== 'marked') return { found: false, code, values: { step: index + 1 } };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return { found: false, code: 'cannot-read-back', values: { message: error.kind } };
    }
  }
  return { found: true, code: 'found-done', values: {} };
}

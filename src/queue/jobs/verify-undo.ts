import { KubeError } from '../../kubernetes/types.ts';
import type { Plan } from '../../remediations/types.ts';
import { atPointer } from '../executor/fields.ts';
import { pathOf, readOf } from '../executor/objects.ts';
import type { JobPorts } from './ports.ts';
import { isMade, madeBy } from './undo-values.ts';
import { type Effect, elapsedSeconds } from './verify.ts';

const INTERVAL_MS = 2000;
/** Before that the operator has not acted on what came back, and a diagnosis would be of the time before. */
const SETTLE_SECONDS = 20;

/**
 * An undo has worked when the fields hold what they held before the repair; how the target is then, is told, whatever it is. Undefined when
 * the cluster could not be read at all in that time.
 */
export async function watchUndo(
  ports: JobPorts,
  plan: Plan,
  { since, deadlineSeconds }: { readonly since: string; readonly deadlineSeconds: number },
): Promise<Effect | undefined> {
  let last: Effect | undefined;
  for (;;) {
    last = (await look(ports, plan)) ?? last;
    const seconds = elapsedSeconds(since, await ports.store.now());
    if (seconds >= deadlineSeconds || (last?.healthy === true && seconds >= SETTLE_SECONDS)) return last;
    await ports.sleep(INTERVAL_MS, ports.signal);
  }
}

async function look(ports: JobPorts, plan: Plan): Promise<Effect | undefined> {
  try {
    const healthy = await isBack(ports, plan);
    const evidence = await ports.cluster.collect(plan.target, ports.signal);
    return { healthy, evidence, diagnosis: ports.diagnose(evidence) };
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

async function isBack({ client, signal }: JobPorts, { steps }: Plan): Promise<boolean> {
  for (const step of steps) {
    const path = pathOf(step.object);
    if (path === undefined) return false;
    const { body } = await client.json({ ...readOf(step.object, path), ...(signal && { signal }) });
    const isThis = atPointer(body, '/metadata/uid') === step.object.uid;
    if (!isThis || !madeBy(step, body).every((made) => isMade(body, made))) return false;
  }
  return true;
}

import { recordDiagnosis } from '../incidents/changes.ts';
import type { Fence, Proposal } from '../incidents/types.ts';
import { isRequested, planFor, remediationById } from '../remediations/index.ts';
import { applyEvent, write } from '../store/decide.ts';
import { type JobEnd, type JobPorts, nothingToDo, settled, WORKER } from './ports.ts';
import { stillWaiting } from './still-waiting.ts';
import { type Effect, secondsBetween, watchEffect } from './verify.ts';

/** Proves whether an applied repair helped, and writes the result down with the diagnosis that it rests on. */
export async function conclude(ports: JobPorts, proposal: Proposal, fence: Fence): Promise<JobEnd> {
  const { plan } = proposal;
  if (plan === undefined) throw new Error('an applied proposal without a plan');
  const since =
    proposal.journal.findLast((entry) => entry.state === 'done')?.at ?? proposal.startedAt ?? proposal.createdAt;
  const deadlineSeconds = Math.min(plan.deadlineSeconds, ports.file.timeouts.verify);
  const { target, cause, remediation } = plan;
  const isInOrder = isRequested(plan) ? remediationById(remediation)?.requested?.isInOrder : undefined;
  const effect = await watchEffect(ports, { target, cause, since, deadlineSeconds, ...(isInOrder && { isInOrder }) });
  if (effect === undefined) {
    const at = await ports.store.now();
    return end(
      await applyEvent(
        ports.store,
        proposal.id,
        { on: 'lost', at, code: 'cannot-verify', values: { seconds: deadlineSeconds }, fence },
        WORKER,
      ),
    );
  }
  const diagnosis = await record(ports, proposal, effect);
  if (diagnosis === undefined) return nothingToDo('no-such-incident');
  const at = await ports.store.now();
  const blindSince = (await ports.store.get('incident', proposal.incident))?.value.blindSince;
  const waiting = stillWaiting(effect.evidence);
  return end(
    await applyEvent(
      ports.store,
      proposal.id,
      {
        on: 'verified',
        at,
        diagnosis,
        healthy: effect.healthy,
        ...(isInOrder && effect.diagnosis.verdict !== 'healthy' && { beside: true }),
        fence,
      },
      WORKER,
      {
        values: {
          verdict: effect.diagnosis.verdict,
          secondsAfterChange: Math.round(secondsBetween(since, at)),
          ...(effect.healthy &&
            isInOrder === undefined &&
            blindSince !== undefined && { blindSeconds: Math.round(secondsBetween(blindSince, at)) }),
          ...(waiting.length > 0 && { stillWaiting: waiting.join('; ') }),
        },
      },
    ),
  );
}

/** Stores the diagnosis; returns its id. */
async function record(
  ports: JobPorts,
  proposal: Proposal,
  { diagnosis, evidence }: Effect,
): Promise<string | undefined> {
  const { plan } = proposal;
  const refusals = plan === undefined ? [] : planFor(evidence, diagnosis, plan.cluster).refusals;
  if ((await ports.store.get('incident', proposal.incident)) === undefined) return undefined;
  let id: string | undefined;
  await write(ports.store, async () => {
    const incident = await ports.store.get('incident', proposal.incident);
    if (incident === undefined) throw new Error(`incident ${proposal.incident} is gone`);
    const transaction = recordDiagnosis(incident, { diagnosis, refusals, by: WORKER, tell: 'nothing' });
    id = transaction.puts.find((one) => one.kind === 'diagnosis')?.id;
    return transaction;
  });
  return id;
}

function end(decided: Awaited<ReturnType<typeof applyEvent>>): JobEnd {
  if (decided?.ok) return settled(decided.next.state);
  return nothingToDo(decided && 'refusal' in decided ? decided.refusal.code : 'no-such-proposal');
}

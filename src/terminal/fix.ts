import type { InputOf } from '../commands/definitions.ts';
import { queryOf } from '../commands/target.ts';
import type { KubeClient } from '../kubernetes/types.ts';
import { UNDO } from '../remediations/ids.ts';
import type { Plan, Refusal } from '../remediations/types.ts';
import { fixText } from '../texts/en/fix.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { connectCluster, explainClusterError } from './cluster.ts';
import { chooseTarget } from './diagnose.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

/**
 * `promfix fix`: diagnoses, works the repair out, sends its steps as server-side dry runs under the person's own rights, and prints what came
 * of it. There is no way from here to a write.
 */
export async function fixCommand(io: TerminalIo, input: InputOf<'fix'>): Promise<number> {
  if (input.incident !== undefined || input.repair === UNDO)
    throw new TerminalError(EXIT.usage, terminalText.incidentsInSlack());
  const { client, port } = await connectCluster(io, input.context);
  try {
    const evidence = await port.collect(await chooseTarget(port, queryOf(input)));
    const [{ diagnose }, { chosenRepair, planOf, isPlan }, { identityOf }, { planText }] = await Promise.all([
      import('../diagnosis/diagnose.ts'),
      import('../remediations/index.ts'),
      import('./proposals.ts'),
      import('../render/plan-text.ts'),
    ]);
    const diagnosis = diagnose(evidence);
    const chosen = chosenRepair(diagnosis, input.repair);
    if ('refused' in chosen) return turnDown(io, chosen);
    const identity = identityOf(evidence);
    if (identity === undefined) throw new TerminalError(EXIT.unavailable, fixText.unknownCluster);
    const answer = planOf(chosen.remediation.id, evidence, diagnosis, identity, {
      ...(input.version !== undefined && { version: input.version }),
    });
    if (!isPlan(answer)) return turnDown(io, answer);
    const { lines, accepted } = await rehearse(io, client, answer);
    io.out(planText(answer, lines));
    return accepted ? EXIT.healthy : EXIT.causeFound;
  } catch (error) {
    throw (await explainClusterError(error, client.server)) ?? error;
  } finally {
    await client.close();
  }
}

async function turnDown(io: TerminalIo, refusal: Refusal): Promise<number> {
  const [{ repairSentence }, { REMEDIATIONS }] = await Promise.all([
    import('../texts/en/results.ts'),
    import('../remediations/index.ts'),
  ]);
  io.out(`${fixText.notOffered(repairSentence(refusal))}\n`);
  if (refusal.code === 'unknown-remediation') io.out(`${fixText.known(REMEDIATIONS.map(({ id }) => id))}\n`);
  return EXIT.causeFound;
}

async function rehearse(
  io: TerminalIo,
  client: KubeClient,
  plan: Plan,
): Promise<{ readonly lines: readonly string[]; readonly accepted: boolean }> {
  const [{ rehearsable, rehearseStep }, { remediationById }, { repairSentence }] = await Promise.all([
    import('../queue/executor/rehearse.ts'),
    import('../remediations/index.ts'),
    import('../texts/en/results.ts'),
  ]);
  const writes = remediationById(plan.remediation)?.writes ?? [];
  const time = io.now().toISOString();
  const lines: string[] = [];
  let accepted = true;
  const steps = rehearsable(plan);
  for (const [index, step] of steps.entries()) {
    const reason = await rehearseStep(step, {
      client,
      writes,
      mark: { job: 'rehearsal', run: time },
      time,
      later: index > 0,
    });
    accepted &&= reason === undefined;
    lines.push(
      reason === undefined
        ? fixText.accepted(index + 1, steps.length)
        : fixText.refusedStep(index + 1, steps.length, repairSentence(reason)),
    );
  }
  return { lines, accepted };
}

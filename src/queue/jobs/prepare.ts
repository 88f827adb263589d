import type { Right } from '../../evidence/types.ts';
import { planHash } from '../../incidents/plan-hash.ts';
import { ruleOfPlan } from '../../incidents/policy.ts';
import type { Proposal } from '../../incidents/types.ts';
import { mayI } from '../../kubernetes/self-review.ts';
import { KubeError } from '../../kubernetes/types.ts';
import { isPlan } from '../../remediations/index.ts';
import { detailMessages, MOST_DETAILS } from '../../remediations/parts/details.ts';
import { type Reason, refuse, rightValues } from '../../remediations/parts/refuse.ts';
import { boundsOf } from '../../remediations/parts/undo.ts';
import type { Plan, Refusal } from '../../remediations/types.ts';
import { applyEvent } from '../../store/decide.ts';
import { markOf } from '../executor/mark.ts';
import { rehearsable, rehearseStep } from '../executor/rehearse.ts';
import { endOf, type JobEnd, type JobPorts, nothingToDo, WORKER } from './ports.ts';
import { rebuildPlan } from './rebuild.ts';

/** How often the cluster may change between reading and rehearsing before the preparation gives up. */
const TRIES = 3;

/**
 * Job `prepare`: works out the plan of a proposal, checks that it could be carried out, and puts it to the approvers. Changes nothing in the
 * cluster. Throws when Redis or the API server is away; may be run again at any time.
 */
export async function prepare(ports: JobPorts, id: string): Promise<JobEnd> {
  const proposal = (await ports.store.get('proposal', id))?.value;
  if (proposal === undefined) return nothingToDo('no-such-proposal');
  if (proposal.state !== 'preparing') return nothingToDo(proposal.state);
  const checked = await checkedPlan(ports, proposal);
  return isPlan(checked) ? propose(ports, id, checked) : turnDown(ports, id, checked);
}

/** The plan as it fits now, with the worker's rights asked for and every step rehearsed; or why it can't be offered. */
async function checkedPlan(ports: JobPorts, proposal: Proposal): Promise<Plan | Refusal> {
  const refused = (reason: Reason): Refusal => ({ remediation: proposal.remediation, ...reason });
  const cluster = await ports.cluster.identity();
  for (let tries = 1; ; tries++) {
    const answer = await rebuildPlan(ports, proposal, cluster);
    if (!isPlan(answer)) return answer;
    if (ruleOfPlan(ports.file.approvals, answer) === undefined)
      return refused(refuse('no-rule', { risk: answer.risk }));
    // Nobody could be shown all that an approval would be for.
    if (detailMessages(answer) > MOST_DETAILS)
      return refused(refuse('too-long-to-show', { lines: answer.diff.length }));
    const reason = (await missingRight(ports, answer.rights)) ?? (await rehearse(ports, proposal, answer));
    if (reason === undefined) return answer;
    const moved = reason.code === 'object-changed' || reason.code === 'object-replaced';
    if (!moved || tries >= TRIES) return refused(reason);
  }
}

async function rehearse(ports: JobPorts, proposal: Proposal, plan: Plan): Promise<Reason | undefined> {
  const writes = boundsOf(plan)?.writes ?? [];
  const time = await ports.store.now();
  for (const [index, step] of rehearsable(plan).entries()) {
    const reason = await rehearseStep(step, {
      client: ports.client,
      writes,
      mark: markOf(proposal, index),
      time,
      later: index > 0,
    });
    if (reason) return reason;
  }
  return undefined;
}

/** Asks the API server about the worker's own rights; a refusal names the first that is missing. */
async function missingRight({ client }: JobPorts, rights: readonly Right[]): Promise<Reason | undefined> {
  for (const right of rights) {
    const allowed = await mayI(client, right);
    if (allowed === undefined) throw new KubeError('malformed', 'an access review without an answer');
    if (!allowed) return refuse('worker-right-missing', rightValues(right), right);
  }
  return undefined;
}

async function propose(ports: JobPorts, id: string, plan: Plan): Promise<JobEnd> {
  const rule = ruleOfPlan(ports.file.approvals, plan);
  if (rule === undefined)
    return turnDown(ports, id, { remediation: plan.remediation, ...refuse('no-rule', { risk: plan.risk }) });
  const at = await ports.store.now();
  const expiresAt = new Date(Date.parse(at) + rule.expiresSeconds * 1000).toISOString();
  return endOf(
    await applyEvent(ports.store, id, { on: 'prepared', at, plan, planHash: planHash(plan), rule, expiresAt }, WORKER),
  );
}

async function turnDown(ports: JobPorts, id: string, refusal: Refusal): Promise<JobEnd> {
  ports.log.info({ proposal: id, code: refusal.code }, 'repair cannot be offered');
  return endOf(await applyEvent(ports.store, id, { on: 'refused', at: await ports.store.now(), refusal }, WORKER));
}

import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Diagnosis, Values } from '../../diagnosis/types.ts';
import type { Evidence } from '../../evidence/types.ts';
import type { Check } from '../types.ts';
import { responsibleOperator } from './operator.ts';
import { quantity } from './quantity.ts';
import { check, isRefused, type Reason, refuse, unread } from './refuse.ts';

type Judge = (evidence: Evidence, values: Values) => Check | Reason;

/** Causes outside the custom resource whose end the evidence can show. What it can't show (a policy, a foreign webhook's verdict) is not here. */
const JUDGES: Partial<Record<CauseSlug, Judge>> = {
  'storageclass-missing': storageClassThere,
  'rbac-write-verb': rightThere,
  'quota-on-owned-objects': quotaHasRoom,
  'webhook-down-fail-closed': webhookAnswers,
  'sts-gone-unseen': nameIsFree,
};

/** Whether what stopped the operator is out of its way now. The values are those of the root cause. */
export function blockerGone(evidence: Evidence, { rootCause }: Diagnosis, cause: CauseSlug): Check | Reason {
  const judge = JUDGES[cause];
  if (!judge) return refuse('not-judged', { what: cause });
  return judge(evidence, rootCause?.values ?? {});
}

/** The diagnosis rests on the StatefulSet's absence, read in the same moment. */
function nameIsFree({ statefulSet }: Evidence, values: Values): Check | Reason {
  if (statefulSet.state === 'unread') return unread('the StatefulSet', statefulSet);
  const name = String(values['statefulSet'] ?? '');
  return statefulSet.state === 'absent'
    ? check('name-is-free', { statefulSet: name })
    : refuse('not-judged', { what: `StatefulSet ${name}` });
}

function storageClassThere({ storageClasses }: Evidence, values: Values): Check | Reason {
  const name = String(values['storageClass'] ?? '');
  if (storageClasses.state === 'unread') return unread('the storage classes', storageClasses);
  const there = storageClasses.state === 'read' && storageClasses.value.some(({ meta }) => meta.name === name);
  return there ? check('storage-class-there', { name }) : refuse('storage-class-still-missing', { name });
}

function rightThere(evidence: Evidence, values: Values): Check | Reason {
  const operator = responsibleOperator(evidence);
  if (isRefused(operator)) return operator;
  // Found by an access review of just now, not by an old error: it is missing still.
  if (values['verbs'] !== undefined)
    return refuse('right-still-missing', { verb: String(values['verbs']), resource: String(values['resource']) });
  const { rights } = operator;
  if (rights.state === 'unread') return unread('the operator’s rights', rights);
  const verb = String(values['verb'] ?? '');
  const group = String(values['group'] ?? '');
  const [resource = '', subresource] = String(values['resource'] ?? '').split('/');
  const answers = (rights.state === 'read' ? rights.value : []).filter(
    (one) =>
      one.verb === verb &&
      one.group === group &&
      one.resource === resource &&
      one.subresource === subresource &&
      (one.namespace === undefined || one.namespace === evidence.target.namespace),
  );
  const shown = { verb, resource: String(values['resource'] ?? ''), group };
  if (answers.length === 0) return refuse('right-not-asked', shown);
  return answers.every(({ allowed }) => allowed)
    ? check('operator-has-right', shown)
    : refuse('right-still-missing', shown);
}

/** `requested: count/statefulsets.apps=1,pods=1, used: …, limited: …` of the API server's refusal. */
function requested(detail: string): readonly (readonly [resource: string, amount: string])[] {
  const list = /requested: ([\s\S]*?)(?:, used: |$)/.exec(detail)?.[1] ?? '';
  return list.split(',').flatMap((part) => {
    const [resource, amount] = part.trim().split('=');
    return resource !== undefined && amount !== undefined ? [[resource, amount] as const] : [];
  });
}

function quotaHasRoom({ quotas }: Evidence, values: Values): Check | Reason {
  const name = String(values['quota'] ?? '');
  if (quotas.state === 'unread') return unread('the quotas', quotas);
  const quota = quotas.state === 'read' ? quotas.value.find(({ meta }) => meta.name === name) : undefined;
  if (!quota) return check('quota-gone', { quota: name });
  const wanted = requested(`${values['detail'] ?? ''} ${values['message'] ?? ''}`);
  if (wanted.length === 0) return refuse('not-judged', { what: `quota ${name}` });
  for (const [resource, amount] of wanted) {
    const hardText = quota.hard[resource];
    if (hardText === undefined) continue;
    const usedText = quota.used[resource] ?? '0';
    const [hard, used, needs] = [quantity(hardText), quantity(usedText), quantity(amount)];
    const shown = { quota: name, resource, hard: hardText, used: usedText };
    if (hard === undefined || used === undefined || needs === undefined) return refuse('quota-unclear', shown);
    if (used + needs > hard) return refuse('quota-still-full', shown);
  }
  return check('quota-has-room', { quota: name });
}

function webhookAnswers({ webhooks }: Evidence, values: Values): Check | Reason {
  const name = String(values['webhook'] ?? '');
  if (webhooks.state === 'unread') return unread('the webhook configurations', webhooks);
  const registered = (webhooks.state === 'read' ? webhooks.value : [])
    .flatMap((configuration) => configuration.webhooks)
    .filter((one) => one.name === name);
  // Unreachable again would only mean another failed try; a webhook that fails open can't stop the operator.
  const passable = registered.every((one) => one.failurePolicy === 'Ignore' || (one.readyEndpoints ?? 0) > 0);
  return passable ? check('webhook-lets-through', { webhook: name }) : refuse('webhook-still-down', { webhook: name });
}

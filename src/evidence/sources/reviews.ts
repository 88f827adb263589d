import { resourcePath } from '../../kubernetes/paths.ts';
import { boolean, defined, object, sortedBy, string } from '../json.ts';
import { ask, made, notAttempted, type Reading } from '../reading.ts';
import { allows, resourceName, ruleJson } from '../rights.ts';
import type { AccessAnswer, OperatorDeployment, Read, RoleView, Target, TargetKind } from '../types.ts';
import { furtherInquiries, type Inquiry, inquiries, type Question } from './rights.ts';
import type { ReadRole } from './roles.ts';

export interface Rights {
  readonly answers: Promise<Read<readonly AccessAnswer[]>>;
  /** What it needs beyond that for other kinds. */
  readonly further: Promise<Read<readonly AccessAnswer[]>>;
  /** Whether it looks as if something were refused, before the reviews say so. */
  readonly suspect: Promise<boolean>;
  /** Namespaces that are asked about; none where everything is asked for the whole cluster. */
  readonly namespaces: readonly string[];
}

/**
 * What the API server would let the operator do now. Its rights when it started may have been others. `otherKinds`: that it manages as well.
 *
 * One review comes first. If RBAC allows it and names the ClusterRole that is bound for the whole cluster, all that this role grants is
 * allowed, too, and only the rest is asked for; otherwise everything is. RBAC never takes away what a role grants: only an authorizer
 * that stands before it, a webhook of somebody's own, could, and is not asked about rights that the role holds.
 */
export function readRights(
  reading: Reading,
  target: Target,
  deployment: OperatorDeployment,
  readRole: ReadRole,
  otherKinds: Promise<readonly TargetKind[]>,
): Rights {
  const asked = inquiries(target, deployment.container.args);
  const account = { namespace: deployment.meta.namespace ?? '', name: deployment.serviceAccount };
  // The charts give the role the Deployment's name. A guess that saves a round trip: what counts is the role that the review names.
  void readRole('ClusterRole', deployment.meta.name);
  const witness = readWitness(
    reading,
    account,
    asked[0]?.each.find(({ verb }) => verb === 'list'),
    readRole,
  );
  return {
    answers: witness.then((known) => askAll(reading, account, asked, known)),
    further: Promise.all([witness, otherKinds]).then(([known, kinds]) =>
      askAll(
        reading,
        account,
        kinds.flatMap((kind) => furtherInquiries(target, kind, deployment.container.args)),
        known,
      ),
    ),
    suspect: witness.then(
      ({ answer, rules }) =>
        answer.state === 'read' &&
        (!answer.value.allowed ||
          (rules !== undefined && asked.some(({ each }) => each.some((question) => !granted(rules, question))))),
    ),
    namespaces: [...new Set(asked.flatMap(({ each }) => each.flatMap(({ namespace }) => namespace ?? [])))],
  };
}

interface Account {
  readonly namespace: string;
  readonly name: string;
}

type Rules = RoleView['rules'];

interface Witness {
  readonly answer: Read<AccessAnswer>;
  /** What the operator may do in the whole cluster at least; undefined where the review does not tell. */
  readonly rules?: Rules;
}

async function readWitness(
  reading: Reading,
  account: Account,
  question: Question | undefined,
  readRole: ReadRole,
): Promise<Witness> {
  if (question === undefined) return { answer: notAttempted('there is nothing to ask about') };
  const answer = await review(reading, account, question);
  const name =
    answer.state === 'read' && answer.value.allowed ? boundClusterRole(answer.value.reason ?? '') : undefined;
  if (name === undefined) return { answer };
  const role = await readRole('ClusterRole', name);
  return role.state === 'read' ? { answer, rules: role.value.rules } : { answer };
}

/** `RBAC: allowed by ClusterRoleBinding "B" of ClusterRole "R" to ServiceAccount "S"`; a RoleBinding holds in its namespace only. */
function boundClusterRole(reason: string): string | undefined {
  return /^RBAC: allowed by ClusterRoleBinding "[^"]+" of ClusterRole "([^"]+)" to /.exec(reason)?.[1];
}

function granted(rules: Rules, question: Question): boolean {
  return allows(rules.map(ruleJson), { ...question, resource: resourceName(question) });
}

async function askAll(
  reading: Reading,
  account: Account,
  asked: readonly Inquiry[],
  { answer: witness, rules }: Witness,
): Promise<Read<readonly AccessAnswer[]>> {
  if (witness.state === 'unread') return witness;
  const askOne = async (question: Question): Promise<Read<AccessAnswer>> => {
    if (witness.state !== 'read') return witness;
    if (isSame(question, witness.value)) return witness;
    if (rules !== undefined && granted(rules, question)) return derived(witness, question);
    return review(reading, account, question);
  };
  const answers = await Promise.all(
    asked.map(async ({ each, wildcard }) => {
      if (wildcard === undefined || rules !== undefined) return Promise.all(each.map(askOne));
      const all = await askOne(wildcard);
      if (all.state !== 'read') return [all];
      return Promise.all(each.map((question) => (all.value.allowed ? derived(all, question) : askOne(question))));
    }),
  );
  return merge(reading, answers.flat());
}

function isSame(question: Question, answer: AccessAnswer): boolean {
  return (['verb', 'group', 'resource', 'subresource', 'namespace'] as const).every(
    (key) => question[key] === answer[key],
  );
}

/** What follows from another answer: the same permission holds for this question, too. */
function derived(from: Extract<Read<AccessAnswer>, { state: 'read' }>, question: Question): Read<AccessAnswer> {
  const { reason } = from.value;
  return { ...from, value: defined<AccessAnswer>({ ...question, allowed: true, reason }) };
}

function merge(reading: Reading, all: readonly Read<AccessAnswer>[]): Read<readonly AccessAnswer[]> {
  const missing = all.find((read) => read.state === 'unread');
  if (missing !== undefined && missing.state === 'unread') return missing;
  if (all.some((read) => read.state === 'absent')) return notAttempted('access reviews are not served');
  return made(
    reading,
    sortedBy(
      all.flatMap((answer) => (answer.state === 'read' ? [answer.value] : [])),
      (answer) =>
        `${answer.group}/${answer.resource}/${answer.subresource ?? ''} ${answer.namespace ?? ''} ${answer.verb}`,
    ),
  );
}

async function review(reading: Reading, account: Account, question: Question): Promise<Read<AccessAnswer>> {
  const read = await ask(reading, {
    method: 'POST',
    path: resourcePath('subjectaccessreviews'),
    needs: { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews' },
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: `system:serviceaccount:${account.namespace}:${account.name}`,
        // A review adds no groups by itself; these are the ones every ServiceAccount has.
        groups: ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`, 'system:authenticated'],
        resourceAttributes: question,
      },
    },
  });
  if (read.state !== 'read') return read;
  const status = object(read.value, 'status');
  return {
    state: 'read',
    at: read.at,
    value: defined<AccessAnswer>({
      ...question,
      allowed: boolean(status, 'allowed') ?? false,
      reason: string(status, 'reason') || undefined,
    }),
  };
}

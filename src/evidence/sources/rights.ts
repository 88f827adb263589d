import { resourcePath } from '../../kubernetes/paths.ts';
import { flagSet, watchedNamespaces } from '../flags.ts';
import { boolean, defined, object, sortedBy, string } from '../json.ts';
import { ask, made, notAttempted, type Reading } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import type { AccessAnswer, OperatorDeployment, Read, Target, TargetKind } from '../types.ts';

/** What the operator does with a resource, and for which of its controllers. */
interface OperatorRight {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verbs: readonly string[];
  readonly kinds: readonly TargetKind[];
  /** `namespaces`: asked per watched namespace where the operator watches only some. `cluster`: always for the whole cluster. */
  readonly scope: 'namespaces' | 'cluster';
  /** The charts grant `*`: one review answers for all verbs, and only a refusal is asked verb by verb. */
  readonly wildcard?: true;
}

const MONITORING = 'monitoring.coreos.com';
const ALL: readonly TargetKind[] = ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'];
const SCRAPING: readonly TargetKind[] = ['Prometheus', 'PrometheusAgent'];
const RULES: readonly TargetKind[] = ['Prometheus', 'ThanosRuler'];

const owner = (kind: TargetKind): readonly OperatorRight[] => {
  const shared = {
    group: MONITORING,
    resource: TARGETS[kind].resource,
    kinds: [kind],
    scope: 'namespaces',
    wildcard: true,
  } as const;
  return [
    { ...shared, verbs: ['get', 'list', 'watch'] },
    { ...shared, subresource: 'status', verbs: ['update', 'patch'] },
  ];
};
const listed = (resource: string, kinds: readonly TargetKind[]): OperatorRight => ({
  group: MONITORING,
  resource,
  verbs: ['list', 'watch'],
  kinds,
  scope: 'namespaces',
  wildcard: true,
});

/**
 * What prometheus-operator needs for each kind of workload, from its source: the one-shot checks at start, its informers, and what a
 * reconciliation writes. The secret verbs that every reconciliation uses include `delete`.
 */
export const OPERATOR_RIGHTS: readonly OperatorRight[] = [
  ...ALL.flatMap(owner),
  listed('servicemonitors', SCRAPING),
  listed('podmonitors', SCRAPING),
  listed('probes', SCRAPING),
  listed('scrapeconfigs', SCRAPING),
  listed('prometheusrules', RULES),
  listed('alertmanagerconfigs', ['Alertmanager']),
  {
    group: 'apps',
    resource: 'statefulsets',
    verbs: ['list', 'watch', 'create', 'get', 'update', 'delete'],
    kinds: ALL,
    scope: 'namespaces',
    wildcard: true,
  },
  {
    group: '',
    resource: 'configmaps',
    verbs: ['list', 'watch', 'get', 'create', 'update', 'delete'],
    kinds: ALL,
    scope: 'namespaces',
    wildcard: true,
  },
  {
    group: '',
    resource: 'secrets',
    verbs: ['list', 'watch', 'get', 'create', 'update', 'delete'],
    kinds: ALL,
    scope: 'namespaces',
    wildcard: true,
  },
  { group: '', resource: 'pods', verbs: ['list'], kinds: ALL, scope: 'namespaces' },
  { group: '', resource: 'services', verbs: ['get', 'create', 'update'], kinds: ALL, scope: 'namespaces' },
  { group: '', resource: 'namespaces', verbs: ['list', 'watch'], kinds: ALL, scope: 'cluster' },
  { group: '', resource: 'nodes', verbs: ['list'], kinds: ALL, scope: 'cluster' },
  { group: 'storage.k8s.io', resource: 'storageclasses', verbs: ['get'], kinds: ALL, scope: 'cluster' },
];

/** Watched namespaces that are asked about; the target's always is. */
const MAX_NAMESPACES = 3;

export interface Question {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

/** One right in one scope: `first` is asked, `rest` only when the wildcard was refused. */
interface Inquiry {
  readonly first: readonly Question[];
  readonly rest: readonly Question[];
  readonly verbs: readonly string[];
}

export function inquiries(target: Target, args: readonly string[]): readonly Inquiry[] {
  return OPERATOR_RIGHTS.filter((right) => right.kinds.includes(target.kind)).flatMap((right) =>
    scopes(right, target, args).map((namespace) => {
      const question = (verb: string): Question =>
        defined<Question>({
          verb,
          group: right.group,
          resource: right.resource,
          subresource: right.subresource,
          namespace,
        });
      const each = right.verbs.map(question);
      return right.wildcard === true
        ? { first: [question('*')], rest: each, verbs: right.verbs }
        : { first: each, rest: [], verbs: right.verbs };
    }),
  );
}

/** The namespaces a right is needed in; `undefined` stands for all of them. */
function scopes(right: OperatorRight, target: Target, args: readonly string[]): readonly (string | undefined)[] {
  if (right.scope === 'cluster') return [undefined];
  const instances = flagSet(args, TARGETS[target.kind].instanceNamespaces);
  const own = right.resource === TARGETS[target.kind].resource && instances !== undefined;
  const watched = own ? instances : watchedNamespaces(args);
  if (watched === undefined) return [undefined];
  const ordered = watched.includes(target.namespace)
    ? [target.namespace, ...watched.filter((name) => name !== target.namespace)]
    : watched;
  return ordered.slice(0, MAX_NAMESPACES);
}

/** What the API server would let the operator do now. Its rights when it started may have been others. */
export async function readRights(
  reading: Reading,
  target: Target,
  deployment: OperatorDeployment,
): Promise<Read<readonly AccessAnswer[]>> {
  const account = { namespace: deployment.meta.namespace ?? '', name: deployment.serviceAccount };
  const answers = await Promise.all(
    inquiries(target, deployment.container.args).map(async ({ first, rest, verbs }) => {
      const asked = await Promise.all(first.map((question) => review(reading, account, question)));
      const wildcard = first[0]?.verb === '*' ? asked[0] : undefined;
      if (wildcard === undefined || wildcard.state !== 'read') return asked;
      if (!wildcard.value.allowed) return Promise.all(rest.map((question) => review(reading, account, question)));
      return verbs.map((verb): Read<AccessAnswer> => ({ ...wildcard, value: { ...wildcard.value, verb } }));
    }),
  );
  const all = answers.flat();
  const missing = all.find((read) => read.state === 'unread');
  if (missing !== undefined && missing.state === 'unread') return missing;
  const absent = all.find((read) => read.state === 'absent');
  if (absent !== undefined) return notAttempted('access reviews are not served');
  const read = all.flatMap((answer) => (answer.state === 'read' ? [answer.value] : []));
  return made(
    reading,
    sortedBy(
      read,
      (answer) =>
        `${answer.group}/${answer.resource}/${answer.subresource ?? ''} ${answer.namespace ?? ''} ${answer.verb}`,
    ),
  );
}

async function review(
  reading: Reading,
  account: { readonly namespace: string; readonly name: string },
  question: Question,
): Promise<Read<AccessAnswer>> {
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

import { namespaceScope, watchedNamespaces } from '../flags.ts';
import { defined } from '../json.ts';
import { MONITORING, TARGETS } from '../targets.ts';
import type { Target, TargetKind } from '../types.ts';

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

const ALL: readonly TargetKind[] = ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'];
const SCRAPING: readonly TargetKind[] = ['Prometheus', 'PrometheusAgent'];
const RULES: readonly TargetKind[] = ['Prometheus', 'ThanosRuler'];

const owner = (kind: TargetKind): readonly OperatorRight[] => {
  const shared = {
    group: MONITORING,
    resource: TARGETS[kind].plural,
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

/** One right in one scope: a question for each verb, and one for all of them where the charts grant all. */
export interface Inquiry {
  readonly each: readonly Question[];
  readonly wildcard?: Question;
}

/** What the operator needs for the target's kind. */
export function inquiries(target: Target, args: readonly string[]): readonly Inquiry[] {
  return inquiriesOf(
    OPERATOR_RIGHTS.filter(({ kinds }) => kinds.includes(target.kind)),
    target,
    args,
  );
}

/** What the operator needs for another kind and not for the target's as well. */
export function furtherInquiries(target: Target, kind: TargetKind, args: readonly string[]): readonly Inquiry[] {
  return inquiriesOf(
    OPERATOR_RIGHTS.filter(({ kinds }) => kinds.includes(kind) && !kinds.includes(target.kind)),
    { kind, namespace: target.namespace },
    args,
  );
}

type Asked = Pick<Target, 'kind' | 'namespace'>;

function inquiriesOf(rights: readonly OperatorRight[], of: Asked, args: readonly string[]): readonly Inquiry[] {
  return rights.flatMap((right) =>
    scopes(right, of, args).map((namespace) => {
      const question = (verb: string): Question =>
        defined<Question>({
          verb,
          group: right.group,
          resource: right.resource,
          subresource: right.subresource,
          namespace,
        });
      const each = right.verbs.map(question);
      return right.wildcard === true ? { each, wildcard: question('*') } : { each };
    }),
  );
}

/** The namespaces a right is needed in; `undefined` stands for all of them. */
function scopes(right: OperatorRight, target: Asked, args: readonly string[]): readonly (string | undefined)[] {
  if (right.scope === 'cluster') return [undefined];
  const { kind } = target;
  const own = right.resource === TARGETS[kind].plural;
  const watched = own ? namespaceScope(args, kind).allowed : watchedNamespaces(args);
  if (watched === undefined) return [undefined];
  const ordered = watched.includes(target.namespace)
    ? [target.namespace, ...watched.filter((name) => name !== target.namespace)]
    : watched;
  return ordered.slice(0, MAX_NAMESPACES);
}

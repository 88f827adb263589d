import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Because, Certainty, Values } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { AccessAnswer, Evidence } from '../../evidence/types.ts';
import type { OperatorMessage } from '../../parse/operator-message.ts';
import { because, readValue } from '../because.ts';
import { controllerState } from '../controller-state.ts';
import { responsible, type Story, type Told, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';

export const CACHE_CODES = [
  'cache-sync-pending',
  'kind-not-served-to-informer',
  'list-refused',
  'list-refused-everywhere',
  'list-slow',
  'list-undecodable',
  'namespace-not-there',
  'operator-version-cannot-list',
  'other-right-missing',
  'reflector-errors',
  'statefulsets-not-served',
  'watch-refused',
] as const;
type Code = (typeof CACHE_CODES)[number];
type Found = Coded<Code>;
type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource' | 'crds' | 'served' | 'undecodable'>;
type Reflector = Told<Extract<OperatorMessage, { is: 'reflector' }>>;

/** Why an informer of the target's controller does not fill: nothing is reconciled before all of them have. */
export function judgeCaches(seen: Seen, story: Story): readonly Found[] {
  const lines = those(story.current, 'reflector');
  const found: Found[] = [...observe(story, lines)];
  const controller = controllerState(seen, story);
  const synced = controller.state === 'running';
  const causes = merge(lines.flatMap((line) => judgeLine(line, seen, story, synced)));
  found.push(...causes, ...widespread(causes, lines, story));
  if (causes.length === 0 && lines.length === 0 && !synced) found.push(...judgeSlow(seen, story));
  return found;
}

function observe(story: Story, lines: readonly Reflector[]): readonly Found[] {
  const found: Found[] = [];
  const last = lines.at(-1);
  if (last) {
    const types = [...new Set(lines.map((one) => one.message.type))].sort().join(', ');
    found.push({
      kind: 'observation',
      code: 'reflector-errors',
      certainty: 'proven',
      values: { count: lines.length, types },
      because: [last.proof],
    });
  }
  const pending = those(story.current, 'cache-pending');
  const latest = pending.at(-1);
  if (latest) {
    const informers = [...new Set(pending.map((one) => one.message.informer ?? '?'))].sort().join(', ');
    found.push({
      kind: 'observation',
      code: 'cache-sync-pending',
      certainty: 'proven',
      values: { count: pending.length, informers },
      because: [latest.proof],
    });
  }
  return found;
}

/** The same refusal is logged every few seconds: one finding for each. */
function merge(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = `${one.code} ${JSON.stringify(one.values)}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

const make = (
  cause: CauseSlug,
  code: Code,
  certainty: Certainty,
  values: Values,
  proof: readonly Because[],
): Found => ({ kind: 'cause', cause, code, certainty, values, because: proof });

function judgeLine(line: Reflector, seen: Seen, story: Story, synced: boolean): readonly Found[] {
  const { api, error, type, verb } = line.message;
  const name = type.replace(/^\*(?:\w+\.)?/, '');
  if (/expected resource version to have \d+ parts/.test(error))
    return [
      make('operator-bug-multi-namespace-listwatch', 'operator-version-cannot-list', 'proven', { type: name }, [
        line.proof,
      ]),
    ];
  if (api?.kind === 'undecodable') return synced ? [] : [undecodable(line, name, seen)];
  if (api?.kind === 'not-found' && api.resource === 'namespaces')
    return [
      make('configured-namespace-missing', 'namespace-not-there', 'proven', { namespace: api.name }, [line.proof]),
    ];
  if (api?.kind === 'rbac') return judgeRefusal(line, verb, seen, story, synced);
  if (api?.kind === 'no-such-kind') return judgeNotServed(line, name, seen, story, synced);
  return [];
}

function undecodable(line: Reflector, name: string, seen: Seen): Found {
  const object = readValue(seen.undecodable)?.find((one) => one.kind === name || name === '');
  const values = {
    type: name,
    object: object ? `${object.namespace}/${object.name}` : '',
    field: object?.path ?? '',
    found: object?.found ?? '',
    expected: object?.expected ?? '',
  };
  const proof = object
    ? [
        because('undecodable', `${object.kind} ${object.namespace}/${object.name}: ${object.path}`, {
          quote: `${object.found}, expected ${object.expected}`,
        }),
      ]
    : [];
  return make('poison-object', 'list-undecodable', 'proven', values, [line.proof, ...proof]);
}

/** Kinds of the StatefulSet, Secret and ConfigMap caches, and the target's own siblings. */
function concerns(seen: Seen, resource: string): boolean {
  const { plural, siblings } = TARGETS[seen.target.kind];
  return [
    'secrets',
    'configmaps',
    'statefulsets',
    'namespaces',
    plural,
    ...siblings.map((one) => one.plural),
    ...(plural === 'prometheuses' ? ['scrapeconfigs'] : []),
  ].includes(resource);
}

function judgeRefusal(
  line: Reflector,
  verb: 'list' | 'watch',
  seen: Seen,
  story: Story,
  synced: boolean,
): readonly Found[] {
  const { api } = line.message;
  if (api?.kind !== 'rbac') return [];
  const denied = api.verb === 'watch' ? 'watch' : verb === 'watch' && api.verb !== 'list' ? 'watch' : 'list';
  const now = answerFor(seen, denied, api.resource);
  if (now?.allowed) return [];
  const proof = [
    line.proof,
    ...(now ? [because('operators', `access review: ${denied} ${api.resource}`, { quote: 'no' })] : []),
  ];
  const values = { verb: denied, resource: api.resource, group: api.group, scope: api.namespace ?? 'cluster' };
  if (!concerns(seen, api.resource))
    return story.pasted
      ? [make('rbac-operator-missing-resource', 'other-right-missing', 'possible', values, proof)]
      : [];
  if (denied === 'watch') return [make('rbac-watch-informer', 'watch-refused', 'proven', values, proof)];
  return synced && !now ? [] : [make('rbac-list-informer', 'list-refused', 'proven', values, proof)];
}

function answerFor(seen: Seen, verb: string, resource: string): AccessAnswer | undefined {
  const operator = responsible(seen);
  const answers = ((operator && readValue(operator.rights)) ?? []).filter(
    (one) => one.verb === verb && one.resource === resource && one.subresource === undefined,
  );
  return answers.find((one) => !one.allowed) ?? answers[0];
}

/** Lists of several kinds, all refused at the cluster scope: the whole ClusterRole is missing, not a rule of it. */
function widespread(causes: readonly Found[], lines: readonly Reflector[], story: Story): readonly Found[] {
  const refused = causes.filter((one) => one.code === 'list-refused' && one.values['scope'] === 'cluster');
  const resources = [...new Set(refused.map((one) => String(one.values['resource'])))].sort();
  if (resources.length < 3 || lines.length === 0) return [];
  return [
    make(
      'rbac-operator-cluster-scope',
      'list-refused-everywhere',
      story.pasted ? 'likely' : 'proven',
      { resources: resources.join(', ') },
      refused.flatMap((one) => one.because).slice(0, 3),
    ),
  ];
}

function judgeNotServed(line: Reflector, name: string, seen: Seen, story: Story, synced: boolean): readonly Found[] {
  const { siblings } = TARGETS[seen.target.kind];
  const plural = siblings.find((one) => one.type === name)?.plural;
  if (/^\*v1beta\d\./.test(line.message.type) || name === 'StatefulSet')
    return [
      make('operator-too-old-for-k8s', 'statefulsets-not-served', 'proven', { type: line.message.type }, [line.proof]),
    ];
  if (!plural) return [];
  const crds = readValue(seen.crds);
  // It is there again: the operator lists it within a minute.
  if (crds?.some((one) => one.plural === plural && one.meta.deleting === undefined)) return [];
  if (crds === undefined && synced && !story.pasted) return [];
  const proof = crds ? [because('crds', `${plural}.monitoring.coreos.com`, { quote: 'not found' })] : [];
  return [
    make('sibling-crd-missing', 'kind-not-served-to-informer', 'proven', { plural, type: name }, [
      line.proof,
      ...proof,
    ]),
  ];
}

/** An informer that waits without an error: the list itself is slow. */
function judgeSlow(seen: Seen, story: Story): readonly Found[] {
  const { component } = TARGETS[seen.target.kind];
  const told = [...story.previous, ...story.current];
  const pending = those(told, 'cache-pending').filter((one) => story.pasted || one.message.component === component);
  const last = pending.at(-1);
  if (!last) return [];
  const after = told.slice(told.lastIndexOf(last));
  if (those(after, 'all-caches-synced').some(({ message }) => message.component === last.message.component)) return [];
  return [
    make('slow-list', 'list-slow', 'likely', { informer: last.message.informer ?? '', count: pending.length }, [
      last.proof,
    ]),
  ];
}

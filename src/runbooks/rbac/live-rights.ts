import type { CauseSlug } from '../../diagnosis/causes.ts';
import { isReady } from '../../evidence/operator-pod.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { AccessAnswer, Evidence } from '../../evidence/types.ts';
import { parseGoFlags } from '../../parse/go-flags.ts';
import { compareVersions } from '../../parse/version.ts';
import { because } from '../because.ts';
import { controllerState } from '../controller-state.ts';
import { operatorPod, responsible, type Story, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';
import { denied, deniedProof } from './review.ts';

export const LIVE_RIGHTS_CODES = [
  'kubelet-right-missing',
  'list-right-missing',
  'list-right-not-used',
  'namespaces-right-missing',
  'pods-right-missing',
  'status-right-missing',
  'watch-right-missing',
  'write-right-missing',
] as const;
type Code = (typeof LIVE_RIGHTS_CODES)[number];
type Found = Coded<Code>;
type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource' | 'owned'>;

/** The first release (as tried) whose client-go 0.35 fills its caches by a watch that begins with what is there. */
const FILLS_BY_WATCHING = '0.90.1';

/** Verbs without which a sync ends in an error, per kind of owned object. `delete statefulsets` is only for scaling down. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  configmaps: ['get', 'list', 'create', 'delete'],
  secrets: ['get', 'create', 'update', 'delete'],
  services: ['get', 'create', 'update'],
  statefulsets: ['create', 'update'],
};

/** Rights that are needed all the time, not only at start: what the access reviews say now holds. */
export function judgeLiveRights(seen: Seen, story: Story, answers: readonly AccessAnswer[]): readonly Found[] {
  return [
    ...namespaces(seen, answers),
    ...informers(seen, story, answers),
    ...writes(answers),
    ...status(seen, answers),
    ...kubelet(seen, answers),
  ];
}

const make = (cause: CauseSlug, code: Code, answers: readonly AccessAnswer[]): Found => ({
  kind: 'cause',
  cause,
  code,
  certainty: 'proven',
  values: {
    verbs: unique(answers.map((one) => one.verb)),
    resource: unique(answers.map((one) => (one.subresource ? `${one.resource}/${one.subresource}` : one.resource))),
  },
  because: answers.slice(0, 4).map(deniedProof),
});

const unique = (words: readonly string[]): string => [...new Set(words)].join(', ');

/** Fatal at start unless an allow list limits the operator; a process that started before goes on. */
function namespaces(seen: Seen, answers: readonly AccessAnswer[]): readonly Found[] {
  const refused = denied(answers, ['list', 'watch'], 'namespaces');
  const operator = responsible(seen);
  const flags = parseGoFlags(operator?.deployment.container.args ?? []);
  if (refused.length === 0 || (flags.get('namespaces') ?? '') !== '') return [];
  return [make('rbac-namespaces', 'namespaces-right-missing', refused)];
}

function informers(seen: Seen, story: Story, answers: readonly AccessAnswer[]): readonly Found[] {
  const { siblings } = TARGETS[seen.target.kind];
  const cached = ['configmaps', 'secrets', 'statefulsets', ...siblings.map((one) => one.plural)];
  const found: Found[] = [];
  for (const resource of cached) {
    const list = denied(answers, ['list'], resource);
    const watch = denied(answers, ['watch'], resource);
    const told = those(story.current, 'reflector').find(
      ({ message }) => message.api?.kind === 'rbac' && message.api.resource === resource,
    );
    const more = told ? [told.proof] : [];
    if (list.length > 0 && watch.length === 0 && told === undefined && fillsByWatching(seen, story)) {
      found.push({
        kind: 'ruled-out',
        cause: 'rbac-list-informer',
        code: 'list-right-not-used',
        certainty: 'proven',
        values: { verbs: 'list', resource },
        because: [...list.map(deniedProof), ...controllerState(seen, story).because],
      });
    } else if (list.length > 0) {
      const one = make('rbac-list-informer', 'list-right-missing', list);
      found.push({ ...one, because: [...one.because, ...more] });
    } else if (watch.length > 0) {
      const one = make('rbac-watch-informer', 'watch-right-missing', watch);
      found.push({ ...one, because: [...one.because, ...more] });
    }
  }
  return found;
}

/** It synced without the right: proven by the log of this very process from its start, in which no list was refused. */
function fillsByWatching(seen: Seen, story: Story): boolean {
  const order = compareVersions(responsible(seen)?.deployment.container.version, FILLS_BY_WATCHING);
  return order !== undefined && order >= 0 && story.fromStart && controllerState(seen, story).state === 'running';
}

function writes(answers: readonly AccessAnswer[]): readonly Found[] {
  // A list that is refused at the cluster scope is the informer's, judged above; the same refusal is no second fault.
  const refused = Object.entries(WRITES).flatMap(([resource, verbs]) =>
    denied(answers, verbs, resource).filter((one) => one.verb !== 'list'),
  );
  return refused.length > 0 ? [make('rbac-write-verb', 'write-right-missing', refused)] : [];
}

function status(seen: Seen, answers: readonly AccessAnswer[]): readonly Found[] {
  const { plural } = TARGETS[seen.target.kind];
  const patch = denied(answers, ['patch'], plural, 'status');
  const pods = denied(answers, ['list'], 'pods');
  return [
    ...(patch.length > 0 ? [make('status-patch-forbidden', 'status-right-missing', patch)] : []),
    ...(pods.length > 0 ? [make('pods-list-forbidden', 'pods-right-missing', pods)] : []),
  ];
}

/** The kubelet controller is beside the path: it only feeds the kubelet's Service. */
function kubelet(seen: Seen, answers: readonly AccessAnswer[]): readonly Found[] {
  const operator = responsible(seen);
  const pod = operatorPod(operator);
  const wanted = parseGoFlags(operator?.deployment.container.args ?? []).get('kubelet-service');
  const refused = denied(answers, ['list'], 'nodes');
  if (refused.length === 0 || !wanted || !pod || !isReady(pod)) return [];
  const one = make('rbac-kubelet-service', 'kubelet-right-missing', refused);
  return [{ ...one, because: [...one.because, because('operators', 'args --kubelet-service', { quote: wanted })] }];
}

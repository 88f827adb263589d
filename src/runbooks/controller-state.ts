import type { Because } from '../diagnosis/types.ts';
import { TARGETS } from '../evidence/targets.ts';
import type { Evidence, OperatorView } from '../evidence/types.ts';
import { because, readValue } from './because.ts';
import { processStart, responsible, type Story } from './operator-story.ts';

/**
 * What is known of the target's controller in the operator's current process.
 * - `absent`: it was not built; `waiting`: built, its caches are not filled; `running`: it reconciles
 */
interface ControllerState {
  readonly state: 'absent' | 'waiting' | 'running' | 'unknown';
  readonly because: readonly Because[];
}

type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource'>;

/** From the metric where it was read, else from the log, else from a status written by this process. */
export function controllerState(seen: Seen, story: Story): ControllerState {
  const operator = responsible(seen);
  const byMetric = operator && fromMetrics(seen, operator);
  if (byMetric) return byMetric;
  const byLog = fromLog(seen, story);
  if (byLog) return byLog;
  return fromStatus(seen) ?? { state: 'unknown', because: [] };
}

function fromMetrics(seen: Seen, operator: OperatorView): ControllerState | undefined {
  const samples = readValue(operator.metrics)?.samples;
  // A process whose metrics were read has at least one other sample; none at all proves nothing.
  if (!samples || samples.length === 0) return undefined;
  const { metric } = TARGETS[seen.target.kind];
  const ready = samples.find((one) => one.name === 'prometheus_operator_ready' && one.labels['controller'] === metric);
  const quote = ready ? String(ready.value) : 'absent';
  const proof = [because('operators', `metric prometheus_operator_ready{controller="${metric}"}`, { quote })];
  if (!ready) return { state: 'absent', because: proof };
  return { state: ready.value === 1 ? 'running' : 'waiting', because: proof };
}

function fromLog(seen: Seen, story: Story): ControllerState | undefined {
  const { component, cacheName, plural } = TARGETS[seen.target.kind];
  const mine = story.current.filter(({ message }) => {
    if (message.is === 'all-caches-synced') return message.component === component;
    if (message.is === 'cache-pending' || message.is === 'cache-failed') return message.component === component;
    if (message.is === 'waiting-for-caches') return message.controller === cacheName;
    return message.is === 'sync' && message.kind === seen.target.kind.toLowerCase();
  });
  const done = mine.find(({ message }) => message.is === 'all-caches-synced' || message.is === 'sync');
  if (done) return { state: 'running', because: [done.proof] };
  const last = mine.at(-1);
  if (last) return { state: 'waiting', because: [last.proof] };
  const off = story.current.find(
    ({ message }) =>
      (message.is === 'not-installed' && message.resource === plural) ||
      (message.is === 'missing-permission' && message.resource.split('/')[0] === plural),
  );
  return off ? { state: 'absent', because: [off.proof] } : undefined;
}

function fromStatus(seen: Seen): ControllerState | undefined {
  const written = statusWrittenAt(seen);
  const started = processStart(seen);
  if (written === undefined || started === undefined || Date.parse(written) < Date.parse(started)) return undefined;
  return {
    state: 'running',
    because: [because('resource', 'metadata.managedFields[status].time', { at: written, quote: 'PrometheusOperator' })],
  };
}

/** When the operator last wrote the target's status. */
export function statusWrittenAt(seen: Pick<Evidence, 'resource'>): string | undefined {
  const managers = readValue(seen.resource)?.meta.managers ?? [];
  return managers
    .filter((one) => one.subresource === 'status')
    .flatMap((one) => one.time ?? [])
    .sort()
    .at(-1);
}

/** The operator never wrote a status: undefined when the resource was not read. */
export function statusEmpty(seen: Pick<Evidence, 'resource'>): boolean | undefined {
  const resource = readValue(seen.resource);
  return resource && (resource.status?.conditions.length ?? 0) === 0;
}

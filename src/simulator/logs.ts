import type { Call, Place } from './call.ts';
import { type Json, nameOf, object, objects, string } from './json.ts';
import type { Processes } from './processes.ts';
import type { State } from './state.ts';
import { badRequest, notFound, type Reply } from './status.ts';

/** `GET …/pods/NAME/log`: timestamps, previous, tailLines, sinceTime and limitBytes, in the kubelet's order. */
export function podLog(
  state: State,
  processes: Processes,
  { query }: Call,
  { namespace = '', name = '' }: Place,
): Reply {
  const pod = state.get('/api/v1/pods', namespace, name);
  if (pod === undefined) throw notFound({ group: '', resource: 'pods' }, name);
  const container = containerOf(pod, query.get('container'));
  const previous = query.get('previous') === 'true';
  const text = processes.log(namespace, name, container, previous);
  if (text === undefined) throw nothingWritten(pod, container, previous);
  const since = query.get('sinceTime') ?? sinceSeconds(query.get('sinceSeconds'), state.now());
  let lines = text.split(/(?<=\n)/).filter((line) => line !== '' && (since === null || line.slice(0, 24) >= since));
  const tail = query.get('tailLines');
  if (tail !== null) lines = Number(tail) > 0 ? lines.slice(-Number(tail)) : [];
  if (query.get('timestamps') !== 'true') lines = lines.map((line) => line.replace(/^\S+ /, ''));
  const all = Buffer.from(lines.join(''));
  const limit = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  const body = all.length > limit ? all.subarray(0, limit).toString() : all.toString();
  return { status: 200, body, headers: { 'content-type': 'text/plain' } };
}

function sinceSeconds(seconds: string | null, now: Date): string | null {
  return seconds === null ? null : new Date(now.getTime() - Number(seconds) * 1000).toISOString();
}

function containerOf(pod: Json, asked: string | null): string {
  const spec = object(pod, 'spec');
  const names = [...objects(spec['initContainers']), ...objects(spec['containers'])].map(
    (one) => string(one, 'name') ?? '',
  );
  if (asked !== null && asked !== '') {
    if (names.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${nameOf(pod)}`);
  }
  const [only, second] = objects(spec['containers']);
  if (second === undefined) return string(only, 'name') ?? '';
  throw badRequest(`a container name must be specified for pod ${nameOf(pod)}, choose one of: [${names.join(' ')}]`);
}

function nothingWritten(pod: Json, container: string, previous: boolean): Error {
  const of = `container "${container}" in pod "${nameOf(pod)}"`;
  if (previous) return badRequest(`previous terminated ${of} not found`);
  const state = objects(object(pod, 'status')['containerStatuses']).find((one) => one['name'] === container);
  const reason = string(state, 'state', 'waiting', 'reason') ?? 'ContainerCreating';
  return badRequest(`${of} is waiting to start: ${reason}`);
}

import type { Call, Place } from './call.ts';
import { type Json, object, objects, string } from './json.ts';
import type { Processes } from './processes.ts';
import type { State } from './state.ts';
import { failure, notFound, type Reply } from './status.ts';

/** `GET …/services/SCHEME:NAME:PORT/proxy/metrics`: the operator's metrics, as long as one of its pods is ready. */
export function serviceProxy(state: State, processes: Processes, call: Call, place: Place): Reply {
  const { namespace = '', name: asked = '', rest } = place;
  const [scheme = '', name = asked, port = ''] = asked.includes(':') ? asked.split(':') : ['', asked, ''];
  const service = state.get('/api/v1/services', namespace, name);
  if (service === undefined) throw notFound({ group: '', resource: 'services' }, name);
  const ports = objects(object(service, 'spec')['ports']);
  const isPort = port === '' || ports.some((one) => string(one, 'name') === port || String(one['port']) === port);
  const text = processes.metrics();
  if (!isPort || text === undefined || !hasReadyEndpoint(state, namespace, name))
    throw failure(503, 'ServiceUnavailable', `no endpoints available for service "${asked}"`);
  if (scheme !== 'https')
    return {
      status: 400,
      body: 'Client sent an HTTP request to an HTTPS server.\n',
      headers: { 'content-type': 'text/plain' },
    };
  if (rest !== 'metrics' || call.method !== 'GET')
    return { status: 404, body: '404 page not found\n', headers: { 'content-type': 'text/plain; charset=utf-8' } };
  return {
    status: 200,
    body: text,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores' },
  };
}

function hasReadyEndpoint(state: State, namespace: string, service: string): boolean {
  return state
    .list('/apis/discovery.k8s.io/v1/endpointslices', namespace)
    .filter((slice) => string(slice, 'metadata', 'labels', 'kubernetes.io/service-name') === service)
    .some((slice) => objects(slice['endpoints']).some((one: Json) => object(one, 'conditions')['ready'] !== false));
}

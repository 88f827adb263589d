import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { renderLog } from './logs.ts';
import { metadataOf, type NodePod } from './pod.ts';

/** The kubelet's port. */
export const KUBELET_PORT = 10250;

interface LogServerOptions {
  readonly host: string;
  readonly cert: string;
  readonly key: string;
  find(namespace: string, name: string): NodePod | undefined;
}

/** The one endpoint of a kubelet that the API server needs for `pods/log`. */
export async function startLogServer({ host, cert, key, find }: LogServerOptions): Promise<https.Server> {
  const files = { cert: readFileSync(cert), key: readFileSync(key) };
  const server = https.createServer(files, (request, response) => answer(request, response, find));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(KUBELET_PORT, host, resolve));
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse, find: LogServerOptions['find']): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node');
  const [, namespace, name, container] = /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  if (!namespace || !name || !container) {
    response.writeHead(401).end('Unauthorized');
    return;
  }
  const pod = find(namespace, name);
  if (!pod) {
    response.writeHead(404).end(`pod "${name}" not found`);
    return;
  }
  const previous = searchParams.get('previous') === 'true';
  const refused = refusal(pod, container, previous);
  if (refused) response.writeHead(400).end(refused);
  else
    response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end(renderLog(previous ? pod.logs.previous(container) : pod.logs.current(container), searchParams));
}

/** Why there is no log, in a kubelet's words. */
function refusal(pod: NodePod, container: string, previous: boolean): string | undefined {
  const { name } = metadataOf(pod);
  if (previous)
    return pod.restarts === 0 ? `previous terminated container "${container}" in pod "${name}" not found` : undefined;
  const waiting = pod.latest.status?.containerStatuses?.find((status) => status.name === container)?.state.waiting;
  if (!waiting || pod.logs.current(container).length > 0) return undefined;
  const reason = waiting.reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : waiting.reason;
  return `container "${container}" in pod "${name}" is waiting to start: ${reason}`;
}

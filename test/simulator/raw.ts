import https from 'node:https';
import { object, objects, string } from '../../src/simulator/json.ts';
import type { Kubeconfig } from '../../src/simulator/simulator.ts';

interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  /** Instead of the kubeconfig's token; empty for none. */
  readonly token?: string;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** One request as it is, over a connection of its own. Rejects only when the connection breaks. */
export function send(kubeconfig: Kubeconfig, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', path, accept = 'application/json', contentType = 'application/json', body } = request;
  const cluster = object(objects(kubeconfig['clusters'])[0], 'cluster');
  const token = request.token ?? string(objects(kubeconfig['users'])[0], 'user', 'token') ?? '';
  const url = new URL(string(cluster, 'server') ?? '');
  const data = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = https.request(
      {
        hostname: url.hostname,
        port: url.port,
        method,
        path,
        agent: false,
        ca: Buffer.from(string(cluster, 'certificate-authority-data') ?? '', 'base64'),
        headers: {
          accept,
          ...(token !== '' && { authorization: `Bearer ${token}` }),
          ...(data !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(data) }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(data);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return object(JSON.parse(text));
  } catch {
    return {};
  }
}

import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  /** A bearer token instead of cluster-admin's certificate. */
  readonly token?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RawClient {
  send(exchange: Exchange): Promise<Answer>;
  destroy(): void;
}

/** Requests as they are, with all headers of the answer. Nothing is an error. */
export function rawClient(server: string, pki: string): RawClient {
  const url = new URL(server);
  const ca = readFileSync(join(pki, 'ca.crt'));
  const admin = new https.Agent({
    keepAlive: true,
    maxSockets: 6,
    ca,
    cert: readFileSync(join(pki, 'admin.crt')),
    key: readFileSync(join(pki, 'admin.key')),
  });
  const nobody = new https.Agent({ keepAlive: true, ca });
  return {
    send: ({ method, path, accept = 'application/json', contentType = 'application/json', body, token }) =>
      new Promise((resolve, reject) => {
        const data = body === undefined ? undefined : JSON.stringify(body);
        const request = https.request(
          {
            agent: token === undefined ? admin : nobody,
            hostname: url.hostname,
            port: url.port,
            method,
            path,
            headers: {
              accept,
              ...(token !== undefined && token !== '' && { authorization: `Bearer ${token}` }),
              ...(data !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(data) }),
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: Object.fromEntries(
                  Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
                ),
                text: Buffer.concat(chunks).toString(),
              }),
            );
          },
        );
        request.on('error', reject);
        request.end(data);
      }),
    destroy: () => {
      admin.destroy();
      nobody.destroy();
    },
  };
}

import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { KubeObject } from '../kinds.ts';

/** The API server said no. `body` is its Status object, or the text it sent. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(`${status} ${messageOf(body)}`);
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
  }
}

const messageOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : String(body);

/** Files of one client of the API server. */
interface ApiFiles {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Looks like the status of an ApiError, whoever made it. */
export const statusOf = (error: unknown): number | undefined => (error instanceof ApiError ? error.status : undefined);

/**
 * A small client for the API server: JSON in, JSON (or text) out, one client certificate, no retries. It is the tests' own, so that a
 * mistake in promfix's client can't hide itself.
 */
export class Api {
  readonly #agent: https.Agent;
  readonly #url: URL;

  constructor({ server, ca, cert, key }: ApiFiles) {
    this.#url = new URL(server);
    this.#agent = new https.Agent({
      keepAlive: true,
      maxSockets: 32,
      ca: readFileSync(ca),
      cert: readFileSync(cert),
      key: readFileSync(key),
    });
  }

  get = <T = KubeObject>(path: string): Promise<T> => this.#send<T>('GET', path);
  post = <T = KubeObject>(path: string, body: unknown): Promise<T> => this.#send<T>('POST', path, body);
  put = <T = KubeObject>(path: string, body: unknown): Promise<T> => this.#send<T>('PUT', path, body);
  del = <T = KubeObject>(path: string, body?: unknown): Promise<T> => this.#send<T>('DELETE', path, body);
  merge = <T = KubeObject>(path: string, body: unknown): Promise<T> =>
    this.#send<T>('PATCH', path, body, 'application/merge-patch+json');
  strategic = <T = KubeObject>(path: string, body: unknown): Promise<T> =>
    this.#send<T>('PATCH', path, body, 'application/strategic-merge-patch+json');
  json = <T = KubeObject>(path: string, body: unknown): Promise<T> =>
    this.#send<T>('PATCH', path, body, 'application/json-patch+json');
  apply = <T = KubeObject>(path: string, body: unknown, manager = 'lab', dryRun = false): Promise<T> =>
    this.#send<T>(
      'PATCH',
      `${path}?fieldManager=${manager}&force=true${dryRun ? '&dryRun=All' : ''}`,
      body,
      'application/apply-patch+yaml',
    );

  /** The object, or undefined where there is none. */
  maybe = async <T = KubeObject>(path: string): Promise<T | undefined> => {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };

  destroy = (): void => this.#agent.destroy();

  #send<T>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
    return new Promise((resolve, reject) => {
      const data = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const headers = {
        accept: 'application/json',
        ...(data !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(data) }),
      };
      const request = https.request(
        { agent: this.#agent, hostname: this.#url.hostname, port: this.#url.port, method, path, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = parsed(Buffer.concat(chunks).toString());
            const status = response.statusCode ?? 0;
            if (status >= 400) reject(new ApiError(status, answer));
            else resolve(answer as T); // the caller names the kind that it asked for; the API server holds to its schema
          });
        },
      );
      request.on('error', reject);
      request.end(data);
    });
  }
}

/** JSON where it is JSON, else the text (logs, metrics, health). */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

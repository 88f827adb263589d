/**
 * What the rest of promfix knows about talking to an API server. The implementation is in this folder and is the only place that imports
 * `@kubernetes/client-node`; everything is raw JSON, because typed clients drop the fields they don't know.
 */

/** One HTTP request to the API server. `path` starts with `/` and is already encoded; `query` values are encoded by the client. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Defaults to `application/json`; a PATCH must say which kind of patch it is. */
  readonly contentType?:
    | 'application/json'
    | 'application/merge-patch+json'
    | 'application/json-patch+json'
    | 'application/apply-patch+yaml';
  /** Defaults to `application/json`. Tables and PartialObjectMetadata are asked for here. */
  readonly accept?: string;
  /** Milliseconds for the whole exchange, body included. */
  readonly timeoutMs?: number;
  /** Bytes of the decoded body after which the read stops: an error for JSON; for text the answer is cut and marked. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** A JSON answer (2xx). `serverDate` is the HTTP Date header as ISO time: the API server's clock, not ours. */
export interface KubeJson {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bytes: number;
  readonly serverDate?: string;
  readonly warnings: readonly string[];
}

/** A plain-text answer (logs, metrics); `cut` is true when `maxBytes` ended the read early. */
export interface KubeText {
  readonly text: string;
  readonly bytes: number;
  readonly cut: boolean;
}

export interface KubeClient {
  /** `https://host:port` for display; never contains credentials. */
  readonly server: string;
  /** SHA-256 of the cluster's CA certificate (DER, hex), or undefined where none is configured. Part of the cluster's identity. */
  readonly caFingerprint?: string;
  /** Name of the kubeconfig's context in use; `in-cluster` for a pod. */
  readonly context?: string;
  /** The namespace of the context in use, where the kubeconfig names one. */
  readonly contextNamespace?: string;
  /** Resolves for 2xx; every other outcome is thrown as a KubeError. Mutations are never retried. */
  json(request: KubeRequest): Promise<KubeJson>;
  text(request: KubeRequest): Promise<KubeText>;
  /** Requests made and bytes received since the client was created. */
  readonly counters: { readonly requests: number; readonly bytes: number };
  close(): Promise<void>;
}

export type KubeErrorKind =
  | 'unauthorized' // 401
  | 'forbidden' // 403
  | 'not-found' // 404
  | 'conflict' // 409
  | 'invalid' // 400, 422
  | 'rate-limited' // 429
  | 'unavailable' // 5xx, refused, reset, DNS
  | 'timeout'
  | 'too-large'
  | 'malformed' // 2xx that is not JSON, or not an object
  | 'tls'; // the certificate is not trusted

/** `message` is short and safe to show: the Status message of the API server, scrubbed by whoever shows it. */
export class KubeError extends Error {
  readonly kind: KubeErrorKind;
  readonly status: number | undefined;
  /** The Status object of the API server, where there was one. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(
    kind: KubeErrorKind,
    message: string,
    more: { status?: number; details?: Record<string, unknown>; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'KubeError';
    this.kind = kind;
    this.status = more.status;
    this.details = more.details;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

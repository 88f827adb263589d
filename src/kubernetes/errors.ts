import { KubeError, type KubeErrorKind } from './types.ts';

const TLS_CODES: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What the network or the TLS layer threw, as a KubeError with a sentence that names the server. */
export function fromNetwork(error: unknown, server: string, timedOut: boolean): KubeError {
  if (error instanceof KubeError) return error;
  if (timedOut) return new KubeError('timeout', `${server} did not answer in time`, { cause: error });
  const code = codeOf(error);
  if (TLS_CODES.has(code)) {
    return new KubeError(
      'tls',
      `the certificate of ${server} is not trusted (${code}): check the CA in the kubeconfig`,
      { cause: error },
    );
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new KubeError('timeout', `${server} did not answer in time`, { cause: error });
  }
  if (code === 'ECONNREFUSED') {
    return new KubeError('unavailable', `the connection to ${server} was refused`, { cause: error });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new KubeError('unavailable', `the name of ${server} can't be resolved`, { cause: error });
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return new KubeError('tls', `the TLS handshake with ${server} failed (${code})`, { cause: error });
  }
  return new KubeError('unavailable', `${server} can't be reached${code === '' ? '' : ` (${code})`}`, { cause: error });
}

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    // Happy eyeballs wrap one error per address.
    if (at instanceof AggregateError) {
      const inner = at.errors.map(codeOf).find((code) => code !== '');
      if (inner !== undefined) return inner;
    }
  }
  return '';
}

function kindOf(status: number): KubeErrorKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  // 410: a continue token that is too old; whoever pages starts again.
  if (status === 404 || status === 410) return 'not-found';
  if (status === 409) return 'conflict';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 413) return 'too-large';
  if (status === 429) return 'rate-limited';
  if (status >= 500 || status < 400) return 'unavailable';
  return 'invalid';
}

/** A refused request. `text` is the body, at most a few KiB: a Status object, or a proxy's page. */
export function fromStatus(status: number, text: string, retryAfter: string | undefined): KubeError {
  const details = parseStatus(text);
  const message = details?.['message'];
  const seconds = Number(retryAfter);
  return new KubeError(
    kindOf(status),
    typeof message === 'string' && message !== '' ? message.slice(0, 2000) : `HTTP ${status}`,
    {
      status,
      ...(details === undefined ? {} : { details }),
      ...(retryAfter !== undefined && Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}),
    },
  );
}

function parseStatus(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
    return 'kind' in body && body.kind === 'Status' ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a 404 means that the kind itself is not served: the API server answers plainly `404 page not found`, or with a Status that names
 * no object. A missing object always carries `details.name`.
 */
export function isNoSuchKind(error: KubeError): boolean {
  if (error.kind !== 'not-found') return false;
  const details = error.details?.['details'];
  if (typeof details !== 'object' || details === null) return true;
  return !('name' in details) || typeof details.name !== 'string' || details.name === '';
}

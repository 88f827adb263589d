import { redact } from '../../evidence/redact.ts';
import { type KubeClient, KubeError, type KubeRequest } from '../../kubernetes/types.ts';
import { type NotHeld, notHeld } from '../../parse/not-held.ts';

/** What a failed write says about the object. */
export type Failure =
  /** The API server decided against it: nothing was changed. */
  | { readonly changed: 'no'; readonly why: 'refused' | 'invalid' | 'gone'; readonly message: string }
  /** `lacks`: what would have been handed out without being held. */
  | { readonly changed: 'no'; readonly why: 'forbidden'; readonly message: string; readonly lacks?: NotHeld }
  /** Somebody wrote since the read: nothing was changed, read again. */
  | { readonly changed: 'no'; readonly why: 'conflict'; readonly message: string }
  /** It did not get that far; asking again is safe. */
  | { readonly changed: 'no'; readonly why: 'later'; readonly message: string; readonly retryAfterSeconds?: number }
  /** The answer was lost: it may have been written. */
  | { readonly changed: 'maybe'; readonly message: string };

/** Admission speaks in 403, in 422 and, when a webhook can't be called, in 500. */
const ADMISSION =
  /admission webhook|denied (the )?request|exceeded quota|failed calling webhook|violates PodSecurity|ValidatingAdmissionPolicy|failed quota/i;
const MAX_MESSAGE = 300;

export function failureOf(error: unknown): Failure {
  if (!(error instanceof KubeError)) throw error;
  const message = shown(error.message);
  if (error.status !== undefined && ADMISSION.test(error.message) && error.kind !== 'conflict')
    return { changed: 'no', why: 'refused', message };
  switch (error.kind) {
    case 'conflict':
      return { changed: 'no', why: 'conflict', message };
    case 'unauthorized':
    case 'forbidden': {
      const lacks = notHeld(error.message);
      return { changed: 'no', why: 'forbidden', message, ...(lacks && { lacks }) };
    }
    case 'invalid':
      return { changed: 'no', why: 'invalid', message };
    case 'not-found':
      return { changed: 'no', why: 'gone', message };
    case 'rate-limited':
      return {
        changed: 'no',
        why: 'later',
        message,
        ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
      };
    case 'unavailable':
    case 'timeout':
    case 'too-large':
    case 'malformed':
    case 'tls':
      return { changed: 'maybe', message };
  }
}

/** What the cluster said, without secrets and short enough to be read. */
export function shown(message: string): string {
  return redact(message).text.slice(0, MAX_MESSAGE);
}

/** Whether a failed read may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof KubeError && ['unavailable', 'timeout', 'rate-limited', 'malformed', 'tls'].includes(error.kind)
  );
}

/** Sends a write; what went wrong, or undefined. Not abortable: an aborted write is one whose answer is lost. */
export async function send(client: KubeClient, request: KubeRequest): Promise<Failure | undefined> {
  try {
    await client.json(request);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

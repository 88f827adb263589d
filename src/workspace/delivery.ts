import type { JsonObject } from './json.ts';

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** Something for the bot, on whatever way it is delivered. */
export interface Envelope {
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  /** Whether a payload in the ack is taken; elsewhere it is ignored. */
  readonly acceptsPayload: boolean;
  /** Events only: 0 for the first delivery, then 1, 2 … */
  readonly attempt?: number;
}

export type Outcome =
  | { readonly acked: true; readonly ackMs: number; readonly payload: JsonObject }
  /** `operation_timeout`: no ack in time. `dispatch_failed`: nobody to deliver to. */
  | { readonly acked: false; readonly ackMs: number; readonly error: 'operation_timeout' | 'dispatch_failed' };

/**
 * A way to the bot. Socket Mode is one (`socket-mode.ts`). Delivery to request URLs is another: it signs the body with the signing
 * secret, sends it in exactly Slack's form encoding, and takes a 2xx within the ack time as the ack.
 */
export interface Delivery {
  /** Never rejects: what went wrong is in the outcome. */
  deliver(envelope: Envelope): Promise<Outcome>;
  stop(): void;
}

/** One delivery as it went, for tests to look at. */
export interface DeliveryRecord {
  readonly envelopeId: string;
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  /** Number of the socket in the order of connecting, or null when there was none. */
  readonly socket: number | null;
  readonly attempt: number;
  outcome: 'pending' | 'acked' | 'operation_timeout' | 'dispatch_failed';
  ackMs: number | null;
}

import type { EnvelopeType } from './delivery.ts';

/** What may go wrong with a Web API call. `method` limits it to one method, `times` (default 1) to that many calls. */
export type CallFault = { readonly method?: string; readonly times?: number } & (
  | { readonly fault: 'ratelimited'; readonly retryAfter: number }
  /** An HTTP error: 500, 502, 503 … */
  | { readonly fault: 'http'; readonly status: number }
  /** HTTP 200 with a page instead of JSON. */
  | { readonly fault: 'html' }
  /** `ok: false` with this error: `internal_error`, `fatal_error`, `service_unavailable`. */
  | { readonly fault: 'error'; readonly error: string }
  /** The connection breaks before anything was done … */
  | { readonly fault: 'drop' }
  /** … or after the change was made, before the answer. */
  | { readonly fault: 'drop_after_commit' }
  | { readonly fault: 'delay'; readonly ms: number }
);

/** What may go wrong with a delivery to the bot. */
type DeliveryFault = {
  readonly envelope?: EnvelopeType;
  readonly times?: number;
} /** The same payload (the same event_id) comes twice, at the same time, maybe to another socket. */ & (
  | { readonly fault: 'duplicate' }
  /** The ack arrives, too late to count. */
  | { readonly fault: 'late_ack' }
  /** The connection breaks right after the envelope was sent. */
  | { readonly fault: 'disconnect' }
  /** The envelope is held back, so that a later one overtakes it. */
  | { readonly fault: 'postpone'; readonly ms: number }
);

/** Faults that wait for their moment. Each is used up after `times`. */
export class Faults {
  #calls: { readonly fault: CallFault; left: number }[] = [];
  #deliveries: { readonly fault: DeliveryFault; left: number }[] = [];

  add(fault: CallFault | DeliveryFault): void {
    const left = fault.times ?? 1;
    if (isDeliveryFault(fault)) this.#deliveries.push({ fault, left });
    else this.#calls.push({ fault, left });
  }

  clear(): void {
    this.#calls = [];
    this.#deliveries = [];
  }

  takeCall(method: string): CallFault | undefined {
    return take(this.#calls, (fault) => fault.method === undefined || fault.method === method);
  }

  takeDelivery(type: EnvelopeType): DeliveryFault | undefined {
    return take(this.#deliveries, (fault) => fault.envelope === undefined || fault.envelope === type);
  }
}

const DELIVERY_FAULTS: readonly string[] = [
  'duplicate',
  'late_ack',
  'disconnect',
  'postpone',
] satisfies DeliveryFault['fault'][];
const isDeliveryFault = (fault: CallFault | DeliveryFault): fault is DeliveryFault =>
  DELIVERY_FAULTS.includes(fault.fault);

function take<F>(waiting: { readonly fault: F; left: number }[], fits: (fault: F) => boolean): F | undefined {
  const found = waiting.find((one) => one.left > 0 && fits(one.fault));
  if (found === undefined) return undefined;
  found.left -= 1;
  return found.fault;
}

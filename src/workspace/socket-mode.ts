import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Delivery, DeliveryRecord, Envelope, Outcome } from './delivery.ts';
import type { Faults } from './faults.ts';
import { randomHex } from './ids.ts';
import { asObject, asText, isObject, type JsonObject } from './json.ts';
import { pushNewest } from './newest.ts';
import { parseJson } from './request.ts';

const MAX_SOCKETS = 10;
const PING_MS = 10_000;
/** How long a socket that was told to go may stay. */
const GRACE_MS = 10_000;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

interface Connection {
  readonly number: number;
  readonly socket: WebSocket;
  /** Told to disconnect: gets nothing more. */
  leaving: boolean;
}

interface Pending {
  readonly record: DeliveryRecord;
  readonly envelope: Envelope;
  readonly since: number;
  readonly late: boolean;
  settle(outcome: Outcome): void;
}

interface SocketModeParts {
  readonly appId: string;
  readonly ackMs: number;
  readonly faults: Faults;
  readonly address: () => string;
  readonly protocolProblem: (detail: string) => void;
  readonly changed: (what: 'socket_opened' | 'socket_closed' | 'delivery') => void;
}

/** Socket Mode: at most ten sockets, each envelope to exactly one of them (in turn), acked by its id within the ack time. */
export class SocketMode implements Delivery {
  readonly records: DeliveryRecord[] = [];
  readonly #parts: SocketModeParts;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  readonly #pending = new Map<string, Pending>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #connections: Connection[] = [];
  #opened = 0;
  #turn = 0;

  constructor(parts: SocketModeParts) {
    this.#parts = parts;
  }

  /** A single-use address for one socket. */
  issueUrl(): string {
    const ticket = randomHex(16);
    this.#tickets.add(ticket);
    return `${this.#parts.address().replace('http:', 'ws:')}/link/?ticket=${ticket}&app_id=${this.#parts.appId}`;
  }

  /** Sockets that envelopes go to. */
  get sockets(): number {
    return this.#open().length;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened));
  }

  #welcome(socket: WebSocket): void {
    this.#opened += 1;
    const connection: Connection = { number: this.#opened, socket, leaving: false };
    socket.on('message', (data, isBinary) => this.#frame(data, isBinary));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#gone(connection));
    this.#connections.push(connection);
    if (this.#open().length > MAX_SOCKETS) {
      this.#askToLeave(connection, 'too_many_websockets');
      return;
    }
    const ping = setInterval(() => socket.ping(), PING_MS).unref();
    socket.on('close', () => clearInterval(ping));
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open().length,
        debug_info: { host: 'applink-local', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: this.#parts.appId },
      }),
    );
    this.#parts.changed('socket_opened');
  }

  #gone(connection: Connection): void {
    this.#connections = this.#connections.filter((one) => one !== connection);
    this.#parts.changed('socket_closed');
  }

  #open(): readonly Connection[] {
    return this.#connections.filter((one) => !one.leaving && one.socket.readyState === one.socket.OPEN);
  }

  /** Asks the oldest socket (or all) to disconnect, as Slack does every few hours. `dropped` breaks the connection instead. */
  disconnect(reason: DisconnectReason | 'dropped', all = false): void {
    for (const connection of this.#open().slice(0, all ? undefined : 1)) {
      if (reason === 'dropped') connection.socket.terminate();
      else this.#askToLeave(connection, reason);
    }
  }

  #askToLeave(connection: Connection, reason: DisconnectReason): void {
    connection.leaving = true;
    connection.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-local' } }));
    this.#after(GRACE_MS, () => connection.socket.terminate());
  }

  async deliver(envelope: Envelope): Promise<Outcome> {
    const fault = this.#parts.faults.takeDelivery(envelope.type);
    if (fault?.fault === 'postpone') await new Promise<void>((resolve) => this.#after(fault.ms, resolve));
    const first = this.#send(envelope, fault?.fault === 'late_ack', fault?.fault === 'disconnect');
    if (fault?.fault === 'duplicate') await Promise.all([first, this.#send(envelope, false, false)]);
    return first;
  }

  #send(envelope: Envelope, late: boolean, breaks: boolean): Promise<Outcome> {
    const open = this.#open();
    const connection = open[this.#turn % Math.max(open.length, 1)];
    this.#turn += 1;
    const record: DeliveryRecord = {
      envelopeId: randomUUID(),
      type: envelope.type,
      payload: envelope.payload,
      socket: connection?.number ?? null,
      attempt: envelope.attempt ?? 0,
      outcome: 'pending',
      ackMs: null,
    };
    for (const { envelopeId } of pushNewest(this.records, record)) this.#pending.delete(envelopeId);
    if (connection === undefined) {
      record.outcome = 'dispatch_failed';
      this.#parts.changed('delivery');
      return Promise.resolve({ acked: false, ackMs: 0, error: 'dispatch_failed' });
    }
    const outcome = this.#awaitAck(record, envelope, late);
    connection.socket.send(JSON.stringify(frame(record.envelopeId, envelope)));
    if (breaks) this.#after(0, () => connection.socket.terminate());
    return outcome;
  }

  #awaitAck(record: DeliveryRecord, envelope: Envelope, late: boolean): Promise<Outcome> {
    const since = performance.now();
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        if (record.outcome !== 'pending') return;
        clearTimeout(timer);
        this.#timers.delete(timer);
        record.outcome = outcome.acked ? 'acked' : outcome.error;
        record.ackMs = outcome.acked ? outcome.ackMs : null;
        this.#parts.changed('delivery');
        resolve(outcome);
      };
      const timer = this.#after(this.#parts.ackMs, () =>
        settle({ acked: false, ackMs: this.#parts.ackMs, error: 'operation_timeout' }),
      );
      this.#pending.set(record.envelopeId, { record, envelope, since, late, settle });
    });
  }

  #frame(data: RawData, isBinary: boolean): void {
    const ack = isBinary ? undefined : parseJson(String(data));
    const pending = isObject(ack) ? this.#pending.get(asText(ack['envelope_id'])) : undefined;
    if (!isObject(ack) || pending === undefined) {
      this.#parts.protocolProblem('a frame that acks nothing');
      return;
    }
    if (pending.record.outcome === 'acked') {
      this.#parts.protocolProblem('a second ack of one envelope');
      return;
    }
    // Too late: the person has been told already.
    if (pending.record.outcome !== 'pending' || pending.late) return;
    const payload = asObject(ack['payload']);
    const empty = Object.keys(payload).length === 0;
    if (!empty && !pending.envelope.acceptsPayload) {
      this.#parts.protocolProblem(`an ack of ${pending.envelope.type} carries a payload, which is ignored`);
    }
    pending.settle({
      acked: true,
      ackMs: Math.round(performance.now() - pending.since),
      payload: pending.envelope.acceptsPayload ? payload : {},
    });
  }

  #after(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { socket } of this.#connections) socket.terminate();
    for (const one of this.#pending.values()) one.settle({ acked: false, ackMs: 0, error: 'dispatch_failed' });
    this.#server.close();
  }
}

function frame(envelopeId: string, envelope: Envelope): JsonObject {
  const attempt = envelope.attempt ?? 0;
  return {
    envelope_id: envelopeId,
    type: envelope.type,
    payload: envelope.payload,
    accepts_response_payload: envelope.acceptsPayload,
    ...(envelope.type === 'events_api' ? { retry_attempt: attempt, retry_reason: attempt > 0 ? 'timeout' : '' } : {}),
  };
}

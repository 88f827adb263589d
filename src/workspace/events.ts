import type { Delivery, Outcome } from './delivery.ts';
import { randomId } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import { botIn, type EventNotice, type Slack } from './slack.ts';

export interface EventResult {
  /** Why the bot was not told, when it was not. */
  readonly withheld?: 'not_subscribed' | 'missing_scope' | 'bot_not_in_channel';
  readonly eventId: string;
  readonly acked: boolean;
  /** Deliveries it took, or that failed. */
  readonly attempts: number;
}

const SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
};

/** The Events API: what the app is subscribed to and may see, redelivered under the same event_id until it is acked. */
export class Events {
  readonly #slack: Slack;
  readonly #delivery: Delivery;
  readonly #retryMs: readonly number[];
  readonly #waits = new Map<NodeJS.Timeout, () => void>();
  #stopped = false;

  constructor(slack: Slack, delivery: Delivery, retryMs: readonly number[]) {
    this.#slack = slack;
    this.#delivery = delivery;
    this.#retryMs = retryMs;
  }

  /** Resolves when the bot acked it, or when the last redelivery failed. */
  async send(notice: EventNotice): Promise<EventResult> {
    const eventId = randomId('Ev');
    const withheld = this.#withheld(notice);
    if (withheld !== undefined) return { withheld, eventId, acked: false, attempts: 0 };
    const payload = this.#payload(notice, eventId);
    let attempts = 0;
    for (const wait of [null, ...this.#retryMs]) {
      if (wait !== null) await this.#sleep(wait);
      if (this.#stopped) break;
      const outcome: Outcome = await this.#delivery.deliver({
        type: 'events_api',
        payload,
        acceptsPayload: false,
        attempt: attempts,
      });
      attempts += 1;
      if (outcome.acked) return { eventId, acked: true, attempts };
    }
    return { eventId, acked: false, attempts };
  }

  /** What Slack sends when it throttles the app: an envelope without an inner event. */
  async sendRateLimited(): Promise<boolean> {
    const { team, app } = this.#slack.state.data;
    const outcome = await this.#delivery.deliver({
      type: 'events_api',
      acceptsPayload: false,
      payload: {
        token: 'verification',
        type: 'app_rate_limited',
        team_id: team.id,
        minute_rate_limited: Math.floor(this.#slack.state.now().getTime() / 60_000) * 60,
        api_app_id: app.id,
      },
    });
    return outcome.acked;
  }

  stop(): void {
    this.#stopped = true;
    for (const [timer, wake] of this.#waits) {
      clearTimeout(timer);
      wake();
    }
  }

  #withheld(notice: EventNotice): EventResult['withheld'] {
    const { events, scopes, ended } = this.#slack.installation;
    if (ended !== null || !events.includes(notice.subscription)) return 'not_subscribed';
    const needed = SCOPES[notice.subscription];
    if (needed !== undefined && !scopes.includes(needed)) return 'missing_scope';
    if (notice.channel !== undefined && !botIn(this.#slack, notice.channel)) return 'bot_not_in_channel';
    return undefined;
  }

  #payload(notice: EventNotice, eventId: string): JsonObject {
    const { team, app } = this.#slack.state.data;
    return {
      token: 'verification',
      team_id: team.id,
      context_team_id: team.id,
      api_app_id: app.id,
      // Notices are built from wire shapes in this room.
      event: notice.event as Readonly<Record<string, Json>>,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(this.#slack.state.now().getTime() / 1_000),
      authorizations: [
        { enterprise_id: null, team_id: team.id, user_id: app.botUser, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: notice.channel?.is_ext_shared ?? false,
      event_context: `4-${eventId}`,
    };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waits.delete(timer);
        resolve();
      }, ms);
      this.#waits.set(timer, resolve);
    });
  }
}

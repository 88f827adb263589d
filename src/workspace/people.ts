import { randomUUID } from 'node:crypto';
import type { Channel, Ephemeral, Message, User, View } from './data.ts';
import type { Delivery } from './delivery.ts';
import { findPerson, findPlace } from './directory.ts';
import { type Given, stateValues } from './element-state.ts';
import type { EventResult, Events } from './events.ts';
import { describeElement, findElement, type Where } from './find-element.ts';
import { randomHex } from './ids.ts';
import {
  closedPayload,
  commandPayload,
  messageActionPayload,
  shortcutPayload,
  submissionPayload,
  viewActionPayload,
} from './interactions.ts';
import { asObject, asText, isObject, type JsonObject } from './json.ts';
import { directMessages } from './methods/find.ts';
import { typedRichText } from './mrkdwn.ts';
import type { AppMessage, CommandOption } from './options.ts';
import { Refusal } from './refusal.ts';
import { postResponse } from './respond.ts';
import type { Slack } from './slack.ts';
import { followAnswer, refusedFields } from './submission.ts';
import { escapedCommand, typedText } from './typing.ts';
import { wireMessage } from './wire.ts';

/** What came of something a person did. */
export interface Acted {
  readonly acked: boolean;
  /** Milliseconds until the ack, or until Slack gave up. */
  readonly ackMs: number;
  /** What the person was shown instead: `operation_timeout`, `dispatch_failed`, `invalid_command`, `invalid_response` … */
  readonly error?: string;
  /** What the ack of a command said at once. */
  readonly response?: Message | Ephemeral;
  /** The person said no in the confirmation dialog. */
  readonly cancelled?: true;
  /** Fields of a form that were refused, by block id, with the words. */
  readonly errors?: Readonly<Record<string, string>>;
}

export interface ActOptions {
  /** The answer to the confirmation dialog. Needed exactly where there is one. */
  readonly confirm?: boolean;
  /** What is chosen or typed, for menus and inputs. */
  readonly choose?: Given;
  /** The message as this person still sees it: a client that has not heard of the latest edit. Default: as it is stored. */
  readonly seen?: Message;
}

/** Drives the workspace as people do: they see what Slack would show, and can do only what Slack would let them. */
export class People {
  readonly #slack: Slack;
  readonly #delivery: Delivery;
  readonly #events: Events;
  readonly #commands: readonly CommandOption[];

  constructor(slack: Slack, delivery: Delivery, events: Events, commands: readonly CommandOption[]) {
    this.#slack = slack;
    this.#delivery = delivery;
    this.#events = events;
    this.#commands = commands;
  }

  /** Somebody who can act: a member of the place, not deactivated. */
  #actor(who: string, channel?: Channel): User {
    const user = findPerson(this.#slack.state.data.users, who);
    if (user.is_bot || user.deleted)
      throw new Error(`${user.name} cannot act: ${user.is_bot ? 'a bot' : 'deactivated'}`);
    if (channel !== undefined && !channel.members.includes(user.id)) {
      throw new Error(`${user.name} is not in #${channel.name}`);
    }
    return user;
  }

  async command(who: string, where: string, command: string, text: string): Promise<Acted> {
    const channel = findPlace(this.#slack.state, where);
    const user = this.#actor(who, channel);
    const known = this.#commands.find((one) => one.command === command);
    if (known === undefined) return this.#failed(user, 'invalid_command', command, 0);
    const sent = known.shouldEscape === true ? escapedCommand(this.#slack.state, text) : text;
    const payload = commandPayload(this.#slack, user, channel, command, sent.trim());
    const outcome = await this.#delivery.deliver({ type: 'slash_commands', payload, acceptsPayload: true });
    if (!outcome.acked) return this.#failed(user, outcome.error, `${command} ${text}`, outcome.ackMs);
    if (Object.keys(outcome.payload).length === 0) return { acked: true, ackMs: outcome.ackMs };
    try {
      const target = { user: user.id, channel: channel.id };
      const response = postResponse(this.#slack, target, outcome.payload, 'ack');
      return { acked: true, ackMs: outcome.ackMs, ...(response === undefined ? {} : { response }) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...this.#failed(user, 'invalid_response', `${command}: ${error.code}`, outcome.ackMs), acked: true };
    }
  }

  /** A message by a person. */
  say(who: string, where: string, text: string, thread?: string): Message {
    const channel = findPlace(this.#slack.state, where);
    const user = this.#actor(who, channel);
    if (channel.is_archived) throw new Error(`#${channel.name} is archived`);
    const { state } = this.#slack;
    if (thread !== undefined && state.message(channel.id, thread) === undefined) {
      throw new Error(`there is no message ${thread} in #${channel.name}`);
    }
    const typed = typedText(state, text);
    return state.post({
      channel: channel.id,
      ts: state.nextTs(),
      user: user.id,
      client_msg_id: randomUUID(),
      text: typed,
      blocks: [{ ...typedRichText(typed), block_id: randomHex(2) }],
      reactions: [],
      ...(thread === undefined ? {} : { thread_ts: thread }),
    });
  }

  /** A message by another app, such as an alert. */
  appPosts(where: string, { app, text, blocks = [], thread_ts }: AppMessage): Message {
    const channel = findPlace(this.#slack.state, where);
    return this.#slack.state.post({
      channel: channel.id,
      ts: this.#slack.state.nextTs(),
      subtype: 'bot_message',
      username: app,
      bot_id: `B0${app
        .toUpperCase()
        .replace(/[^A-Z0-9]/g, '')
        .slice(0, 9)}`,
      text,
      blocks,
      reactions: [],
      ...(thread_ts === undefined ? {} : { thread_ts }),
    });
  }

  /** A mention of the bot, at the beginning unless the text has one: the message, and how the app_mention event went. */
  async mention(
    who: string,
    where: string,
    text: string,
    thread?: string,
  ): Promise<EventResult & { readonly message: Message }> {
    const { state } = this.#slack;
    const mention = `<@${state.data.app.botUser}>`;
    const message = this.say(who, where, text.includes(mention) ? text : `${mention} ${text}`, thread);
    const { type: _type, ...rest } = wireMessage(state, message);
    const channel = findPlace(state, where);
    const event = { ...rest, type: 'app_mention', channel: channel.id, event_ts: message.ts };
    return { message, ...(await this.#events.send({ subscription: 'app_mention', event, channel })) };
  }

  /** Opens the bot's home tab. */
  async openHome(who: string): Promise<EventResult> {
    const user = this.#actor(who);
    const channel = directMessages(this.#slack, user);
    const event = {
      type: 'app_home_opened',
      user: user.id,
      channel: channel.id,
      tab: 'home',
      event_ts: this.#slack.state.nextTs(),
    };
    return this.#events.send({ subscription: 'app_home_opened', event });
  }

  /** Uses an element: clicks a button, or chooses something from a menu. Throws when a person could not. */
  async act(who: string, where: Where, options: ActOptions = {}): Promise<Acted> {
    if (where.view !== undefined) return this.#actInView(who, where, where.view, options);
    const channel = findPlace(this.#slack.state, where.channel ?? '');
    const user = this.#actor(who, channel);
    const { message: stored, ephemeral } = this.#messageFor(user, channel, where.ts ?? '');
    const message = options.seen ?? stored;
    const found = findElement(message.blocks, where);
    if (this.#cancels(found.element, options)) return { acked: false, ackMs: 0, cancelled: true };
    const payload = messageActionPayload(this.#slack, user, channel, message, ephemeral, {
      ...found,
      given: options.choose,
    });
    return this.#interact(user, payload, `click on ${describeElement(found.element)}`);
  }

  async #actInView(who: string, where: Where, type: 'modal' | 'home', options: ActOptions): Promise<Acted> {
    const user = this.#actor(who);
    const view = this.#viewOf(user, type);
    const found = findElement(view.blocks, where);
    if (this.#cancels(found.element, options)) return { acked: false, ackMs: 0, cancelled: true };
    const payload = viewActionPayload(this.#slack, user, view, { ...found, given: options.choose });
    return this.#interact(user, payload, `click on ${describeElement(found.element)}`);
  }

  /** Uses a message shortcut. */
  async shortcut(
    who: string,
    where: { readonly channel: string; readonly ts: string },
    callbackId: string,
  ): Promise<Acted> {
    const channel = findPlace(this.#slack.state, where.channel);
    const user = this.#actor(who, channel);
    const { message } = this.#messageFor(user, channel, where.ts);
    return this.#interact(
      user,
      shortcutPayload(this.#slack, user, channel, message, callbackId),
      `shortcut ${callbackId}`,
    );
  }

  async #interact(user: User, payload: JsonObject, what: string): Promise<Acted> {
    const outcome = await this.#delivery.deliver({ type: 'interactive', payload, acceptsPayload: false });
    return outcome.acked
      ? { acked: true, ackMs: outcome.ackMs }
      : this.#failed(user, outcome.error, what, outcome.ackMs);
  }

  #messageFor(user: User, channel: Channel, ts: string): { message: Message; ephemeral: boolean } {
    const message = this.#slack.state.message(channel.id, ts);
    if (message !== undefined) return { message, ephemeral: false };
    const whisper = this.#slack.state.data.ephemerals.find((one) => one.ts === ts && one.channel === channel.id);
    if (whisper?.recipient === user.id) return { message: whisper, ephemeral: true };
    throw new Error(`${user.name} sees no message ${ts} in #${channel.name}`);
  }

  /** Whether the person says no. Throws when a dialog is left unanswered, or answered where there is none. */
  #cancels(element: JsonObject, options: ActOptions): boolean {
    const asks = isObject(element['confirm']);
    if (asks && options.confirm === undefined) {
      const question = asText(asObject(asObject(element['confirm'])['text'])['text']);
      throw new Error(
        `${describeElement(element)} asks “${question}”: answer with { confirm: true } or { confirm: false }`,
      );
    }
    if (!asks && options.confirm !== undefined) throw new Error(`${describeElement(element)} asks nothing`);
    return options.confirm === false;
  }

  #viewOf(user: User, type: 'modal' | 'home'): View {
    const views = this.#slack.state.data.views.filter((one) => one.type === type && one.user === user.id);
    const view = views.at(-1);
    if (view === undefined) throw new Error(`${user.name} has no ${type} open`);
    return view;
  }

  /** Fills in the visible modal and submits it. What is left out keeps its initial value. */
  async submit(who: string, given: Readonly<Record<string, Given>>): Promise<Acted> {
    const user = this.#actor(who);
    const view = this.#viewOf(user, 'modal');
    if (view.submit === undefined) throw new Error('this modal has no submit button');
    for (const name of Object.keys(given)) findElement(view.blocks, { block_id: name }, { action_id: name });
    const values = stateValues(view.blocks, given);
    const errors = refusedFields(view, values);
    if (Object.keys(errors).length > 0) {
      this.#failed(user, 'refused_fields', JSON.stringify(errors), 0);
      return { acked: false, ackMs: 0, error: 'refused_fields', errors };
    }
    const payload = submissionPayload(this.#slack, user, view, values);
    const outcome = await this.#delivery.deliver({ type: 'interactive', payload, acceptsPayload: true });
    if (!outcome.acked) return this.#failed(user, outcome.error, 'submit', outcome.ackMs);
    const { ackMs } = outcome;
    try {
      const shown = followAnswer(this.#slack, user.id, view, outcome.payload);
      return { acked: true, ackMs, ...(shown && { errors: shown }) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const detail = `${error.code} ${JSON.stringify(error.extra)}`;
      return { ...this.#failed(user, 'invalid_response', `submit: ${detail}`, ackMs), acked: true };
    }
  }

  /** Closes the visible modal, or with `all` the whole stack. The bot is told where it asked to be. */
  async closeView(who: string, all = false): Promise<Acted> {
    const user = this.#actor(who);
    const top = this.#viewOf(user, 'modal');
    const cleared = all || top.clear_on_close;
    const closing = cleared ? this.#slack.state.modals(user.id).toReversed() : [top];
    let result: Acted = { acked: false, ackMs: 0 };
    for (const view of closing) {
      this.#slack.state.closeView(view);
      if (!view.notify_on_close) continue;
      result = await this.#interact(user, closedPayload(this.#slack, user, view, cleared), 'close');
    }
    return result;
  }

  #failed(user: User, error: string, where: string, ackMs: number): Acted {
    this.#slack.problems.add({ kind: 'ui_error', user: user.name, error, where });
    return { acked: false, ackMs, error };
  }
}

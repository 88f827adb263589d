import type { CallRecord } from './calls.ts';
import type { Change, Channel, Ephemeral, Message, View, WorkspaceData } from './data.ts';
import type { DeliveryRecord } from './delivery.ts';
import { findPerson, findPlace, initialData } from './directory.ts';
import { Events } from './events.ts';
import { Faults } from './faults.ts';
import type { Where } from './find-element.ts';
import { randomHex } from './ids.ts';
import { announceMessages } from './message-events.ts';
import { directMessages } from './methods/find.ts';
import { readMrkdwn, type Seen } from './mrkdwn.ts';
import { pushNewest } from './newest.ts';
import {
  type AppMessage,
  DEFAULT_ACK_MS,
  DEFAULT_COMMANDS,
  DEFAULT_EVENTS,
  DEFAULT_RETRY_MS,
  DEFAULT_SCOPES,
  type WorkspaceOptions,
} from './options.ts';
import { type Acted, type ActOptions, People } from './people.ts';
import { type Expectation, Problems, type UiError } from './problems.ts';
import { RateLimits } from './rate-limits.ts';
import { ResponseUrls } from './response-urls.ts';
import { WorkspaceServer } from './server.ts';
import type { Installation, Slack } from './slack.ts';
import { type DisconnectReason, SocketMode } from './socket-mode.ts';
import { State } from './state.ts';
import { channelTranscript, messageText, namesOf, viewTranscript } from './transcript.ts';
import { Triggers } from './triggers.ts';

const WAIT_MS = 10_000;

/** A Slack workspace in this process. See `index.ts` for how it is used. */
export class Workspace {
  readonly state: State;
  readonly installation: Installation;
  readonly faults: Faults;
  /** The newest, at least 2000 of them. */
  readonly calls: readonly CallRecord[];
  readonly #slack: Slack;
  readonly #server: WorkspaceServer;
  readonly #socketMode: SocketMode;
  readonly #events: Events;
  readonly #people: People;
  #address = '';

  private constructor(options: WorkspaceOptions) {
    const now = options.now ?? (() => new Date());
    const state = new State(structuredClone(options.snapshot ?? initialData(options, now())), now);
    const problems = new Problems(() => state.announce({ type: 'problem' }));
    const calls: CallRecord[] = [];
    this.state = state;
    this.faults = new Faults();
    this.calls = calls;
    this.installation = installationOf(options, state.data);
    this.#socketMode = new SocketMode({
      appId: state.data.app.id,
      ackMs: options.ackMs ?? DEFAULT_ACK_MS,
      faults: this.faults,
      address: () => this.#address,
      protocolProblem: (detail) => problems.add({ kind: 'protocol', detail }),
      changed: (type) => state.announce({ type }),
    });
    this.#server = new WorkspaceServer({
      slack: () => this.#slack,
      faults: this.faults,
      limits: options.rateLimits === true ? new RateLimits(now) : null,
      upgrade: (request, socket, head) => this.#socketMode.upgrade(request, socket, head),
      record: (call) => {
        pushNewest(calls, call);
        state.announce({ type: 'call' });
      },
    });
    const address = (): string => this.#address;
    this.#slack = {
      state,
      problems,
      installation: this.installation,
      triggers: new Triggers(now),
      responseUrls: new ResponseUrls(now),
      get address() {
        return address();
      },
      issueSocketUrl: () => this.#socketMode.issueUrl(),
    };
    this.#events = new Events(this.#slack, this.#socketMode, options.retryMs ?? DEFAULT_RETRY_MS);
    this.#people = new People(this.#slack, this.#socketMode, this.#events, options.commands ?? DEFAULT_COMMANDS);
    announceMessages(state, this.#events);
  }

  /** Starts a workspace on a free port of 127.0.0.1. */
  static async start(options: WorkspaceOptions): Promise<Workspace> {
    const workspace = new Workspace(options);
    workspace.#address = await workspace.#server.listen(options.port ?? 0);
    return workspace;
  }

  async stop(): Promise<void> {
    this.#events.stop();
    this.#socketMode.stop();
    await this.#server.stop();
  }

  /** What the bot is given as `SLACK_API_URL`. */
  get apiUrl(): string {
    return `${this.#address}/api/`;
  }
  get port(): number {
    return Number(new URL(this.#address).port);
  }
  get botToken(): string {
    return this.installation.botToken;
  }
  get appToken(): string {
    return this.installation.appToken;
  }
  get botUserId(): string {
    return this.state.data.app.botUser;
  }
  get teamId(): string {
    return this.state.data.team.id;
  }
  /** Connected sockets that envelopes go to. */
  get sockets(): number {
    return this.#socketMode.sockets;
  }
  get deliveries(): readonly DeliveryRecord[] {
    return this.#socketMode.records;
  }
  get views(): readonly View[] {
    return this.state.data.views;
  }

  /** The id of a person, by name. */
  user(name: string): string {
    return findPerson(this.state.data.users, name).id;
  }
  /** The id of a channel, by name. */
  channel(name: string): string {
    return findPlace(this.state, name).id;
  }
  /** The id of a user group, by handle. */
  group(handle: string): string {
    const found = this.state.data.userGroups.find((one) => one.handle === handle);
    if (found === undefined) throw new Error(`there is no user group @${handle}`);
    return found.id;
  }
  /** The direct messages between a person and the bot. */
  dm(who: string): Channel {
    return directMessages(this.#slack, findPerson(this.state.data.users, who));
  }

  // What people do ------------------------------------------------------------------------------------------------------------

  command(who: string, where: string, command: string, text = ''): Promise<Acted> {
    return this.#people.command(who, where, command, text);
  }
  mention(who: string, where: string, text: string, options: { readonly thread_ts?: string } = {}) {
    return this.#people.mention(who, where, text, options.thread_ts);
  }
  say(who: string, where: string, text: string, options: { readonly thread_ts?: string } = {}): Message {
    return this.#people.say(who, where, text, options.thread_ts);
  }
  appPosts(where: string, message: AppMessage): Message {
    return this.#people.appPosts(where, message);
  }
  click(who: string, where: Where, options: ActOptions = {}): Promise<Acted> {
    return this.#people.act(who, where, options);
  }
  shortcut(who: string, where: { readonly channel: string; readonly ts: string }, callbackId: string): Promise<Acted> {
    return this.#people.shortcut(who, where, callbackId);
  }
  submit: People['submit'] = (who, values) => this.#people.submit(who, values);
  closeView: People['closeView'] = (who, all) => this.#people.closeView(who, all);
  openHome: People['openHome'] = (who) => this.#people.openHome(who);

  /** Changes who is in a channel (people by name; the bot stays as it is unless `bot` says otherwise). */
  setMembers(where: string, change: { readonly people?: readonly string[]; readonly bot?: boolean }): void {
    const channel = findPlace(this.state, where);
    const bot = change.bot ?? channel.members.includes(this.botUserId);
    const people =
      change.people?.map((name) => this.user(name)) ?? channel.members.filter((id) => id !== this.botUserId);
    this.state.changeChannel(channel, { ...channel, members: [...people, ...(bot ? [this.botUserId] : [])] });
  }
  setGroup(handle: string, members: readonly string[]): void {
    const { userGroups } = this.state.data;
    const index = userGroups.findIndex((one) => one.id === this.group(handle));
    const old = userGroups[index];
    if (old !== undefined) userGroups.splice(index, 1, { ...old, users: members.map((name) => this.user(name)) });
  }
  deactivate(who: string): void {
    const { users } = this.state.data;
    const user = findPerson(users, who);
    users.splice(users.indexOf(user), 1, { ...user, deleted: true });
  }

  // What people see -----------------------------------------------------------------------------------------------------------

  /** The messages of a channel in order, replies included. */
  messages(where: string): readonly Message[] {
    const { id } = findPlace(this.state, where);
    return this.state.data.messages.filter((one) => one.channel === id);
  }
  /** A message and its replies. */
  thread(where: string, ts: string): readonly Message[] {
    return this.messages(where).filter((one) => one.ts === ts || one.thread_ts === ts);
  }
  /** What only this person sees. */
  ephemerals(who: string): readonly Ephemeral[] {
    const id = this.user(who);
    return this.state.data.ephemerals.filter((one) => one.recipient === id);
  }
  /** The visible modal of a person. */
  modal(who: string): View | undefined {
    return this.state.modals(this.user(who)).at(-1);
  }
  /** A message as plain text, as a person reads it. */
  text(message: Message): string {
    return messageText(this.state, message);
  }
  /** What a mrkdwn text shows and whom it notifies. */
  read(mrkdwn: string): Seen {
    return readMrkdwn(mrkdwn, namesOf(this.state));
  }
  transcript(where: string, viewer?: string): string {
    return channelTranscript(
      this.state,
      findPlace(this.state, where),
      viewer === undefined ? undefined : this.user(viewer),
    );
  }
  viewTranscript(view: View): string {
    return viewTranscript(this.state, view);
  }

  // What tests need -----------------------------------------------------------------------------------------------------------

  /** Calls back at every change, for a page that shows the workspace live; the result unsubscribes. */
  onChange(listener: (change: Change) => void): () => void {
    return this.state.onChange(listener);
  }

  /** Waits until the predicate gives something, asking it at every change. Rejects with the workspace's transcript. */
  waitFor<T>(
    predicate: () => T | undefined | false | null,
    options: { readonly timeoutMs?: number; readonly what?: string } = {},
  ): Promise<T> {
    const ms = options.timeoutMs ?? WAIT_MS;
    // Made here, so that its stack leads to whoever waits.
    const late = new Error(`waited ${ms} ms for ${options.what ?? 'something'} in vain`);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const attempt = (): void => {
      try {
        const found = predicate();
        if (found !== undefined && found !== false && found !== null) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    const off = this.onChange(attempt);
    const timer = setTimeout(() => {
      late.message += `\n\n${this.#everything()}`;
      reject(late);
    }, ms);
    attempt();
    return promise.finally(() => {
      off();
      clearTimeout(timer);
    });
  }

  /** Asks the oldest socket (or all) to go away, or drops the connection. */
  disconnect(
    reason: DisconnectReason | 'dropped' = 'refresh_requested',
    options: { readonly all?: boolean } = {},
  ): void {
    this.#socketMode.disconnect(reason, options.all ?? false);
  }
  /** Sends the `app_rate_limited` envelope; tells whether it was acked. */
  rateLimitEvents(): Promise<boolean> {
    return this.#events.sendRateLimited();
  }
  /** From now on both tokens are refused. */
  uninstall(reason: 'token_revoked' | 'account_inactive' = 'token_revoked'): void {
    this.installation.ended = reason;
  }

  /** The state as plain data, for a restart: `Workspace.start({ ...options, snapshot, port })`. */
  snapshot(): WorkspaceData {
    return structuredClone(this.state.data);
  }
  /** Goes back to an earlier state. Timestamps still only rise. */
  restore(snapshot: WorkspaceData): void {
    const { lastMicros } = this.state.data;
    this.state.data = structuredClone(snapshot);
    this.state.data.lastMicros = Math.max(lastMicros, snapshot.lastMicros);
    this.state.announce({ type: 'restored' });
  }

  get problems(): Problems['all'] {
    return this.#slack.problems.all;
  }
  /** What people saw go wrong. */
  get uiErrors(): readonly UiError[] {
    return this.problems.flatMap((one) =>
      one.kind === 'ui_error' ? [{ user: one.user, error: one.error, where: one.where }] : [],
    );
  }
  /** Declares a problem as part of the test; it must then happen. */
  expect(wanted: Expectation): void {
    this.#slack.problems.expect(wanted);
  }
  /** Throws a readable list of everything that went wrong and that nobody expected. */
  assertClean(): void {
    const lines = this.#slack.problems.unexplained();
    if (lines.length > 0)
      throw new Error(`the workspace has unexplained problems:\n${lines.map((one) => `  - ${one}`).join('\n')}`);
  }

  #everything(): string {
    const channels = this.state.data.channels.filter((one) =>
      this.state.data.messages.some((message) => message.channel === one.id),
    );
    const problems = this.#slack.problems.unexplained();
    return [...channels.map((one) => channelTranscript(this.state, one)), ...problems].join('\n\n');
  }
}

function installationOf(options: WorkspaceOptions, data: WorkspaceData): Installation {
  return {
    botToken: options.tokens?.bot ?? `xoxb-${data.team.id}-${randomHex(12)}`,
    appToken: options.tokens?.app ?? `xapp-1-${data.app.id}-${randomHex(12)}`,
    scopes: options.scopes ?? DEFAULT_SCOPES,
    events: options.events ?? DEFAULT_EVENTS,
    homeTab: options.homeTab ?? false,
    messagesTab: options.messagesTab ?? false,
    plan: options.plan ?? 'paid',
    lint: options.lint ?? true,
    unsupportedBlocks: options.unsupportedBlocks ?? [],
    ended: null,
  };
}

import type { Channel } from './data.ts';
import type { Problems } from './problems.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { State } from './state.ts';
import type { Triggers } from './triggers.ts';

/** What the app's installation looks like: tokens, scopes, settings. */
export interface Installation {
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
  readonly events: readonly string[];
  readonly homeTab: boolean;
  readonly messagesTab: boolean;
  readonly plan: 'free' | 'paid';
  readonly lint: boolean;
  readonly unsupportedBlocks: readonly string[];
  /** What a token is answered with when the app was removed: `token_revoked` or `account_inactive`. */
  ended: 'token_revoked' | 'account_inactive' | null;
}

/** The inside of the workspace, as methods and people share it. */
export interface Slack {
  readonly state: State;
  readonly installation: Installation;
  readonly problems: Problems;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  /** `http://127.0.0.1:port` */
  readonly address: string;
  /** A single-use address for one socket. */
  issueSocketUrl(): string;
}

/** An event for the bot: `subscription` is what the manifest names (`message.channels`), `event` what is sent. */
export interface EventNotice {
  readonly subscription: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly channel?: Channel;
}

export const botIn = (slack: Slack, channel: Channel): boolean =>
  channel.members.includes(slack.state.data.app.botUser);

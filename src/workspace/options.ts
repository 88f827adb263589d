import type { WorkspaceData } from './data.ts';
import type { JsonObject } from './json.ts';

/** Somebody in the workspace. Names are unique; the id follows from the name unless given. */
export interface PersonOption {
  readonly name: string;
  readonly id?: string;
  readonly email?: string;
  /** `multi` may be in several channels (is_restricted), `single` in one (is_restricted and is_ultra_restricted). */
  readonly guest?: 'multi' | 'single';
  /** Belongs to another workspace, and is here through a shared channel only. */
  readonly external?: boolean;
  readonly deleted?: boolean;
  readonly admin?: boolean;
}

export interface ChannelOption {
  readonly name: string;
  readonly id?: string;
  readonly private?: boolean;
  readonly archived?: boolean;
  /** Shared with another workspace (Slack Connect). */
  readonly externalShared?: boolean;
  /** Only some people may post here, and the bot is none of them. */
  readonly readOnly?: boolean;
  /** Names or ids; everybody when left out (guests and external people only where they are named). */
  readonly members?: readonly string[];
  /** Whether the bot was invited. Default true. */
  readonly bot?: boolean;
}

export interface UserGroupOption {
  /** Without the @. */
  readonly handle: string;
  readonly id?: string;
  readonly members: readonly string[];
  readonly disabled?: boolean;
}

export interface CommandOption {
  readonly command: string;
  /** Turns @names, #channels and links of the text into Slack's escaped form, as the manifest's `should_escape` does. */
  readonly shouldEscape?: boolean;
}

export interface WorkspaceOptions {
  readonly people: readonly (string | PersonOption)[];
  readonly channels: readonly (string | ChannelOption)[];
  readonly userGroups?: readonly UserGroupOption[];
  /** What the bot token was granted. Default `DEFAULT_SCOPES`. */
  readonly scopes?: readonly string[];
  /** Event types that the app is subscribed to. Default `DEFAULT_EVENTS`. */
  readonly events?: readonly string[];
  readonly commands?: readonly CommandOption[];
  /** The clock behind ts values, triggers, response URLs and rate limits. Default: the system's. Waiting uses real timers. */
  readonly now?: () => Date;
  /** How long an ack may take. Default 3000, as in Slack. */
  readonly ackMs?: number;
  /** Delays before the redeliveries of an event that was not acked. Default 0, 1 min, 5 min, as in Slack. */
  readonly retryMs?: readonly number[];
  /** Counts calls per method (tiers) and posts per channel, and answers 429. Off by default: tests are faster than people. */
  readonly rateLimits?: boolean;
  /** Habits that Slack allows and a good bot has not: see `problems.ts`. Default true. */
  readonly lint?: boolean;
  /** Whether the home tab is switched on in the app's settings. Default false. */
  readonly homeTab?: boolean;
  /** Whether people can have direct messages with the app. Default false. */
  readonly messagesTab?: boolean;
  /** User groups need a paid plan. Default `paid`. */
  readonly plan?: 'free' | 'paid';
  /** Block types that this workspace does not have yet (new ones are rolled out gradually): answered with `unsupported type`. */
  readonly unsupportedBlocks?: readonly string[];
  /** Goes on with the state of an earlier workspace (`snapshot()`). */
  readonly snapshot?: WorkspaceData;
  /** Fixed tokens, to come back with the same ones after `stop()`. Default: new ones. */
  readonly tokens?: { readonly bot: string; readonly app: string };
  /** A fixed port, to come back at the same address after `stop()`. Default: any free one. */
  readonly port?: number;
}

/** The bot scopes of the app's manifest. */
export const DEFAULT_SCOPES = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
  'users:read',
  'usergroups:read',
] as const;

/** The event subscriptions of the app's manifest. */
export const DEFAULT_EVENTS = ['app_mention'] as const;

export const DEFAULT_COMMANDS: readonly CommandOption[] = [{ command: '/promfix', shouldEscape: true }];

export const DEFAULT_ACK_MS = 3_000;
export const DEFAULT_RETRY_MS = [0, 60_000, 300_000] as const;

/** What another app (Alertmanager, say) writes into a channel. */
export interface AppMessage {
  readonly app: string;
  readonly text: string;
  readonly blocks?: readonly JsonObject[];
  readonly thread_ts?: string;
}

/** What the page and its server say to each other. JSON: posts one way, server-sent events the other. */
import type { Ephemeral, Message, View } from '../../workspace/data.ts';

/** A message as this person sees it; `recipient` where only they do. */
export type ShownMessage = Message | Ephemeral;

interface ShownPerson {
  readonly id: string;
  readonly name: string;
  /** What this person is here for, in a few words. */
  readonly about: string;
}

export interface CommandHint {
  /** `diagnose` */
  readonly name: string;
  /** `diagnose [target] [-n, --namespace <namespace>]` */
  readonly usage: string;
  readonly summary: string;
}

export interface FaultChoice {
  readonly id: string;
  readonly group: string;
  readonly title: string;
}

export interface GuideLine {
  readonly text: string;
  /** Who should act next. */
  readonly as?: string;
  /** What to type for it. */
  readonly type?: string;
  /** The label of the button to click for it. */
  readonly click?: string;
}

export interface Tour {
  readonly state: 'off' | 'playing' | 'paused';
  /** What is done right now, and by whom. */
  readonly caption?: string;
  readonly as?: string;
}

/** What stands around the workspace: which fault, whether all is up, what to try next. */
export interface Surroundings {
  readonly phase: 'starting' | 'ready' | 'failed';
  /** Why it failed. */
  readonly detail?: string;
  readonly fault: string;
  readonly guide: GuideLine;
  readonly tour: Tour;
  /** What Slack refused the bot, or showed somebody as failed. Newest last. */
  readonly problems: readonly string[];
}

/** Everything that one person sees. */
export interface Snapshot {
  readonly you: string;
  readonly channel: { readonly id: string; readonly name: string };
  readonly domain: string;
  readonly cluster: string;
  /** The person's own cluster, not a simulated one. */
  readonly real: boolean;
  readonly people: readonly ShownPerson[];
  /** Names for ids. */
  readonly names: {
    readonly users: Readonly<Record<string, string>>;
    readonly channels: Readonly<Record<string, string>>;
    readonly groups: Readonly<Record<string, string>>;
  };
  readonly messages: readonly ShownMessage[];
  readonly views: readonly View[];
  readonly commands: readonly CommandHint[];
  readonly faults: readonly FaultChoice[];
  readonly surroundings: Surroundings;
}

/** Server-sent events; the first of a connection is always a snapshot. */
export interface Events {
  readonly snapshot: Snapshot;
  readonly message: ShownMessage;
  readonly gone: { readonly ts: string };
  readonly views: readonly View[];
  readonly surroundings: Surroundings;
}
export const EVENT_NAMES = [
  'snapshot',
  'message',
  'gone',
  'views',
  'surroundings',
] as const satisfies readonly (keyof Events)[];

/** What a form's fields hold. */
export type Entered = string | readonly string[] | null;

/** What a person does. */
export type Act =
  | { readonly act: 'say'; readonly text: string; readonly thread?: string }
  | {
      readonly act: 'click';
      /** The message's ts; without it the element is in the person's modal. */
      readonly ts?: string;
      readonly block: string;
      readonly action: string;
      /** True where a confirmation dialog was answered with yes. */
      readonly confirmed: boolean;
      readonly choose?: Entered;
    }
  | { readonly act: 'submit'; readonly values: Readonly<Record<string, Entered>> }
  | { readonly act: 'close' }
  | { readonly act: 'reset'; readonly fault: string }
  | { readonly act: 'play' | 'pause' | 'stop' };

/** What came of it. */
export interface ActResult {
  /** What Slack shows the person: `operation_timeout`, … or a sentence. */
  readonly error?: string;
  /** Fields of a form that were refused, by block id. */
  readonly errors?: Readonly<Record<string, string>>;
}

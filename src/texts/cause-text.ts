/**
 * The words for one cause of the table in `diagnosis/causes.ts`. Every member is whole sentences; `title` is short enough for the first
 * line on a phone and carries no value, so that it can stand alone.
 */
export interface CauseText {
  readonly title: string;
  /** What it is. */
  readonly what: string;
  /** What follows for the resource: the first link of every chain of consequences. */
  readonly effect: string;
  /** What proves it. */
  readonly proof: string;
  /** How it is repaired now, and for good. The commands are in `render/kubectl-commands.ts`. */
  readonly repair: string;
  /** What people try in vain, and why it does not help. */
  readonly vain: readonly { readonly tried: string; readonly because: string }[];
}

import type { Actor } from '../incidents/types.ts';

/**
 * How values are written into a sentence on one surface: Slack escapes and mentions, the terminal prints. Sentences are functions of values
 * and an ink; the words of a sentence itself need no escaping.
 */
export interface Ink {
  /** A name to be read exactly: an incident, a resource, a command. */
  code(value: string): string;
  /** Free text from the cluster or from a person. */
  text(value: string): string;
  who(actor: Actor): string;
  channel(id: string): string;
  /** ISO time. */
  at(iso: string): string;
  bold(value: string): string;
}

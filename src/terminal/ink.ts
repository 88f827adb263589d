import { printable } from '../render/terminal.ts';
import type { Ink } from '../texts/ink.ts';

/** Values for a terminal: control characters removed, nothing else changed. */
export const terminalInk: Ink = {
  code: printable,
  text: printable,
  who: (actor) =>
    actor.kind === 'user' ? actor.user : actor.kind === 'terminal' ? printable(actor.name) : `promfix ${actor.role}`,
  channel: (id) => id,
  at: (iso) => iso,
  bold: printable,
};

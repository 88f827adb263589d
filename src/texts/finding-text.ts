import type { Values } from '../diagnosis/types.ts';

/** A value as text. One that is missing reads as its name in angle brackets, as in a command that a person fills in. */
type Say = (key: string) => string;

/** The sentence of a finding's code; whole, with its values in place. `has` tells whether a value is there and not empty. */
export type FindingText = (say: Say, has: (key: string) => boolean) => string;

/** One sentence for each code of a runbook: `satisfies FindingTexts<(typeof runbook.codes)[number]>`. */
export type FindingTexts<Code extends string = string> = Readonly<Record<Code, FindingText>>;

export function sayFrom(values: Values): Say {
  return (key) => {
    const value = values[key];
    return value === undefined || value === '' ? `<${key}>` : String(value);
  };
}

export function hasFrom(values: Values): (key: string) => boolean {
  return (key) => values[key] !== undefined && values[key] !== '';
}

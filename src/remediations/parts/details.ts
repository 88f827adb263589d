import type { DiffLine, Plan, Step } from '../types.ts';

/** Characters that a message of the thread holds at least before the next one begins. */
const PER_MESSAGE = 8_000;
/** More than that nobody reads before deciding: a plan with more is not put to anybody. */
export const MOST_DETAILS = 12;

/**
 * How many messages all that a plan changes may take, with its lasting change for Git; never too few. The views decide what is in each, and one
 * that turns out to be empty is not posted.
 */
export function detailMessages({ diff, steps }: Pick<Plan, 'diff' | 'steps'>): number {
  const weight = sum(diff.map(weightOf)) + sum(steps.map(weightInGit));
  return Math.max(1, Math.ceil(weight / PER_MESSAGE));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** As Slack counts: three characters are written as entities. */
const shown = (text: string): number => text.length + 4 * (text.match(/[&<>]/g)?.length ?? 0);

/** The object's name, and a line for each of before and after. */
function weightOf({ object, path, before, after }: DiffLine): number {
  const values = [before, after].flatMap((value) => (value === null ? [] : [shown(value) + shown(path) + 16]));
  return shown(object) + 16 + sum(values);
}

/** As YAML, with the keys of the chart's values around it. */
function weightInGit(step: Step): number {
  return step.do === 'patch' ? 600 + 4 * shown(JSON.stringify(step.patch)) : 300;
}

import type { Diagnosis, Values } from './types.ts';

/**
 * Whether two diagnoses of one target say the same: verdict, causes, certainties, what was ruled out or not checked, and how far the path goes.
 * Times, quotes and counts are left out: a restart counter goes up while nothing changes.
 */
export function saysTheSame(one: Diagnosis, other: Diagnosis): boolean {
  return JSON.stringify(gist(one)) === JSON.stringify(gist(other));
}

interface Told {
  readonly kind?: string;
  readonly cause?: string;
  readonly code: string;
  readonly certainty?: string;
  readonly reason?: string;
  readonly object?: string;
  readonly values: Values;
}

function gist(diagnosis: Diagnosis) {
  return [
    diagnosis.verdict,
    diagnosis.scaledToZero ?? false,
    diagnosis.rootCause && told(diagnosis.rootCause),
    diagnosis.next.map(told),
    diagnosis.ladder.map(({ rung, state }) => [rung, state]),
    diagnosis.byRunbook.map(({ runbook, findings }) => [runbook, findings.map(told)]),
  ];
}

function told(one: Told) {
  const { kind, cause, code, certainty, reason, object, values } = one;
  return [kind, cause, code, certainty, reason, object, steady(values)];
}

/** The values that name something. */
function steady(values: Values) {
  return Object.entries(values)
    .filter(([, value]) => typeof value === 'boolean' || (typeof value === 'string' && !TIME.test(value)))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:/;

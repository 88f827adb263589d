import { isObject } from './json.ts';

/** Something a person saw go wrong: a warning triangle, a failed command, a refused field. */
export interface UiError {
  readonly user: string;
  /** `operation_timeout` (no ack in time), `dispatch_failed` (nobody connected), `invalid_response` … */
  readonly error: string;
  readonly where: string;
}

/** What a test has to explain before its end. */
export type Problem =
  | { readonly kind: 'unknown_method'; readonly method: string }
  /** An `ok: false` answer or a refused response URL. Faults that the test injected are not listed. */
  | { readonly kind: 'refused'; readonly method: string; readonly error: string; readonly detail?: string }
  | ({ readonly kind: 'ui_error' } & UiError)
  /** The bot notified a whole channel: almost always untrusted text that was not escaped. */
  | { readonly kind: 'broadcast'; readonly mention: string; readonly method: string; readonly text: string }
  /** Allowed by Slack, unkind to people: no fallback text, link previews left on, names parsed out of free text. */
  | { readonly kind: 'lint'; readonly rule: LintRule; readonly method: string; readonly text: string }
  /** A frame that Slack would ignore: an ack nobody waits for, a payload where none is taken, not JSON. */
  | { readonly kind: 'protocol'; readonly detail: string };

type LintRule = 'no_fallback_text' | 'unfurls_left_on' | 'parses_free_text';

/** Fields that a problem must have to be the expected one. */
export type Expectation = { readonly kind: Problem['kind'] } & Readonly<Record<string, string>>;

const fits = (problem: Problem, wanted: Expectation): boolean =>
  Object.entries(wanted).every(([name, value]) =>
    Object.entries(problem).some(([key, has]) => key === name && has === value),
  );

function describeProblem(problem: Problem): string {
  const { kind, ...rest } = problem;
  const words = Object.entries(rest).map(
    ([name, value]) => `${name}=${isObject(value) ? JSON.stringify(value) : value}`,
  );
  return `${kind}: ${words.join(' ')}`;
}

/** What went wrong so far, and what of it a test declared as expected. */
export class Problems {
  readonly all: Problem[] = [];
  readonly #expected: Expectation[] = [];
  readonly #announce: () => void;

  constructor(announce: () => void) {
    this.#announce = announce;
  }

  add(problem: Problem): void {
    this.all.push(problem);
    this.#announce();
  }

  /** Declares problems as wanted, before or after they happen. At least one must happen. */
  expect(wanted: Expectation): void {
    this.#expected.push(wanted);
  }

  /** One line for each problem nobody expected, and for each expected one that did not happen. */
  unexplained(): string[] {
    const surprises = this.all.filter((problem) => !this.#expected.some((wanted) => fits(problem, wanted)));
    const missing = this.#expected.filter((wanted) => !this.all.some((problem) => fits(problem, wanted)));
    return [
      ...surprises.map(describeProblem),
      ...missing.map((wanted) => `expected, but did not happen: ${JSON.stringify(wanted)}`),
    ];
  }
}

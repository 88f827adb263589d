export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

const MOST_LINES = 20_000;

/** The logs of one pod's containers: of the present run and of the one before. */
export class LogBook {
  readonly #current = new Map<string, LogLine[]>();
  readonly #previous = new Map<string, LogLine[]>();

  write(container: string, text: string): void {
    const lines = this.#current.get(container) ?? [];
    this.#current.set(container, lines);
    lines.push({ at: new Date(), text });
    if (lines.length > MOST_LINES) lines.splice(0, MOST_LINES / 4);
  }

  /** The container starts anew: what it wrote until now is the previous log. */
  turnPage(container: string): void {
    this.#previous.set(container, this.#current.get(container) ?? []);
    this.#current.set(container, []);
  }

  /** The same in both, as after a crash that repeats itself. */
  repeat(container: string): void {
    this.#previous.set(container, [...this.current(container)]);
  }

  current(container: string): readonly LogLine[] {
    return this.#current.get(container) ?? [];
  }

  previous(container: string): readonly LogLine[] {
    return this.#previous.get(container) ?? [];
  }
}

/** Applies the query of a log request: sinceSeconds, sinceTime, tailLines, timestamps, limitBytes. */
export function renderLog(lines: readonly LogLine[], query: URLSearchParams): string {
  const since = query.has('sinceSeconds')
    ? Date.now() - Number(query.get('sinceSeconds')) * 1000
    : Date.parse(query.get('sinceTime') ?? '');
  const young = Number.isNaN(since) ? lines : lines.filter(({ at }) => at.getTime() >= since);
  const tail = query.get('tailLines');
  const chosen = tail === null ? young : Number(tail) === 0 ? [] : young.slice(-Number(tail));
  const stamped = query.get('timestamps') === 'true';
  const text = chosen.map(({ at, text }) => `${stamped ? `${at.toISOString()} ` : ''}${text}\n`).join('');
  const limit = query.get('limitBytes');
  return limit === null ? text : Buffer.from(text).subarray(0, Number(limit)).toString();
}

/** Milliseconds of several runs of the same thing, and what one of them sent and received. */
export interface Figures {
  readonly median: number;
  readonly best: number;
  readonly requests?: number;
  readonly bytes?: number;
}

/** What the warm process found. `peak` is its largest resident size in bytes, the floor's client included. */
export interface Measured {
  readonly floor: Figures;
  readonly diagnosis: Figures;
  readonly named: string;
  readonly peak: number;
}

export interface Sample {
  readonly ms: number;
  readonly requests?: number;
  readonly bytes?: number;
}

/** Requests and bytes are those of the last run: they hardly differ. */
export function figures(samples: readonly Sample[]): Figures {
  const times = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  const last = samples.at(-1);
  return {
    median: times[Math.floor(times.length / 2)] ?? Number.NaN,
    best: times[0] ?? Number.NaN,
    ...(last?.requests !== undefined && { requests: last.requests }),
    ...(last?.bytes !== undefined && { bytes: last.bytes }),
  };
}

/** Milliseconds of several runs of the same thing, and what one of them sent and received. */
export interface Figures {
  readonly median: number;
  readonly best: number;
  /** Milliseconds of processor time, median. */
  readonly cpu?: number;
  /** The same of the API server. */
  readonly apiCpu?: number;
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
  readonly cpu?: number;
  readonly apiCpu?: number;
  readonly requests?: number;
  readonly bytes?: number;
}

/** Requests and bytes are those of the last run: they hardly differ. */
export function figures(samples: readonly Sample[]): Figures {
  const times = samples.map(({ ms }) => ms);
  const cpu = samples.flatMap((sample) => sample.cpu ?? []);
  const apiCpu = samples.flatMap((sample) => sample.apiCpu ?? []);
  const last = samples.at(-1);
  return {
    median: median(times),
    best: Math.min(...times),
    ...(cpu.length > 0 && { cpu: median(cpu) }),
    ...(apiCpu.length > 0 && { apiCpu: median(apiCpu) }),
    ...(last?.requests !== undefined && { requests: last.requests }),
    ...(last?.bytes !== undefined && { bytes: last.bytes }),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

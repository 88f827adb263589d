import type { Figures } from './figures.ts';

export interface Row {
  readonly cluster: string;
  readonly what: string;
  readonly figures: Figures;
  /** Bytes of memory at the peak. */
  readonly peak?: number | undefined;
  /** Of the floor in the same cluster. */
  readonly floor?: number | undefined;
  readonly note?: string | undefined;
}

const HEAD = ['cluster', 'what', 'median', 'best', 'CPU', 'API CPU', '× floor', 'requests', 'KiB', 'peak MiB', ''];

/** Columns for a terminal; what was not measured is empty. */
export function table(rows: readonly Row[]): string {
  const lines = [
    HEAD,
    ...rows.map(({ cluster, what, figures, peak, floor, note }) => [
      cluster,
      what,
      `${figures.median.toFixed(0)} ms`,
      `${figures.best.toFixed(0)} ms`,
      figures.cpu === undefined ? '' : `${figures.cpu.toFixed(0)} ms`,
      figures.apiCpu === undefined ? '' : `${figures.apiCpu.toFixed(0)} ms`,
      floor === undefined ? '' : (figures.median / floor).toFixed(1),
      figures.requests === undefined ? '' : String(figures.requests),
      figures.bytes === undefined ? '' : (figures.bytes / 1024).toFixed(0),
      peak === undefined ? '' : (peak / 1024 / 1024).toFixed(0),
      note ?? '',
    ]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column < 2 || column === HEAD.length - 1
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

import { type Json, partial } from './json.ts';
import { collectionOf, type Kind } from './kinds.ts';
import type { Snapshot } from './snapshot.ts';
import { customPrinter } from './tables/custom-printer.ts';
import { type Cell, NONE, plain } from './tables/printer.ts';
import { PRINTERS } from './tables/printers.ts';

/** What stands in a row beside its cells: the query's `includeObject`. */
export type RowObject = 'None' | 'Metadata' | 'Object';

/** A server-side Table with the columns of the real server. A kind without a printer below shows its name and age. */
export function table(
  snapshot: Snapshot,
  kind: Kind,
  items: readonly Json[],
  metadata: Json,
  now: Date,
  include: RowObject = 'Metadata',
): Json {
  const columnDefinitions = snapshot.columns[collectionOf(kind)] ?? DEFAULT_COLUMNS;
  const print = kind.custom ? customPrinter(snapshot, kind) : (PRINTERS[kind.resource] ?? plain);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions,
    rows: items.map((item) => ({
      cells: padded(print(item, now), columnDefinitions.length),
      object: include === 'None' ? null : include === 'Object' ? item : partial(item),
    })),
  };
}

const DEFAULT_COLUMNS: readonly Json[] = [
  { name: 'Name', type: 'string', format: 'name', description: 'Name of the object', priority: 0 },
  { name: 'Created At', type: 'date', format: '', description: 'Time of creation', priority: 0 },
];

function padded(cells: readonly Cell[], length: number): readonly Cell[] {
  return Array.from({ length }, (_, index) => (index in cells ? (cells[index] ?? null) : NONE));
}

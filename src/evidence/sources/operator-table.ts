import { resourcePath, TABLE } from '../../kubernetes/paths.ts';
import { type Json, objects } from '../json.ts';
import { ask, project, type Reading, rightTo } from '../reading.ts';
import type { Read } from '../types.ts';
import { isOperatorContainer } from './operator-image.ts';

/** A Deployment that runs the prometheus-operator, as the Table shows it. */
export interface OperatorRow {
  readonly name: string;
  /** The pods' label selector, as `kubectl get -o wide` prints it. */
  readonly selector: string;
}

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_ROWS = 20_000;

/**
 * The operators among the Deployments of a namespace, or of all. The rows come without their objects, which are most of what the API server
 * has to do for a Table of many rows (500 Deployments: 9 ms of its time instead of 119); so they don't tell their namespace.
 */
export async function readOperatorTable(
  reading: Reading,
  namespace: string | undefined,
): Promise<Read<readonly OperatorRow[]>> {
  const place = namespace === undefined ? {} : { namespace };
  const read = await ask(reading, {
    path: resourcePath('deployments', place),
    needs: rightTo('list', 'deployments', place),
    query: { includeObject: 'None' },
    accept: TABLE,
    maxBytes: MAX_BYTES,
  });
  return project(read, rowsOf);
}

function rowsOf(body: Json): readonly OperatorRow[] {
  const columns = objects(body['columnDefinitions'], 50).map((column) => String(column['name'] ?? '').toLowerCase());
  const column = (title: string): number => columns.indexOf(title);
  const [name, containers, images, selector] = [
    column('name'),
    column('containers'),
    column('images'),
    column('selector'),
  ];
  if (name < 0 || images < 0) throw new Error('the Table has no column Name or Images');
  return objects(body['rows'], MAX_ROWS).flatMap((row): OperatorRow[] => {
    const cells: readonly unknown[] = Array.isArray(row['cells']) ? row['cells'] : [];
    const cell = (index: number): string => {
      const value = cells[index];
      return typeof value === 'string' ? value : '';
    };
    const names = cell(containers).split(',');
    const runs = cell(images)
      .split(',')
      .some((image, index) => isOperatorContainer(names[index] ?? '', image));
    return runs ? [{ name: cell(name), selector: cell(selector) }] : [];
  });
}

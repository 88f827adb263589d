import { at, type Json, nameOf, object, objects, string } from '../json.ts';
import type { Kind } from '../kinds.ts';
import type { Snapshot } from '../snapshot.ts';
import { since } from './ages.ts';
import { type Cell, type Printer, plain } from './printer.ts';

/** By the CRD's additional columns; their paths are simple ones, or pick a condition by its type. */
export function customPrinter(snapshot: Snapshot, { group, resource, version }: Kind): Printer {
  const crd = Object.values(snapshot.objects)
    .flat()
    .find((item) => nameOf(item) === `${resource}.${group}` && item['kind'] === 'CustomResourceDefinition');
  const columns = objects(
    objects(object(crd, 'spec')['versions']).find((one) => one['name'] === version)?.['additionalPrinterColumns'],
  );
  if (columns.length === 0) return plain;
  return (item, now) => [
    nameOf(item),
    ...columns.map((column): Cell => {
      const value = jsonPath(item, string(column, 'jsonPath') ?? '');
      if (value === undefined) return null;
      return column['type'] === 'date' ? since(String(value), now) : value;
    }),
  ];
}

function jsonPath(item: Json, path: string): Cell | undefined {
  let here: unknown = item;
  for (const [, field, type] of path.matchAll(/\.([\w-]+)|\[\?\(@\.type\s*==\s*['"](\w+)['"]\)\]/g)) {
    here =
      type === undefined
        ? at(here, field ?? '')
        : Array.isArray(here)
          ? here.find((one) => at(one, 'type') === type)
          : undefined;
  }
  return typeof here === 'string' || typeof here === 'number' || typeof here === 'boolean' ? here : undefined;
}

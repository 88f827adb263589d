import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { objects } from '../../src/simulator/json.ts';
import { collectionOf } from '../../src/simulator/kinds.ts';
import { loadSnapshot } from '../../src/simulator/snapshot.ts';
import { since } from '../../src/simulator/tables/ages.ts';
import { lab } from './lab.ts';
import { send } from './raw.ts';

interface Recorded {
  readonly at: string;
  /** Cells of the real server's rows by the path of the collection. */
  readonly rows: Readonly<Record<string, readonly (readonly unknown[])[]>>;
}

// Written by the recorder in this shape.
const RECORDED = JSON.parse(
  gunzipSync(readFileSync(new URL('./tables.json.gz', import.meta.url))).toString(),
) as Readonly<Record<string, Recorded>>;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
/** Kinds that nobody is shown: their rows have the name and the age only. */
const PLAIN = /(roles|bindings|priorityclasses|nodes|policies)$/;

/** The server counts ages from now, which is not the moment at which the snapshot was saved. */
const ageless = (cells: readonly unknown[]): unknown[] =>
  cells.map((cell) => (typeof cell === 'string' ? cell.replace(/\b\d+[smhd](\d+[smh])?\b/g, 'AGE') : cell));

describe.for(Object.entries(RECORDED))('snapshot %s', ([id, { at, rows }]) => {
  test('has the rows that kubectl got of the real server', async () => {
    expect(loadSnapshot(id).at).toBe(at);
    const { simulator } = await lab({ snapshot: id, asSaved: true, now: () => new Date(at) });
    const kinds = [...simulator.state.kinds().values()].map(collectionOf);
    let compared = 0;
    for (const [path, expected] of Object.entries(rows)) {
      if (PLAIN.test(path)) continue;
      expect(kinds).toContain(path);
      const { json } = await send(simulator.kubeconfig, { path, accept: TABLE });
      const cells = objects(json['rows']).map((row) => ageless(Array.isArray(row['cells']) ? row['cells'] : []));
      expect({ path, cells }).toEqual({ path, cells: expected.map(ageless) });
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });
});

test('ages are written as kubectl writes them', () => {
  const now = new Date('2026-01-31T00:00:00Z');
  const ago = (seconds: number): string => since(new Date(now.getTime() - seconds * 1000).toISOString(), now);
  expect([0, 119, 125, 600, 3 * 3600, 30 * 3600, 3 * 86_400, 20 * 86_400].map(ago)).toEqual([
    '0s',
    '119s',
    '2m5s',
    '10m',
    '3h',
    '30h',
    '3d',
    '20d',
  ]);
});

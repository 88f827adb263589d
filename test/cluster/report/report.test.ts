import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendRow, type Row, readReport } from './report.ts';
import { reportTable } from './table.ts';

const asked = { scenario: 'F02', title: 'list is refused', operator: '0.85.0', expected: 'rbac-gate-prometheuses' };
const right: Row = { ...asked, named: asked.expected, verdict: 'broken', seconds: 0.5, right: true };

describe('the report of the suite', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promfix-report-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps the last row of a scenario and an operator, from several runs and files', () => {
    const [one, two] = [join(folder, 'a', 'one.jsonl'), join(folder, 'two.jsonl')];
    appendRow(one, asked);
    appendRow(one, { ...right, operator: '0.90.1' });
    appendRow(two, right);

    expect(readReport([one, two])).toEqual([right, { ...right, operator: '0.90.1' }]);
  });

  it('says which line is none, and that a file is missing', () => {
    const file = join(folder, 'bad.jsonl');
    writeFileSync(file, `${JSON.stringify(right)}\n{"scenario":1}\n`);

    expect(() => readReport([file])).toThrow('line 2');
    expect(() => readReport([join(folder, 'none')])).toThrow('there is no');
  });

  it('shows scenarios by number, a column for each release, and what is not right', () => {
    const rows: readonly Row[] = [
      { ...right, scenario: 'F10', operator: '0.90.1', named: 'paused' },
      { ...asked, scenario: 'F10', named: null, verdict: 'inconclusive', seconds: 0.5 },
      { ...asked, scenario: 'F9' },
    ];

    expect(reportTable(rows).split('\n')).toEqual([
      '| scenario | expected | 0.85.0 | 0.90.1 |',
      '|---|---|---|---|',
      '| F9 | rbac-gate-prometheuses | **no answer** |  |',
      '| F10 | rbac-gate-prometheuses | **wrong: inconclusive (inconclusive)**, 0.50 s | paused, 0.50 s |',
      '',
      '0.85.0: 0 of 2 right; 0.50 s at the median, 0.50 s at most; not right: F9, F10',
      '0.90.1: 1 of 1 right; 0.50 s at the median, 0.50 s at most',
    ]);
  });
});

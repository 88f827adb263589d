import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnosis/types.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { chartVersion } from '../../src/runbooks/chart-version.ts';
import { crd, evidence, read, unread } from '../builders/evidence.ts';

const judge = (more: Partial<Evidence> = {}): readonly Finding[] => chartVersion.judge(evidence(more));
const withCrd = (operatorVersion: string | undefined) => {
  const { operatorVersion: _, ...rest } = crd('prometheuses');
  return { crds: read([operatorVersion === undefined ? rest : { ...rest, operatorVersion }]) };
};

describe('versions', () => {
  it('are named, with the chart from the labels', () => {
    expect(judge().find((one) => one.code === 'versions')?.values).toMatchObject({
      operatorVersion: '0.86.2',
      crdVersion: '0.86.2',
      chart: '79.5.0',
      prometheusVersion: 'v3.7.3',
    });
  });

  it.each([
    ['0.86.2', 'ruled-out crd-version-matches'],
    ['0.86.1', 'ruled-out crd-version-matches'],
    ['0.70.0', 'observation crd-older'],
    ['0.90.1', 'observation crd-newer'],
    [undefined, 'observation crd-version-unknown'],
  ])('of the CRD %s beside operator 0.86.2 give %s', (version, expected) => {
    expect(judge(withCrd(version)).map((one) => `${one.kind} ${one.code}`)).toContain(expected);
  });

  it('are never a cause by themselves', () => {
    expect(judge(withCrd('0.50.0')).filter((one) => one.kind === 'cause')).toEqual([]);
  });

  it('that may not be read are not checked', () => {
    expect(judge({ operators: unread(), crds: unread() }).map((one) => one.kind)).toEqual([
      'not-checked',
      'not-checked',
    ]);
  });
});

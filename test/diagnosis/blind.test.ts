import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { captured } from '../builders/captured.ts';

const blind = (evidence: Evidence) => {
  const { blindSince, blindAtLeast } = diagnose(evidence);
  return { blindSince, blindAtLeast };
};

describe('since when monitoring is blind', () => {
  it('is the creation where the operator has made nothing and written no status', () => {
    expect(blind(captured('F01'))).toEqual({ blindSince: '2026-11-25T20:21:36Z', blindAtLeast: undefined });
  });

  it('is that, too, where Secrets may not be read, which is the default; not where nothing of it was', () => {
    const without = (kinds: readonly string[]): Evidence => {
      const capture = captured('F01');
      if (capture.owned.state !== 'read') throw new Error('not read');
      const object = { state: 'unread', because: 'forbidden', detail: '' } as const;
      const value = capture.owned.value.map((one) => (kinds.includes(one.kind) ? { ...one, object } : one));
      return { ...capture, owned: { ...capture.owned, value } };
    };

    expect(blind(without(['Secret'])).blindSince).toBe('2026-11-25T20:21:36Z');
    expect(blind(without(['Secret', 'ConfigMap', 'Service'])).blindSince).toBeUndefined();
  });

  it('is not the creation of a resource that may have run for a year', () => {
    const capture = captured('F45');
    if (capture.resource.state !== 'read') throw new Error('not read');
    const { value } = capture.resource;
    const old = { ...value, meta: { ...value.meta, created: '2024-01-01T00:00:00Z' } };
    expect(blind({ ...capture, resource: { ...capture.resource, value: old } })).toEqual({
      blindSince: '2026-11-25T21:01:19Z',
      blindAtLeast: true,
    });
  });

  it('is said of pods that are known to be missing', () => {
    for (const id of ['F48', 'F49', 'F50', 'F51', 'F52']) expect(blind(captured(id)).blindAtLeast).toBe(true);
  });

  it('is not said while a pod is ready, or of what was not read', () => {
    for (const id of ['F00', 'F28', 'F39']) expect(blind(captured(id)).blindSince).toBeUndefined();
    const pods = { state: 'unread', because: 'forbidden', detail: '' } as const;
    expect(blind({ ...captured('F52'), pods }).blindSince).toBeUndefined();
  });
});

describe('a work queue that is busy', () => {
  it('does not make a Prometheus degraded that the operator has brought up to date', () => {
    const busy = JSON.parse(
      JSON.stringify(captured('F00')).replace(
        /("labels":\{"controller":"prometheus","name":"prometheus"\},"name":"prometheus_operator_workqueue_unfinished_work_seconds","value":)[\d.]+/,
        '$18.5',
      ),
      // Only a number has changed.
    ) as Evidence;
    expect(JSON.stringify(busy)).toContain('"value":8.5');
    expect(diagnose(busy)).toMatchObject({ verdict: 'healthy', rootCause: null });
  });
});

import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import { adviceFor } from '../../src/render/advice.ts';
import { healthy, incident } from './incident.ts';

const withCause = (cause: CauseSlug, diagnosis: Diagnosis = incident): Diagnosis => ({
  ...diagnosis,
  rootCause: diagnosis.rootCause && { ...diagnosis.rootCause, cause },
});

describe('advice for the long run', () => {
  it('is not given where nothing is wrong', () => {
    expect(adviceFor(healthy)).toEqual([]);
  });

  it('after a race with the CRDs is to bring them first, and to be told of it next time', () => {
    expect(adviceFor(incident)).toEqual(['crds-first', 'alert-from-outside']);
  });

  it('is to change the Helm values where the fault stands in them', () => {
    expect(adviceFor(withCause('version-not-semver'))).toEqual(['helm-values']);
  });

  it('is a namespace of its own only where the operator shares the fate of the resource', () => {
    expect(adviceFor(withCause('quota-on-owned-objects'))).toContain('own-namespace');
    const apart: Diagnosis = { ...incident, target: { ...incident.target, namespace: 'team-a' } };
    expect(adviceFor(withCause('quota-on-owned-objects', apart))).not.toContain('own-namespace');
  });

  it('is to keep fewer resources where one of them, or their number, stops the operator', () => {
    expect(adviceFor(withCause('poison-object'))).toContain('fewer-resources');
    expect(adviceFor(withCause('slow-list'))).toContain('fewer-resources');
  });
});

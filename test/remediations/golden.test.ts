import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { isPlan, planFor, planOf, REMEDIATIONS, remediationsOf } from '../../src/remediations/index.ts';
import type { ClusterIdentity } from '../../src/remediations/types.ts';

const folder = join(import.meta.dirname, '../golden');
// The files are written by the suite that captures them from a real control plane.
const CASES = readdirSync(folder).map((id) => ({
  id,
  evidence: hashed(JSON.parse(readFileSync(join(folder, id, 'evidence.json'), 'utf8')) as Evidence),
}));

/** Evidence that was saved before the StatefulSet's hash was kept gets one: which one does not matter here. */
function hashed(evidence: Evidence): Evidence {
  const { statefulSet } = evidence;
  if (statefulSet.state !== 'read') return evidence;
  return { ...evidence, statefulSet: { ...statefulSet, value: { contentHash: 'saved', ...statefulSet.value } } };
}

function identityOf({ cluster, target }: Evidence): ClusterIdentity {
  if (cluster.state !== 'read') throw new Error('the cluster was not read');
  return { name: target.cluster, uid: cluster.value.uid, caFingerprint: cluster.value.caFingerprint ?? '' };
}

/** `F13   controller-id-mismatch   fix-controller-id`, or why not. */
function line({ id, evidence }: (typeof CASES)[number]): string {
  const diagnosis = diagnose(evidence);
  const { plan, refusals } = planFor(evidence, diagnosis, identityOf(evidence));
  const answers = [
    ...(plan ? [plan.remediation] : []),
    ...refusals.map(({ remediation, code }) => `(${remediation}: ${code})`),
  ];
  return [id.padEnd(5), (diagnosis.rootCause?.cause ?? diagnosis.verdict).padEnd(38), answers.join(' ') || '-']
    .join(' ')
    .trimEnd();
}

describe('what is offered for the faults of a real control plane', () => {
  it('is exactly this', async () => {
    await expect(`${CASES.map(line).join('\n')}\n`).toMatchFileSnapshot('offered.txt');
  });

  it('is never a repair of another cause, whichever is asked for', () => {
    const wrong = CASES.flatMap(({ id, evidence }) => {
      const diagnosis = diagnose(evidence);
      const fitting = diagnosis.rootCause ? remediationsOf(diagnosis.rootCause.cause) : [];
      return REMEDIATIONS.filter(
        (one) => !fitting.includes(one.id) && isPlan(planOf(one.id, evidence, diagnosis, identityOf(evidence))),
      ).map((one) => `${id}: ${one.id}`);
    });

    expect(wrong).toEqual([]);
  });

  it('fits a phone: a diff of at most six lines, in whatever plan', () => {
    const long = CASES.flatMap(({ id, evidence }) => {
      const { plan } = planFor(evidence, diagnose(evidence), identityOf(evidence));
      return plan && plan.diff.length > 6 ? [id] : [];
    });

    expect(long).toEqual([]);
  });
});

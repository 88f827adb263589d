import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, Read } from '../../src/evidence/types.ts';
import { isPlan, isRequested, planFor, planOf, REMEDIATIONS, remediationsOf } from '../../src/remediations/index.ts';
import type { ClusterIdentity } from '../../src/remediations/types.ts';

const folder = join(import.meta.dirname, '../golden');
// The files are written by the suite that captures them from a real control plane.
const CASES = readdirSync(folder).map((id) => ({
  id,
  evidence: hashed(JSON.parse(readFileSync(join(folder, id, 'evidence.json'), 'utf8')) as Evidence),
}));

/** Evidence that was saved before these hashes were kept gets some: which ones does not matter here. */
function hashed(evidence: Evidence): Evidence {
  return {
    ...evidence,
    statefulSet: changed(evidence.statefulSet, (one) => ({ contentHash: 'saved', ...one })),
    operators: changed(evidence.operators, (all) =>
      all.map((one) => ({
        ...one,
        roles: changed(one.roles, (roles) => roles.map((role) => ({ contentHash: 'saved', ...role }))),
        bindings: changed(one.bindings, (bindings) =>
          bindings.map((binding) => ({ contentHash: 'saved', ...binding })),
        ),
      })),
    ),
    webhooks: changed(evidence.webhooks, (all) => all.map((one) => ({ contentHash: 'saved', ...one }))),
    admissionSecret: changed(evidence.admissionSecret, (one) => ({
      hash: 'saved',
      serving: { cert: 'cert', key: 'key' },
      ...(one.caSha256 !== undefined && { caKey: 'ca', caNotAfter: '2099-01-01T00:00:00.000Z' }),
      ...one,
    })),
  };
}

function changed<T>(read: Read<T>, change: (value: T) => T): Read<T> {
  return read.state === 'read' ? { ...read, value: change(read.value) } : read;
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
  return [id.padEnd(9), (diagnosis.rootCause?.cause ?? diagnosis.verdict).padEnd(38), answers.join(' ') || '-']
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
      return REMEDIATIONS.filter(({ id: one }) => {
        const plan = planOf(one, evidence, diagnosis, identityOf(evidence));
        return !fitting.includes(one) && isPlan(plan) && !isRequested(plan);
      }).map((one) => `${id}: ${one.id}`);
    });

    expect(wrong).toEqual([]);
  });

  it('on request is the certificate, where its mismatch was seen beside another cause or beside none', () => {
    const asked = CASES.flatMap(({ id, evidence }) => {
      const plan = planOf('admission-certificate', evidence, diagnose(evidence), identityOf(evidence));
      return isPlan(plan) && isRequested(plan) ? [`${id} ${plan.steps.map((step) => step.do).join(' ')}`] : [];
    });

    expect(asked).toMatchInlineSnapshot(`
      [
        "F58 copy-ca copy-ca",
        "F58b copy-ca copy-ca",
        "N01 copy-ca copy-ca",
      ]
    `);
  });

  it('fits a phone: a diff of at most six lines, in whatever plan', () => {
    const long = CASES.flatMap(({ id, evidence }) => {
      const { plan } = planFor(evidence, diagnose(evidence), identityOf(evidence));
      return plan && plan.diff.length > 6 ? [id] : [];
    });

    expect(long).toEqual([]);
  });
});

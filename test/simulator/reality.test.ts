import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { readingRules } from '../../src/remediations/parts/rules.ts';
import { loadSnapshot, snapshotIds } from '../../src/simulator/snapshot.ts';
import { golden, lab } from './lab.ts';

/**
 * What differs by design: where the server is, when it was asked and how many writes of others it had counted by then; and the certificate
 * of the webhooks, whose private key is not saved and which is therefore made anew.
 */
const BY_DESIGN: readonly RegExp[] = [
  /^\/cluster\/value\/(server|caFingerprint)$/,
  /^\/admissionSecret\/value\/(caSha256|keys\/\d+\/bytes)$/,
  /^\/webhooks\/value\/\d+\/webhooks\/\d+\/(caBundleBytes|caBundleSha256|caSha256)$/,
  // Saved when they were still read for operators whose pods are ready.
  /^\/operators\/value\/\d+\/networkPolicies\/(state|value)$/,
  // Saved when the version of Kubernetes was still read, and the storage classes also where no claim is seen.
  /^\/cluster\/value\/kubernetesVersion$/,
  /^\/storageClasses\/(state|value)$/,
  // Saved when each was asked for; now one that is refused stands for all of its kind.
  /^\/owned\/value\/\d+\/object\/detail$/,
];

/** Rows of an Application that are read since the evidence was saved: who owns the operator's rights. */
const READ_SINCE = ['ClusterRole', 'ClusterRoleBinding'];
function asThen<T>(evidence: T): T {
  // A copy of what was given, without those rows.
  return JSON.parse(
    JSON.stringify(evidence, (key, value: unknown) =>
      key === 'resources' && Array.isArray(value)
        ? value.filter((row: { readonly kind?: string }) => !READ_SINCE.includes(row.kind ?? ''))
        : value,
    ),
  ) as T;
}

/** Fields of a Read itself: the moment of reading. */
function isOfReading(holder: object, key: string): boolean {
  return 'state' in holder && (key === 'at' || key === 'resourceVersion');
}

/** Everything that is in `expected` and differs in `actual`, by path. What promfix reads beyond that today is no difference. */
function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (Object.is(expected, actual)) return [];
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null)
    return [`${path}: ${JSON.stringify(expected)?.slice(0, 200)} became ${JSON.stringify(actual)?.slice(0, 200)}`];
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length !== actual.length)
    return [`${path}: ${expected.length} became ${actual.length}`];
  return Object.entries(expected).flatMap(([key, value]) =>
    isOfReading(expected, key) || (path === '' && key === 'at') || BY_DESIGN.some((one) => one.test(`${path}/${key}`))
      ? []
      : differences(value, Reflect.get(actual, key), `${path}/${key}`),
  );
}

describe.for(snapshotIds())('snapshot %s', (id) => {
  test('shows promfix the evidence that the real control plane showed', async () => {
    const { at } = loadSnapshot(id);
    const { port, target, simulator } = await lab({ snapshot: id, asSaved: true, now: () => new Date(at) });
    const expected = golden(id);
    expect(differences(expected.admin, asThen(await port().collect(target)))).toEqual([]);
    const bot = simulator.serviceAccount('bot', { cluster: readingRules() });
    expect(differences(expected.bot, asThen(await port(bot).collect(target)))).toEqual([]);
  });

  test('is diagnosed as its scenario says, at any time', async () => {
    const now = () => new Date('2031-02-03T04:05:06.789Z');
    const { port, target, simulator } = await lab({ snapshot: id, now });
    const { verdict, rootCause } = diagnose(await port().collect(target));
    const expected = golden(id);
    expect({ verdict, cause: rootCause?.cause ?? null }).toEqual({ verdict: expected.verdict, cause: expected.cause });
    expect(rootCause?.cause ?? 'healthy').toBe(simulator.snapshot.cause);
  });
});

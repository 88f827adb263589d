import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause } from '../../src/diagnosis/causes.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import { NEEDS } from '../../src/evidence/needs.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import { askedFor } from '../cluster/asked-for.ts';
import type { RightsRule } from '../cluster/control-plane/accounts.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { NS, PROMETHEUS } from '../cluster/names.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { until } from '../cluster/wait.ts';

/** On demand: `--only rights`, or `--only all`. */
const isMeant = askedFor('rights');
const scenarios = await loadScenarios(null);

interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

const RIGHTS: readonly Right[] = NEEDS.flatMap(({ group, resource, verbs }) =>
  verbs.map((verb) => ({ group, resource, verb })),
);
const words = ({ verb, group, resource }: Right): string => `${verb} ${resource}${group ? `.${group}` : ''}`;

/** The documented rights, without one. */
const rulesWithout = (missing?: Right): readonly RightsRule[] =>
  RIGHTS.filter((one) => missing === undefined || words(one) !== words(missing)).map(({ group, resource, verb }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));

const ACCOUNT = 'reader';

/** Resolves when the API server's authorizer has seen it. */
async function grant(cluster: Cluster, missing?: Right): Promise<string> {
  const kubeconfig = await cluster.serviceAccount(ACCOUNT, { cluster: rulesWithout(missing) });
  for (const one of RIGHTS)
    if (missing === undefined || one === missing)
      await until(`${words(one)} is decided`, async () => (await mayI(cluster, one)) === (missing === undefined), {
        every: 20,
      });
  return kubeconfig;
}

async function mayI(cluster: Cluster, { group, resource, verb }: Right): Promise<boolean> {
  const [name = '', subresource] = resource.split('/');
  const { status } = await cluster.api.post<{ status: { allowed: boolean } }>(
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: `system:serviceaccount:promfix:${ACCOUNT}`,
        resourceAttributes: { group, resource: name, verb, ...(subresource && { subresource }) },
      },
    },
  );
  return status.allowed;
}

async function diagnosed(kubeconfig: string): Promise<Diagnosis> {
  const client = loadKubeClient({ kubeconfig });
  const port = clusterPort({
    client,
    clusterName: 'lab',
    now: () => new Date(),
    deadlineMs: 30_000,
    readMetrics: true,
  });
  try {
    return diagnose(await port.collect({ cluster: 'lab', kind: 'Prometheus', namespace: NS, name: PROMETHEUS }));
  } finally {
    await client.close();
  }
}

/** A mere candidate is no verdict. */
const namedBy = ({ rootCause }: Diagnosis): string | null =>
  rootCause === null || rootCause.certainty === 'possible' ? null : rootCause.cause;
const coarser = (cause: keyof typeof CAUSES): readonly string[] => {
  const { refines }: Cause = CAUSES[cause];
  return refines;
};
const says = ({ notChecked }: Diagnosis, right: Right): boolean =>
  notChecked.some(({ needs }) => needs !== undefined && words(needs) === words(right));

/** Each right taken away in turn; returns what was diagnosed without it. */
async function withoutEach(cluster: Cluster): Promise<readonly (readonly [right: Right, diagnosis: Diagnosis])[]> {
  const all: (readonly [Right, Diagnosis])[] = [];
  for (const right of RIGHTS) all.push([right, await diagnosed(await grant(cluster, right))]);
  return all;
}

const shown = ([right, { verdict, rootCause }]: readonly [Right, Diagnosis]): string =>
  `${words(right)}: ${verdict} ${rootCause?.cause ?? ''} ${rootCause?.certainty ?? ''}`;

describe.runIf(isMeant)('each of promfix’s own rights taken away in turn', () => {
  it('a late CRD is named, or nothing is; where less is said, the missing right is', {
    timeout: SCENARIO_TIMEOUT,
  }, async () => {
    await withScenario(byId(scenarios, 'F58'), async ({ cluster }) => {
      const cause = 'crd-race-at-start';
      expect(namedBy(await diagnosed(await grant(cluster)))).toBe(cause);
      const all = await withoutEach(cluster);

      const allowed = [cause, ...coarser(cause), null];
      expect(all.filter(([, one]) => one.verdict === 'healthy' || !allowed.includes(namedBy(one))).map(shown)).toEqual(
        [],
      );
      expect(all.filter(([right, one]) => namedBy(one) !== cause && !says(one, right)).map(shown)).toEqual([]);
    });
  });

  it('a healthy one is healthy or not judged; where less is said, the missing right is', {
    timeout: SCENARIO_TIMEOUT,
  }, async () => {
    await withScenario(byId(scenarios, 'F00'), async ({ cluster }) => {
      expect((await diagnosed(await grant(cluster))).verdict).toBe('healthy');
      const all = await withoutEach(cluster);

      expect(all.filter(([, one]) => namedBy(one) !== null || one.verdict === 'broken').map(shown)).toEqual([]);
      expect(all.filter(([right, one]) => one.verdict !== 'healthy' && !says(one, right)).map(shown)).toEqual([]);
    });
  });
});

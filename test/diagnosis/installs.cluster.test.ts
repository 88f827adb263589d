import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askedFor } from '../cluster/asked-for.ts';
import { Cluster } from '../cluster/control-plane/cluster.ts';
import { applyCrds } from '../cluster/control-plane/crds.ts';
import { promfix, SCENARIO_TIMEOUT } from '../cluster/harness.ts';
import type { Managed } from '../cluster/kinds.ts';
import { prometheusesPath } from '../cluster/names.ts';
import { admissionSecret } from '../cluster/node/certgen.ts';
import { documents } from '../cluster/scenarios/argo.ts';
import { until } from '../cluster/wait.ts';
import { INSTALLS, type Install } from './installs.ts';

/** On demand: `--only names`, or `--only all`. */
const isMeant = askedFor('names');

const LATE = /^ {2}name: prometheuses\.monitoring\.coreos\.com$/m;

/** The fields of the published JSON that are compared. */
interface Answer {
  readonly verdict: string;
  readonly rootCause: { readonly cause: string; readonly certainty: string } | null;
  readonly proposals: readonly { readonly remediation: string; readonly refused?: unknown }[];
}

async function diagnosed(cluster: Cluster, words: readonly string[]) {
  const { stdout, stderr } = await promfix(['diagnose', ...words, '--output', 'json'], cluster.kubeconfig);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  const { verdict, rootCause, proposals } = JSON.parse(stdout) as Answer; // the published schema
  return {
    verdict,
    cause: rootCause?.cause,
    certainty: rootCause?.certainty,
    offered: proposals.filter((one) => one.refused === undefined).map((one) => one.remediation),
  };
}

/** All but the Prometheus's CRD first; that, and what needs it, once the operator runs. */
async function installedLate(cluster: Cluster, { namespace, operator, secret, edit }: Install): Promise<void> {
  const crds = documents(readFileSync(join(cluster.manifests, 'crds.yaml'), 'utf8'));
  const stack = documents(edit(readFileSync(join(cluster.manifests, 'stack.yaml'), 'utf8')));
  const needsLate = (document: string) => /^kind: Prometheus$/m.test(document);
  await applyCrds(
    cluster.api,
    crds.filter((document) => !LATE.test(document)),
  );
  await cluster.established();
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await cluster.apply(admissionSecret(secret, namespace, [operator, `${operator}.${namespace}.svc`]));
  await cluster.apply(stack.filter((document) => !needsLate(document)).join('---\n'));
  await until('the operator has started', async () =>
    (await cluster.k('-n', namespace, 'logs', `deploy/${operator}`)).includes('starting secure server'),
  );
  await applyCrds(
    cluster.api,
    crds.filter((document) => LATE.test(document)),
  );
  await cluster.established();
  await cluster.apply(stack.filter(needsLate).join('---\n'));
}

const isAvailable = ({ status }: Managed): boolean =>
  Boolean(status?.conditions?.some(({ type, status: value }) => type === 'Available' && value === 'True'));

async function restarted(cluster: Cluster, { namespace, operator, prometheus }: Install): Promise<void> {
  await cluster.k('-n', namespace, 'rollout', 'restart', `deploy/${operator}`);
  await cluster.k('-n', namespace, 'rollout', 'status', `deploy/${operator}`, '--timeout=120s');
  const path = `${prometheusesPath(namespace)}/${prometheus}`;
  await until('the Prometheus is Available', async () => isAvailable(await cluster.api.get<Managed>(path)));
}

describe.runIf(isMeant)('whatever the names', () => {
  it.for(INSTALLS.map((install) => ({ ...install, name: install.title })))(
    'the cause is found, and health as well: $name',
    { timeout: SCENARIO_TIMEOUT },
    async (install) => {
      const { namespace, prometheus, operator } = install;
      const cluster = new Cluster();
      try {
        await cluster.start({ fresh: true });
        await installedLate(cluster, install);
        const subject = `${namespace}/${prometheus}`;
        const race = {
          verdict: 'broken',
          cause: 'crd-race-at-start',
          certainty: 'proven',
          offered: ['restart-operator'],
        };
        expect(await diagnosed(cluster, [subject])).toEqual(race);
        // The only Prometheus of the cluster needs no name.
        expect(await diagnosed(cluster, [])).toEqual(race);

        await restarted(cluster, install);
        expect(await diagnosed(cluster, [subject])).toMatchObject({ verdict: 'healthy' });
        expect(await diagnosed(cluster, [`alertmanager/${install.alertmanager}`, '-n', namespace])).toMatchObject({
          verdict: 'healthy',
        });

        // The rights are found by their bindings.
        const subjects = [{ kind: 'ServiceAccount', name: operator, namespace: 'default' }];
        await cluster.api.merge(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${operator}`, { subjects });
        expect(await diagnosed(cluster, [subject])).toMatchObject({ cause: 'crb-wrong-subject' });
      } finally {
        await cluster.stop();
      }
    },
  );
});

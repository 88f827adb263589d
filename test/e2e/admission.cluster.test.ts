import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { versionHash } from '../../src/evidence/content-hash.ts';
import { admissionPolicy } from '../../src/remediations/policy/admission-policy.ts';
import { declaredWrites } from '../../src/remediations/policy/declared.ts';
import type { Plan } from '../../src/remediations/types.ts';
import { askedFor } from '../cluster/asked-for.ts';
import { type RightsRule, serviceAccount } from '../cluster/control-plane/accounts.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import type { Secret, WebhookConfiguration } from '../cluster/kinds.ts';
import { ADMISSION, core, NS, OPERATOR, OPERATOR_PATH, webhookConfiguration } from '../cluster/names.ts';
import { webhooksTakeEffect } from '../cluster/scenarios/change.ts';
import { readWebhooks, ruleRefusal } from '../cluster/scenarios/hooks.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { until } from '../cluster/wait.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type TestWorker, workerRights, workerWith } from './repairs/worker.ts';
import { reportLine } from './report-line.ts';

const REPAIR = 'admission-certificate';
const KINDS = ['mutating', 'validating'] as const;
/** As `--only` says: these scenarios or `all`; by default the one case that has every kind of step. */
const isMeant = ({ scenario, isShort = false }: Case): boolean => askedFor(scenario, isShort);

const webhooksByName: RightsRule = {
  apiGroups: ['admissionregistration.k8s.io'],
  resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  verbs: ['get', 'patch'],
  resourceNames: [ADMISSION],
};
const secretByName: RightsRule = {
  apiGroups: [''],
  resources: ['secrets'],
  verbs: ['patch'],
  resourceNames: [ADMISSION],
};

async function failClosed(cluster: Cluster): Promise<void> {
  for (const kind of KINDS) {
    const configuration = await cluster.api.get<WebhookConfiguration>(webhookConfiguration(kind));
    for (const webhook of configuration.webhooks) webhook.failurePolicy = 'Fail';
    await cluster.api.put(webhookConfiguration(kind), configuration);
  }
  await webhooksTakeEffect();
}

const scenarios = await loadScenarios(null);

interface Case {
  readonly scenario: string;
  readonly title: string;
  /** Asked for beside the root cause. */
  readonly onRequest?: boolean;
  /** Whether the worker may write the Secret, too. */
  readonly renews?: boolean;
  /** Whether rules were refused before. */
  readonly refusedRules?: boolean;
  readonly refused?: string;
  readonly granted?: boolean;
  readonly isShort?: boolean;
}
const CASES: readonly Case[] = [
  { scenario: 'F60', title: 'fills the empty caBundle', refusedRules: true },
  { scenario: 'F60b', title: 'leaves webhooks of another release alone', refused: 'webhooks-of-another' },
  { scenario: 'F16', title: 'renews a Secret of no use', renews: true, isShort: true },
  { scenario: 'F16', title: 'says which right it lacks', refused: 'worker-right-missing' },
  { scenario: 'F60c', title: 'renews an expired certificate', renews: true, refusedRules: true },
  { scenario: 'N01', title: 'replaces another CA that harms nobody', onRequest: true },
  {
    scenario: 'N01',
    title: 'says which right it lacks',
    onRequest: true,
    refused: 'worker-right-missing',
    granted: false,
  },
  { scenario: 'F58', title: 'fills the caBundle while the root cause is another', onRequest: true },
];

const redis = useTestRedis();

describe('the admission certificate on a real control plane', () => {
  it.for(CASES.map((one) => ({ ...one, name: `${one.scenario} ${one.title}` })))(
    '$name',
    { timeout: SCENARIO_TIMEOUT },
    async (one, { skip }) => {
      skip(!isMeant(one), 'not asked for');
      const scenario = byId(scenarios, one.scenario);
      await withScenario(scenario, async ({ cluster }) => {
        const rights = workerRights(one.renews ? [secretByName] : []);
        const account = await serviceAccount(cluster, 'worker', {
          ...rights,
          cluster: [...rights.cluster, ...((one.granted ?? true) ? [webhooksByName] : [])],
        });
        const worker = await workerWith(account, redis.url);
        await holdToItsFields(cluster, worker);
        try {
          const rootCause = await worker.rootCause();
          // A scenario names a cause of the table, or is healthy.
          expect(rootCause ?? 'healthy').toBe(scenario.cause);
          if (one.refusedRules) expect(await ruleRefusal(cluster)).toContain('failed calling webhook');
          const before = await state(cluster);

          const cause = one.onRequest ? 'admission-not-trusted' : (scenario.cause as CauseSlug);
          const proposal = await worker.prepared(REPAIR, cause);
          expect(await state(cluster)).toEqual(before);
          if (one.refused !== undefined) {
            expect(proposal).toMatchObject({ state: 'voided', outcome: { code: one.refused } });
            return;
          }
          expect(proposal).toMatchObject({ state: 'proposed', cause });

          const began = performance.now();
          const done = await worker.carriedOut(proposal.id);
          expect(done).toMatchObject({ state: 'succeeded' });
          const seconds = (performance.now() - began) / 1000;
          const incident = await worker.ports.store.get('incident', done.incident);
          expect(incident?.value.status).toBe(one.scenario === 'F58' ? 'diagnosed' : 'resolved');

          await isTrusted(cluster);
          const trusted = (performance.now() - began) / 1000;
          await onlyTheCaBundle(cluster, before);
          const undone = await worker.undone(proposal.id);
          if (done.plan?.undo.kind === 'steps') {
            expect(undone).toMatchObject({ state: 'succeeded', undoes: proposal.id, risk: 'high' });
            expect(await bundles(cluster)).toEqual(bundlesOf(before));
          } else {
            const because = one.renews ? 'secret-is-never-kept' : 'old-ca-did-not-fit';
            expect(undone).toMatchObject({ refusal: { code: 'undo-none', values: { because } } });
          }
          await holdsNoCertificate(redis, done.plan);
          await reportLine(
            one.scenario,
            cause,
            `${done.plan?.steps.map((step) => step.do).join(' + ')}`,
            `${seconds.toFixed(1)} s`,
            `rules checked after ${trusted.toFixed(1)} s`,
            done.plan?.undo.kind === 'steps' ? 'undo equal' : 'no undo',
          );
        } finally {
          await worker.close();
        }
      });
    },
  );
});

/** The chart's policies are in force, for the worker: a label is none of the fields that it declares. */
async function holdToItsFields(cluster: Cluster, { ports }: TestWorker): Promise<void> {
  const user = 'system:serviceaccount:promfix:worker';
  for (const object of admissionPolicy('promfix-worker', user, declaredWrites())) await cluster.apply({ ...object });
  await until('the policy holds', async () => {
    const labelled = { metadata: { labels: { promfix: 'x' } } };
    const request = { method: 'PATCH', contentType: 'application/merge-patch+json', body: labelled } as const;
    const refused = await ports.client
      .json({ ...request, path: OPERATOR_PATH, query: { dryRun: 'All' } })
      .then(() => '', String);
    return refused.includes('ValidatingAdmissionPolicy');
  });
}

/** Everything that the repair might touch, with its version. */
async function state(cluster: Cluster) {
  const secret = await cluster.api.get<Secret>(core('secrets', ADMISSION));
  const [mutating, validating] = await Promise.all(KINDS.map((kind) => readWebhooks(cluster, kind)));
  return { secret: versionHash({ ...secret }), mutating, validating };
}

/** The API server calls webhooks that fail closed and takes a rule; a client that trusts the Secret's CA alone gets through. */
async function isTrusted(cluster: Cluster): Promise<void> {
  const { data } = await cluster.api.get<Secret>(core('secrets', ADMISSION));
  const ca = Buffer.from(data['ca'] ?? '', 'base64').toString();
  expect(new X509Certificate(ca).ca).toBe(true);
  await failClosed(cluster);
  let said = '';
  await until(
    'the API server takes a PrometheusRule',
    async () => {
      said = await ruleRefusal(cluster);
      return said === '';
    },
    { seconds: 150, every: 500 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${said}`);
  });
  expect(await handshake(await operatorAddress(cluster), ca)).toBe(true);
}

async function operatorAddress(cluster: Cluster): Promise<string> {
  const text = await cluster.k('-n', NS, 'get', 'endpoints', OPERATOR, '-o', 'jsonpath={.subsets[0].addresses[0].ip}');
  return text.trim();
}

function handshake(host: string, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 10_250, ca, servername: `${OPERATOR}.${NS}.svc` }, () => {
      resolve(socket.authorized);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** But for the failure policy that the test itself set. */
async function onlyTheCaBundle(cluster: Cluster, before: State): Promise<void> {
  const shown = (configuration: WebhookConfiguration | undefined) =>
    configuration?.webhooks.map(({ failurePolicy: _policy, clientConfig: { caBundle: _ca, ...client }, ...rest }) => ({
      ...rest,
      client,
    }));
  const after = await state(cluster);
  expect(shown(after.mutating)).toEqual(shown(before.mutating));
  expect(shown(after.validating)).toEqual(shown(before.validating));
}

type State = Awaited<ReturnType<typeof state>>;
const bundlesOf = ({ mutating, validating }: State) =>
  [mutating, validating].map((one) => one?.webhooks.map(({ clientConfig }) => clientConfig.caBundle));
const bundles = async (cluster: Cluster) => bundlesOf(await state(cluster));

/** Neither the plan nor anything else in Redis has a certificate or a key in it. */
async function holdsNoCertificate({ url }: { readonly url: string }, plan: Plan | undefined): Promise<void> {
  expect(JSON.stringify(plan)).not.toMatch(/BEGIN|LS0tLS1CRUdJTi/);
  const { connectRedis } = await import('../../src/store/connect.ts');
  const client = connectRedis(url, 'patient');
  try {
    const everything: string[] = [];
    for (const key of await client.keys('*')) {
      const dump = await client.dumpBuffer(key);
      everything.push(dump?.toString('latin1') ?? '');
    }
    expect(everything.length).toBeGreaterThan(0);
    expect(everything.join('\n')).not.toMatch(/BEGIN (CERTIFICATE|PRIVATE|EC)|LS0tLS1CRUdJTi/);
  } finally {
    client.disconnect();
  }
}

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import { at } from '../../src/evidence/json.ts';
import type { Right, Target } from '../../src/evidence/types.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';
import { KubeError } from '../../src/kubernetes/types.ts';
import { pathOf, readOf } from '../../src/queue/executor/objects.ts';
import { isMade, madeBy } from '../../src/queue/jobs/undo-values.ts';
import { isPlan, planOf, REMEDIATIONS } from '../../src/remediations/index.ts';
import { rightValues } from '../../src/remediations/parts/refuse.ts';
import type { Plan, Step, StepOf } from '../../src/remediations/types.ts';
import { gitPatches } from '../../src/render/git-patch.ts';
import { commandsOf } from '../../src/render/kubectl-commands.ts';
import { planCommands } from '../../src/render/step-commands.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import { captured } from '../builders/captured.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { askedFor } from '../cluster/asked-for.ts';
import { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, startHealthy, withScenario } from '../cluster/harness.ts';
import type { Application, Secret } from '../cluster/kinds.ts';
import { core, NS, PROMETHEUS } from '../cluster/names.ts';
import { PROJECT } from '../cluster/paths.ts';
import { APP, APPLICATIONS } from '../cluster/scenarios/argo.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { CHART } from '../cluster/versions.ts';
import { until } from '../cluster/wait.ts';
import { Person } from './commands/person.ts';
import { MENDING, PLANS } from './commands/table.ts';
import { OWN } from './repairs/table.ts';
import { reportLine } from './report-line.ts';

const scenarios = [...(await loadScenarios(null)), ...OWN];
const TARGET: Target = { cluster: 'test', kind: 'Prometheus', namespace: NS, name: PROMETHEUS };

/** Reads as who types the commands: cluster-admin. */
async function read(client: KubeClient) {
  const port = clusterPort({
    client,
    clusterName: TARGET.cluster,
    now: () => new Date(),
    deadlineMs: 60_000,
    readMetrics: true,
    namespaces: [],
  });
  const evidence = await port.collect(TARGET);
  return { evidence, diagnosis: diagnose(evidence), identity: await port.identity() };
}

type Body = Readonly<Record<string, unknown>>;

async function bodyOf(client: KubeClient, { object }: Step): Promise<Body | undefined> {
  try {
    return (await client.json(readOf(object, pathOf(object) ?? ''))).body;
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** What the plan says of each of its objects has come true. */
async function cameTrue(
  cluster: Cluster,
  client: KubeClient,
  { steps }: Plan,
  before: ReadonlyMap<Step, Body | undefined>,
) {
  for (const step of steps) {
    const [was, now] = [before.get(step), await bodyOf(client, step)];
    const name = `${step.do} ${step.object.kind}/${step.object.name}`;
    switch (step.do) {
      case 'delete':
      case 'recreate':
        if (step.do === 'recreate') expect(at(now, 'spec'), name).toEqual(at(was, 'spec'));
        expect(at(now, 'metadata', 'uid'), name).not.toBe(step.object.uid);
        break;
      case 'restart':
        expect(at(now, 'metadata', 'generation'), name).not.toBe(at(was, 'metadata', 'generation'));
        break;
      case 'nudge':
        expect(at(now, 'metadata', 'annotations'), name).not.toEqual(at(was, 'metadata', 'annotations'));
        break;
      case 'renew-certificate':
        await isRenewed(cluster, step);
        break;
      default:
        // Of a certificate that is yet to be made nobody knows the hash.
        for (const made of madeBy(step, now ?? {}))
          expect({ name, pointer: made.pointer, is: isMade(now ?? {}, made) }).toMatchObject({ is: true });
    }
  }
}

/** The Secret is the same one, with a new certificate for all the names, signed by its CA. */
async function isRenewed(cluster: Cluster, { object, keys, sans }: StepOf<'renew-certificate'>): Promise<void> {
  const { metadata, data } = await cluster.api.get<Secret>(core('secrets', object.name));
  expect(metadata.uid).toBe(object.uid);
  const pem = (key: string) => Buffer.from(data[key] ?? '', 'base64');
  const [ca, certificate] = [new X509Certificate(pem(keys.ca)), new X509Certificate(pem(keys.cert))];
  expect(certificate.checkIssued(ca) && certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(pem(keys.key)))).toBe(true);
  expect(sans.map((name) => certificate.checkHost(name))).toEqual(sans);
  expect([ca.ca, certificate.ca]).toEqual([true, false]);
}

const isOfApplication = ({ steps }: Plan): boolean => steps.some(({ object }) => object.kind === 'Application');

/** The lasting change, merged into the manifest, asks for just what the repair has made. */
async function asInGit(cluster: Cluster, yaml: string): Promise<void> {
  const merge = ['patch', 'application', APP, '--type=merge', '-p', yaml, '--dry-run=server', '-o', 'json'];
  const merged: unknown = JSON.parse(await cluster.k('-n', 'argocd', ...merge));
  const live = await cluster.api.get<Application & { readonly spec: unknown }>(`${APPLICATIONS}/${APP}`);
  expect(yaml).not.toBe('');
  expect(at(merged, 'spec')).toEqual(live.spec);
}

/** Argo CD is at an operation that hangs; it looks at it when it is told to end it. */
async function takeUp(argo: ArgoStandIn): Promise<void> {
  await until('it is told', async () => (await argo.read()).status?.operationState?.phase === 'Terminating');
  argo.start();
}

/** As a person sees it who types everything that is printed. `--only commands`; needs jq and openssl. */
describe.runIf(askedFor('commands'))('the commands that promfix prints', { timeout: SCENARIO_TIMEOUT }, () => {
  it.for(PLANS.map((one) => ({ ...one, title: `${one.scenario} ${one.remediation} do what its plan says` })))(
    '$title',
    async ({ scenario: id, remediation, before, mends = true, argo: hasArgo = false }) => {
      const scenario = byId(scenarios, id);
      await withScenario(scenario, async ({ cluster }) => {
        await before?.(cluster);
        const client = loadKubeClient({ kubeconfig: cluster.kubeconfig });
        const person = new Person(cluster);
        const argo = new ArgoStandIn(cluster, { revisions: { [CHART.version]: chart(cluster) } });
        try {
          const { evidence, diagnosis, identity } = await read(client);
          const plan = planOf(remediation, evidence, diagnosis, identity);
          if (!isPlan(plan)) throw new Error(`no plan: ${JSON.stringify(plan)}`);
          const was = new Map<Step, Body | undefined>();
          for (const step of plan.steps) was.set(step, await bodyOf(client, step));

          const commands = planCommands(plan);
          const [typed] = await Promise.all([person.types(commands), hasArgo ? takeUp(argo) : undefined]);
          expect(typed.code, `${commands.join('\n')}\n${typed.output}`).toBe(0);
          // What is asked of Argo CD is gone when it is done.
          if (!hasArgo) await cameTrue(cluster, client, plan, was);
          for (const { yaml } of gitPatches(plan)) if (isOfApplication(plan)) await asInGit(cluster, yaml ?? '');
          if (mends) await recovered(cluster, scenario.recovered);
          await reportLine(`${id} | commands of ${remediation} | ${plan.steps.map((step) => step.do).join(' + ')}`);
        } finally {
          await argo.stop();
          person.leave();
          await client.close();
        }
      });
    },
  );

  it.for(MENDING)('of the diagnosis of %s bring the Prometheus back', async (id) => {
    const scenario = byId(scenarios, id);
    await withScenario(scenario, async ({ cluster }) => {
      const client = loadKubeClient({ kubeconfig: cluster.kubeconfig });
      const person = new Person(cluster);
      try {
        const { diagnosis } = await read(client);
        expect(diagnosis.rootCause?.cause).toBe(scenario.cause);
        const commands = commandsOf(diagnosis);
        const typed = await person.types(commands);
        expect(typed.code, `${commands.join('\n')}\n${typed.output}`).toBe(0);
        await recovered(cluster, scenario.recovered);
        await reportLine(`${id} | commands of ${scenario.cause} | ${commands.length}`);
      } finally {
        person.leave();
        await client.close();
      }
    });
  });

  it('of every fault that was captured are understood by kubectl and the API server', async () => {
    const cluster = new Cluster();
    try {
      await startHealthy(cluster);
      const person = new Person(cluster);
      const refused: string[] = [];
      const lines = printed();
      const workers = Array.from({ length: 4 }, async () => {
        for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
          const { code, output } = await person.types([rehearsed(line)]);
          if (code !== 0 && !isOnlyOfThatCluster(line, output)) refused.push(`${line}\n  ${output.trim()}`);
        }
      });
      expect(lines.length + workers.length).toBeGreaterThan(80);
      await Promise.all(workers);
      expect(refused).toEqual([]);
      for (const right of rightsOfRepairs()) await isTheRole(person, right);
      person.leave();
    } finally {
      await cluster.stop();
    }
  });
});

async function recovered(cluster: Cluster, has?: (cluster: Cluster) => Promise<unknown> | unknown): Promise<void> {
  if (has) await until('it has recovered', () => has(cluster), { seconds: 120 });
  else await cluster.available(120);
}

/** Every command of every capture, once; those of Argo CD's own program are left out: there is none here. */
function printed(): string[] {
  const ids = readdirSync(join(PROJECT, 'test/golden'));
  const all = ids.flatMap((id) => commandsOf(diagnose(captured(id))));
  return [...new Set(all)].filter((line) => !line.startsWith('argocd ')).sort();
}

/** Every right that a repair of the captured faults needs, once. */
function rightsOfRepairs(): readonly Right[] {
  const rights = readdirSync(join(PROJECT, 'test/golden')).flatMap((id) => {
    const evidence = captured(id);
    const diagnosis = diagnose(evidence);
    const uid = evidence.cluster.state === 'read' ? evidence.cluster.value.uid : '';
    const identity = { name: evidence.target.cluster, uid, caFingerprint: '' };
    return REMEDIATIONS.map((one) => one.plan(evidence, diagnosis, identity))
      .filter(isPlan)
      .flatMap((plan) => plan.rights);
  });
  return [...new Map(rights.map((right) => [JSON.stringify(rightValues(right)), right])).values()];
}

/** The line that a refusal gives makes a role with that one right, and is understood by kubectl, which knows the resource. */
async function isTheRole(person: Person, right: Right): Promise<void> {
  const said = repairSentence({ code: 'worker-right-missing', values: rightValues(right) });
  const line = /`(kubectl [^`]*)`/.exec(said)?.[1] ?? '';
  const { code, output } = await person.types([`${line} --dry-run=server -o json`]);
  expect(code, `${line}\n${output}`).toBe(0);
  const { group, resource, verb, name, namespace } = right;
  const role: unknown = JSON.parse(output);
  const named = name === undefined ? {} : { resourceNames: [name] };
  expect(at(role, 'rules')).toEqual([{ apiGroups: [group], resources: [resource], verbs: [verb], ...named }]);
  expect(at(role, 'metadata', 'namespace')).toBe(namespace);
}

/** Changes are sent as dry runs; a rollout has none, and is harmless. */
function rehearsed(line: string): string {
  const changes = /^kubectl (-n \S+ )?(apply|patch|annotate|label|scale|delete|set resources) /.test(line);
  return changes ? `${line} --dry-run=server` : line.replace(/--timeout=\d+s/, '--timeout=30s');
}

/** Refused only because this cluster has not the object of that one, or not its state. */
function isOnlyOfThatCluster(line: string, output: string): boolean {
  if (line.includes(' auth can-i ')) return /^(yes|no)\b/m.test(output);
  return /NotFound|not found/.test(output) || (/--previous/.test(line) && /previous terminated container/.test(output));
}

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { admissionPolicy } from '../../src/remediations/policy/admission-policy.ts';
import { ordinaryWrites, switchWrites } from '../../src/remediations/policy/declared.ts';
import { SWITCHES } from '../../src/remediations/policy/switches.ts';
import { programPath } from '../cluster/paths.ts';
import { OPERATORS } from '../cluster/versions.ts';

const chart = fileURLToPath(new URL('../../helm/promfix', import.meta.url));
/** The one that the suite on the control plane builds, or whatever is there. */
const built = programPath('helm', OPERATORS[0]);
const helm = existsSync(built) ? built : 'helm';
const hasHelm = spawnSync(helm, ['version']).status === 0;
const NEEDED = ['existingSecret=s', 'config.cluster=c', 'config.slack.incidentChannel=C01'];
const NAMES = [
  'operatorRights.enabled=true',
  'operatorRights.clusterRoles={op}',
  'operatorRights.clusterRoleBindings={op}',
  'operatorRights.roles={op}',
  'admissionCertificate.enabled=true',
  'admissionCertificate.secrets={adm}',
  'admissionCertificate.mutatingWebhookConfigurations={adm}',
  'admissionCertificate.validatingWebhookConfigurations={adm}',
  'applications.enabled=true',
  'applications.names={app}',
].map((value) => `worker.repairs.${value}`);

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
  readonly rules?: readonly { resources: string[]; verbs: string[]; resourceNames?: string[] }[];
}

function render(values: readonly string[]): readonly Rendered[] {
  const sets = [...NEEDED, ...values].flatMap((value) => ['--set', value]);
  const args = ['template', 'p', chart, '--namespace', 'bots', '--kube-version', '1.34.0', ...sets];
  const text = execFileSync(helm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return parseAllDocuments(text).flatMap((document) => document.toJS() ?? []);
}

const SENSITIVE = SWITCHES.flatMap(({ kinds }) => kinds.map(({ resource }) => String(resource)));
const written = (objects: readonly Rendered[]) =>
  objects
    .flatMap(({ rules = [] }) => rules)
    .filter(({ verbs, resources }) => verbs.includes('patch') && resources.some((one) => SENSITIVE.includes(one)));

describe.skipIf(!hasHelm)('the rendered chart', () => {
  it('grants nothing on the sensitive kinds by default, and holds the worker to the declared fields', () => {
    const objects = render([]);
    const [policy] = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');

    expect(written(objects)).toEqual([]);
    expect(policy?.metadata.name).toBe('p-worker');
    expect(policy?.spec).toEqual(
      admissionPolicy('p-worker', 'system:serviceaccount:bots:p-worker', ordinaryWrites())[0].spec,
    );
  });

  it('reads in all namespaces by default, and in the listed ones alone where there are any', () => {
    const rights = ({ rules = [] }: Rendered) =>
      rules.flatMap(({ resources, verbs }) => resources.map((resource) => `${verbs.join()} ${resource}`));
    const named = (objects: readonly Rendered[], kind: string) =>
      objects.filter((one) => one.kind === kind && one.metadata.name === 'p-read');
    const listed = render(['read.namespaces={monitoring,team}']);
    const [everywhere] = named(render([]), 'ClusterRole').map(rights);
    const [cluster] = named(listed, 'ClusterRole').map(rights);
    const roles = named(listed, 'Role');
    expect(() => render(['read.namespaces={team}'])).toThrow('read.namespaces lacks operator.namespace: monitoring');

    expect(named(render([]), 'Role')).toEqual([]);
    expect(cluster).toContain('list customresourcedefinitions');
    for (const right of ['get pods/log', 'get configmaps', 'list events', 'list pods'])
      expect(cluster).not.toContain(right);
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['monitoring', 'team']);
    expect(named(listed, 'RoleBinding').map(({ metadata }) => metadata.namespace)).toEqual(['monitoring', 'team']);
    for (const role of roles)
      expect([...(cluster ?? []), ...rights(role)].sort()).toEqual([...(everywhere ?? [])].sort());
    const more = named(render(['read.namespaces={monitoring}', 'read.resourcesEverywhere=true']), 'ClusterRole').map(
      rights,
    );
    const four = ['prometheuses', 'prometheusagents', 'alertmanagers', 'thanosrulers'].map((one) => `list ${one}`);
    expect(more).toEqual([[...(cluster ?? []), ...four]]);
    expect(JSON.stringify(listed.filter(({ kind }) => kind === 'ConfigMap'))).toContain(
      'read: { namespaces: [\\"monitoring\\",\\"team\\"] }',
    );
  });

  const deployments = (objects: readonly Rendered[]) =>
    objects
      .flatMap(({ rules = [] }) => rules)
      .filter(({ verbs, resources }) => verbs.includes('patch') && resources.includes('deployments'));

  it('lets the worker patch one Deployment alone, where it is named', () => {
    expect(deployments(render(['operator.deployment=op'])).map(({ resourceNames }) => resourceNames)).toEqual([['op']]);
    expect(deployments(render([])).map(({ resourceNames }) => resourceNames)).toEqual([undefined]);
  });

  it('gives its own Redis a password that bot and worker know, and resources', () => {
    const text = JSON.stringify(render([]).filter(({ kind }) => kind === 'StatefulSet'));
    const clients = JSON.stringify(render([]).filter(({ kind }) => kind === 'Deployment'));

    expect(text).toContain('"--requirepass","$(REDISCLI_AUTH)"');
    expect(text).toContain('"key":"REDIS_PASSWORD"');
    expect(text).toContain('"limits":{"memory":"512Mi"}');
    expect(clients.match(/redis:\/\/:\$\(REDIS_PASSWORD\)@p-redis:6379/g)).toHaveLength(2);
    expect(JSON.stringify(render(['redis.enabled=false']))).not.toContain('REDIS_PASSWORD');
  });

  it('names every object that a switch lets the worker change, and brings the policy with it', () => {
    const objects = render(['worker.policy.enabled=false', ...NAMES]);
    const declared = SWITCHES.filter(({ value }) => switchWrites(value).some(({ verb }) => verb === 'patch'));

    expect(written(objects).filter(({ resourceNames = [] }) => resourceNames.length === 0)).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')).toHaveLength(
      new Set(declared.map(({ value }) => value)).size,
    );
  });

  it('grants nothing when a switch is on without names', () => {
    expect(written(render(NAMES.filter((value) => value.endsWith('enabled=true'))))).toEqual([]);
  });

  it.runIf(switchWrites('operatorRights').length > 0)('does not let the worker change its own rights', () => {
    for (const names of ['clusterRoles={p-operator-rights}', 'roles={p-repair}', 'roles={p-read}']) {
      const own = ['operatorRights.enabled=true', `operatorRights.${names}`];
      expect(() => render(own.map((value) => `worker.repairs.${value}`)), names).toThrow(
        'promfix may not change its own rights',
      );
    }
  });
});

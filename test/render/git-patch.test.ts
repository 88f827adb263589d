import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Evidence, ResourceView, TargetKind } from '../../src/evidence/types.ts';
import { isPlan, planOf } from '../../src/remediations/index.ts';
import type { Plan, Step } from '../../src/remediations/types.ts';
import { gitPatches } from '../../src/render/git-patch.ts';
import { planText } from '../../src/render/plan-text.ts';
import { planDetails } from '../../src/slack/views/details.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import { examplePlan } from '../incidents/examples.ts';
import { argoWorld, chartApplication } from '../remediations/argo-world.ts';
import { tried } from '../remediations/tried-world.ts';
import { CLUSTER, deployment, diagnosis, evidence, meta, operator, read, TARGET } from '../remediations/world.ts';
import { followed, type Rendered, render } from './chart.ts';

const CONTROLLER_ID = 'operator.prometheus.io/controller-id';
const KINDS = ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'] as const;
const TOP = {
  Prometheus: 'prometheus',
  PrometheusAgent: 'prometheus',
  Alertmanager: 'alertmanager',
  ThanosRuler: 'thanosRuler',
} as const;

/** What the chart renders of such values, as promfix reads it. */
function world(kind: TargetKind, { spec, labels, annotations }: Rendered, args: readonly string[] = []): Evidence {
  const one = deployment();
  // What the chart renders are strings and booleans.
  const view = { labels, annotations } as Pick<ResourceView['meta'], 'labels' | 'annotations'>;
  return evidence({
    target: { ...TARGET, kind },
    resource: read({
      apiVersion: 'monitoring.coreos.com/v1',
      kind,
      meta: meta('main', view),
      spec,
      contentHash: 'hash',
    }),
    operators: read([operator({ deployment: { ...one, container: { ...one.container, args } } })]),
  });
}

function plan(id: string, cause: CauseSlug, from: Evidence): Plan {
  const answer = planOf(id, from, diagnosis(cause), CLUSTER);
  if (!isPlan(answer)) throw new Error(`refused: ${answer.code}`);
  return answer;
}

/** The object with the patch of the plan's one step. */
function repaired({ spec, labels, annotations }: Rendered, { steps: [step] }: Plan): Rendered {
  if (step?.do !== 'patch') throw new Error('no patch');
  const { patch } = step;
  // The shape of the patches that repairs of custom resources make.
  const { spec: more = {}, metadata = {} } = patch as {
    spec?: object;
    metadata?: { labels?: object; annotations?: object };
  };
  const merged = (one: object, other: object = {}) =>
    Object.fromEntries(Object.entries({ ...one, ...other }).filter(([, value]) => value !== null));
  return {
    spec: merged(spec, more),
    labels: merged(labels, metadata.labels),
    annotations: merged(annotations, metadata.annotations),
  };
}

const SPEC = {
  Prometheus: 'prometheusSpec',
  PrometheusAgent: 'prometheusSpec',
  Alertmanager: 'alertmanagerSpec',
  ThanosRuler: 'thanosRulerSpec',
} as const;
const FAULTS: readonly {
  readonly id: string;
  readonly cause: CauseSlug;
  readonly kinds: readonly TargetKind[];
  readonly values: (kind: TargetKind) => Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
}[] = [
  {
    id: 'unpause',
    cause: 'paused',
    kinds: KINDS,
    values: (kind) => ({ [TOP[kind]]: { [SPEC[kind]]: { paused: true, replicas: 1 } } }),
  },
  {
    id: 'set-version',
    cause: 'version-not-semver',
    kinds: ['Prometheus', 'PrometheusAgent', 'Alertmanager'],
    values: (kind) => ({ [TOP[kind]]: { [SPEC[kind]]: { image: { tag: 'v3.7.3@sha256:0123' } } } }),
  },
  {
    id: 'fix-controller-id',
    cause: 'controller-id-mismatch',
    kinds: KINDS,
    values: (kind) => ({ [TOP[kind]]: { annotations: { [CONTROLLER_ID]: 'team-a', note: 'x' } } }),
  },
  {
    id: 'fix-controller-id',
    cause: 'controller-id-mismatch',
    kinds: KINDS,
    values: (kind) => ({ [TOP[kind]]: { annotations: { [CONTROLLER_ID]: 'team-a' } } }),
    args: ['--controller-id=team-b'],
  },
  {
    id: 'add-instance-label',
    cause: 'instance-selector-excludes',
    kinds: ['Prometheus', 'PrometheusAgent', 'Alertmanager'],
    values: () => ({}),
    args: ['--prometheus-instance-selector=team=a', '--alertmanager-instance-selector=team=a'],
  },
];

describe('the lasting change of a custom resource', () => {
  it.each(FAULTS.flatMap((one) => one.kinds.map((kind) => ({ ...one, kind }))))(
    '$id: who follows it renders a $kind as the repair leaves it',
    ({ id, cause, kind, values, args }) => {
      const before = values(kind);
      const rendered = render(kind, before);
      const made = plan(id, cause, world(kind, rendered, args));
      const after = render(kind, followed(before, gitPatches(made, { values: 'apps/values.yaml' })));

      expect(after).not.toEqual(rendered);
      expect(after).toEqual(repaired(rendered, made));
      expect(gitPatches(made, { values: 'apps/values.yaml' })).toMatchObject([{ file: 'apps/values.yaml' }]);
      // The sentence on the card names the same place.
      expect(repairSentence(made.permanent)).toContain(`values ${TOP[kind]}.`);
    },
  );

  it('is not claimed where the chart has no value for it', () => {
    const version = plan(
      'set-version',
      'version-not-semver',
      world('ThanosRuler', { ...render('ThanosRuler', {}), spec: { version: 'v0.40.1@sha256:0123' } }),
    );
    const label = plan(
      'add-instance-label',
      'instance-selector-excludes',
      world('ThanosRuler', render('ThanosRuler', {}), ['--thanos-ruler-instance-selector=team=a']),
    );

    for (const one of [version, label]) {
      expect(gitPatches(one)).toEqual([]);
      expect(repairSentence(one.permanent)).toMatch(/where (it|the resource) comes from/);
      expect(repairSentence(one.permanent)).not.toContain('values');
    }
  });

  it('takes keys out instead of setting them to null, and is shown in the thread and in the terminal', () => {
    const values = { prometheus: { annotations: { [CONTROLLER_ID]: 'team-a' } } };
    const made = plan('fix-controller-id', 'controller-id-mismatch', world('Prometheus', render('Prometheus', values)));
    const path = `prometheus.annotations["${CONTROLLER_ID}"]`;

    expect(gitPatches(made)).toEqual([{ file: 'values.yaml', without: [path] }]);
    expect(JSON.stringify(planDetails(made, { values: 'apps/values.yaml' }))).toContain(
      JSON.stringify(path).slice(1, -1),
    );
    expect(planText(made, [])).toContain(`Remove from values.yaml, if it is there: ${path}`);
  });
});

describe('the lasting change of an Application', () => {
  const git = { application: 'apps/monitoring.yaml' };
  const versionPlan = (from: Evidence): Plan => {
    const circumstances = { tried: [tried('restart-operator', 'crd-race-at-start', 'in-vain')] };
    const answer = planOf('test-chart-version', from, diagnosis('crd-race-at-start'), CLUSTER, circumstances);
    if (!isPlan(answer)) throw new Error(`refused: ${answer.code}`);
    return answer;
  };

  it('is the version of its one source', () => {
    const [patch, ...more] = gitPatches(versionPlan(argoWorld()), git);

    expect(more).toEqual([]);
    expect(patch?.file).toBe('apps/monitoring.yaml');
    expect(parse(patch?.yaml ?? '')).toEqual({ spec: { source: { targetRevision: '79.4.0' } } });
  });

  it('names the entry of several sources that has the chart', () => {
    const application = chartApplication();
    const sources = application.sources.map((one) => ({ ...one, index: 1 }));
    const several = chartApplication({ sources, multiSource: true });
    const [patch] = gitPatches(versionPlan(argoWorld(several)), git);

    expect(patch?.yaml).toContain('# in the entry of spec.sources that has this chart');
    expect(parse(patch?.yaml ?? '')).toEqual({
      spec: { sources: [{ chart: 'kube-prometheus-stack', targetRevision: '79.4.0' }] },
    });
  });

  it('is none for an operation, a refresh or an object that the operator makes', () => {
    const step = (kind: string, patch: Readonly<Record<string, unknown>>): { readonly steps: readonly Step[] } => ({
      steps: [{ do: 'patch', object: { apiVersion: 'x/v1', kind, name: 'main', uid: 'u' }, contentHash: 'h', patch }],
    });
    expect(gitPatches(examplePlan())).toEqual([]);
    expect(gitPatches(step('Application', { metadata: { annotations: { x: 'refresh' } } }))).toEqual([]);
    expect(gitPatches(step('Application', { operation: {}, status: { operationState: null } }))).toEqual([]);
    expect(gitPatches(step('StatefulSet', { metadata: { labels: { a: 'b' } } }))).toEqual([]);
    expect(gitPatches(step('ClusterRole', { rules: [] }))).toEqual([]);
  });
});

describe('where nothing has to change in Git', () => {
  it('that is said', () => {
    for (const code of [
      'replicas-at-their-source',
      'rbac-at-its-source',
      'who-took-the-label',
      'hook-copies-the-same-ca',
    ])
      expect(repairSentence({ code, values: { labels: 'managed-by' } })).toMatch(/^Nothing has to change in /);
  });
});

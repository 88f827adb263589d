import type { Because } from '../diagnosis/types.ts';
import { TARGETS } from '../evidence/targets.ts';
import type { OperatorView } from '../evidence/types.ts';
import { compareVersions } from '../parse/version.ts';
import { because, notChecked, readValue } from './because.ts';
import { processStart, responsible } from './operator-story.ts';
import { type Coded, defineRunbook, type Seen } from './types.ts';

const CODES = [
  'crd-newer',
  'crd-older',
  'crd-version-matches',
  'crd-version-unknown',
  'downgrade-proves-nothing',
  'not-read',
  'versions',
] as const;
const READS = ['operators', 'crds', 'applications', 'resource'] as const;
type Evidence = Seen<(typeof READS)[number]>;
type Found = Coded<(typeof CODES)[number]>;

/**
 * Step 4 of the incident's next steps: which versions run, and whether they fit. A chart change restarts the operator whatever it
 * contains, so a downgrade that "helped" proves nothing, and none is needed to find out.
 */
export const chartVersion = defineRunbook({
  id: 'chart-version',
  step: 4,
  reads: READS,
  codes: CODES,
  judge: (evidence) => [
    ...judgeVersions(evidence),
    ...judgeCrd(evidence),
    ...notChecked('not-read', 'operators', evidence.operators),
    ...notChecked('not-read', 'crds', evidence.crds),
  ],
});

const CHART_LABEL = /^kube-prometheus-stack-(\d[\w.+-]*)$/;

/** From the labels the chart puts on everything; else what the Application was synced to. */
function chartOf(evidence: Evidence): { readonly version: string; readonly because: Because } | undefined {
  const operator = responsible(evidence);
  for (const [source, meta] of [
    ['operators', operator?.deployment.meta],
    ['resource', readValue(evidence.resource)?.meta],
  ] as const) {
    const label = [meta?.labels['helm.sh/chart'], meta?.labels['chart']]
      .map((one) => CHART_LABEL.exec(one ?? '')?.[1])
      .find((one) => one !== undefined);
    if (label) return { version: label, because: because(source, 'metadata.labels[chart]', { quote: label }) };
  }
  for (const app of readValue(evidence.applications) ?? []) {
    const source = app.sources.find((one) => one.chart?.includes('prometheus-stack'));
    const version = app.operation?.revision ?? source?.targetRevision;
    if (source && version)
      return { version, because: because('applications', `${app.meta.name}: revision`, { quote: version }) };
  }
  return undefined;
}

function judgeVersions(evidence: Evidence): readonly Found[] {
  const operator = responsible(evidence);
  if (!operator) return [];
  const chart = chartOf(evidence);
  const started = processStart(evidence);
  const values = {
    operatorVersion: operator.deployment.container.version ?? 'unknown',
    chart: chart?.version ?? 'unknown',
    crdVersion: crdOf(evidence)?.operatorVersion ?? 'unknown',
    prometheusVersion: String(readValue(evidence.resource)?.spec['version'] ?? 'unknown'),
    operatorNamespace: operator.deployment.meta.namespace ?? '',
    operator: operator.deployment.meta.name,
    serviceAccount: operator.deployment.serviceAccount,
    clusterRole: clusterRoleOf(operator),
  };
  const proof = [
    because('operators', 'image', { quote: operator.deployment.container.image }),
    ...(chart ? [chart.because] : []),
  ];
  const found: Found = { kind: 'observation', code: 'versions', certainty: 'proven', values, because: proof };
  if (isAvailable(evidence)) return [found];
  return [
    found,
    {
      kind: 'observation',
      code: 'downgrade-proves-nothing',
      certainty: 'proven',
      values: { chart: values.chart, startedAt: started ?? '' },
      because: started === undefined ? proof : [because('operators', 'container started', { at: started }), ...proof],
    },
  ];
}

/** Nobody thinks of a downgrade while it works. */
function isAvailable(evidence: Evidence): boolean {
  const conditions = readValue(evidence.resource)?.status?.conditions ?? [];
  return conditions.some((one) => one.type === 'Available' && one.status === 'True');
}

/** Where its rights are, as far as the bindings were read. */
function clusterRoleOf(operator: OperatorView): string {
  const { serviceAccount, meta } = operator.deployment;
  const binding = readValue(operator.bindings)?.find(
    (one) =>
      one.role.kind === 'ClusterRole' &&
      one.subjects.some((subject) => subject.name === serviceAccount && subject.namespace === meta.namespace),
  );
  return binding?.role.name ?? '';
}

function crdOf(evidence: Evidence) {
  return readValue(evidence.crds)?.find((one) => one.plural === TARGETS[evidence.target.kind].plural);
}

/** Patch releases differ in the annotation only; a difference of a minor version is worth a sentence, never a cause by itself. */
function judgeCrd(evidence: Evidence): readonly Found[] {
  const crd = crdOf(evidence);
  const operatorVersion = responsible(evidence)?.deployment.container.version;
  if (!crd || operatorVersion === undefined) return [];
  const proof = [
    because('crds', `${crd.meta.name}: annotation operator.prometheus.io/version`, {
      quote: crd.operatorVersion ?? 'absent',
    }),
  ];
  const values = { crd: crd.meta.name, crdVersion: crd.operatorVersion ?? 'unknown', operatorVersion };
  if (crd.operatorVersion === undefined)
    return [{ kind: 'observation', code: 'crd-version-unknown', certainty: 'proven', values, because: proof }];
  const order = compareVersions(minor(crd.operatorVersion), minor(operatorVersion));
  if (order === undefined)
    return [{ kind: 'observation', code: 'crd-version-unknown', certainty: 'proven', values, because: proof }];
  if (order === 0)
    return [
      {
        kind: 'ruled-out',
        cause: 'crd-stale-status-schema',
        code: 'crd-version-matches',
        certainty: 'proven',
        values,
        because: proof,
      },
    ];
  return [
    { kind: 'observation', code: order < 0 ? 'crd-older' : 'crd-newer', certainty: 'proven', values, because: proof },
  ];
}

const minor = (version: string): string => version.replace(/^v/, '').split('.').slice(0, 2).join('.');

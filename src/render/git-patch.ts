import { stringify } from 'yaml';
import type { Plan, Step } from '../remediations/types.ts';

/** Where the objects come from, as the configuration says. */
export interface GitPaths {
  readonly application?: string | undefined;
  readonly values?: string | undefined;
}

/** What to merge into a file in Git, so that the repair lasts. */
export interface GitPatch {
  readonly file: string;
  readonly yaml: string;
}

/** Where the chart's values hold what a custom resource has, for the kinds that the chart makes. */
const VALUES: Readonly<Record<string, { readonly under: string; readonly spec: string; readonly labels?: string }>> = {
  Prometheus: { under: 'prometheus', spec: 'prometheusSpec', labels: 'additionalLabels' },
  Alertmanager: { under: 'alertmanager', spec: 'alertmanagerSpec' },
  ThanosRuler: { under: 'thanosRuler', spec: 'thanosRulerSpec' },
};

/**
 * The lasting change of a plan, for each file that it concerns: of a custom resource in the chart's values, of an Application in its manifest.
 * Empty for what the chart's values can't say, and for repairs after which nothing has to change there; then the plan's sentence stands alone.
 * A null takes the key away.
 */
export function gitPatches(plan: Pick<Plan, 'steps'>, git: GitPaths = {}): readonly GitPatch[] {
  return plan.steps.flatMap((step) => patchOf(step, git) ?? []);
}

function patchOf(step: Step, git: GitPaths): GitPatch | undefined {
  if (step.do !== 'patch') return undefined;
  const { kind } = step.object;
  if (kind === 'Application') {
    const spec = step.patch['spec'];
    return spec === undefined
      ? undefined
      : { file: git.application ?? 'the Application’s manifest', yaml: text({ spec }) };
  }
  const place = VALUES[kind];
  const held = place && {
    ...part(place.spec, step.patch['spec']),
    ...(place.labels === undefined ? {} : part(place.labels, inside(step.patch['metadata'], 'labels'))),
    ...part('annotations', inside(step.patch['metadata'], 'annotations')),
  };
  if (held === undefined || Object.keys(held).length === 0) return undefined;
  return { file: git.values ?? 'values.yaml', yaml: text({ [place?.under ?? '']: held }) };
}

function part(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function text(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

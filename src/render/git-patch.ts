import { Document, stringify } from 'yaml';
import { TARGET_KINDS, type TargetKind } from '../evidence/types.ts';
import { dotted, valueKeys } from '../remediations/parts/chart-values.ts';
import type { Plan, Step, StepOf } from '../remediations/types.ts';

/** Where the objects come from, as the configuration says. */
export interface GitPaths {
  readonly application?: string | undefined;
  readonly values?: string | undefined;
}

/** The lasting change of one file in Git. */
export interface GitPatch {
  readonly file: string;
  /** YAML to be merged into it. Absent where keys only go. */
  readonly yaml?: string;
  /** Keys to be taken out of it, as dotted paths. A null that is merged in would stay there as a null. */
  readonly without: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
type ChartVersion = StepOf<'set-chart-version'>;

/**
 * What to change in Git so that the repair lasts: of a custom resource in the chart's values, of an Application in its manifest. Empty for
 * what the chart's values can't say, and for repairs after which nothing has to change there; then the plan's sentence stands alone.
 */
export function gitPatches(plan: Pick<Plan, 'steps'>, git: GitPaths = {}): readonly GitPatch[] {
  return plan.steps.flatMap((step) => patchOf(step, git) ?? []);
}

function patchOf(step: Step, git: GitPaths): GitPatch | undefined {
  const manifest = git.application ?? 'the Application’s manifest';
  if (step.do === 'set-chart-version') return { file: manifest, yaml: versionYaml(step), without: [] };
  if (step.do !== 'patch') return undefined;
  const { kind } = step.object;
  if (kind === 'Application') {
    const spec = step.patch['spec'];
    return spec === undefined ? undefined : { file: manifest, yaml: text({ spec }), without: [] };
  }
  const target = TARGET_KINDS.find((one) => one === kind);
  return target && valuesPatch(target, step.patch, git.values ?? 'values.yaml');
}

function valuesPatch(kind: TargetKind, patch: Json, file: string): GitPatch | undefined {
  const metadata = inside(patch, 'metadata');
  const changes = [
    ...changesOf(kind, 'spec', inside(patch, 'spec')),
    ...changesOf(kind, 'labels', inside(metadata, 'labels')),
    ...changesOf(kind, 'annotations', inside(metadata, 'annotations')),
  ];
  const set = changes.filter(({ value }) => value !== null);
  const without = changes.filter(({ value }) => value === null).map(({ keys }) => dotted(keys));
  if (changes.length === 0) return undefined;
  return { file, ...(set.length > 0 && { yaml: nested(set) }), without };
}

interface Change {
  readonly keys: readonly string[];
  readonly value: unknown;
}

function changesOf(kind: TargetKind, part: 'spec' | 'labels' | 'annotations', values: Json): readonly Change[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const keys = valueKeys(kind, [part, key]);
    return keys === undefined ? [] : [{ keys, value }];
  });
}

function nested(changes: readonly Change[]): string {
  const document = new Document({});
  for (const { keys, value } of changes) document.setIn(keys, value);
  return document.toString({ lineWidth: 0 }).trimEnd();
}

/** Of several sources only the one that has the chart: which it is, is said beside it. */
function versionYaml({ source, chart, to }: ChartVersion): string {
  if (source === undefined) return text({ spec: { source: { targetRevision: to } } });
  const document = new Document({ spec: { sources: [{ chart, targetRevision: to }] } });
  document.commentBefore = ` in the entry of spec.sources that has this chart`;
  return document.toString({ lineWidth: 0 }).trimEnd();
}

function inside(value: Json, key: string): Json {
  const found = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'object' && found !== null ? Object.fromEntries(Object.entries(found)) : {};
}

function text(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

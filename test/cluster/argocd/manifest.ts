import { parse } from 'yaml';
import type { Cluster } from '../control-plane/cluster.ts';
import { documents, manifest, type Row, rowOf, tracked } from '../scenarios/argo.ts';
import { chartHooks } from '../scenarios/hooks.ts';

export type Json = Readonly<Record<string, unknown>>;
export type HookPhase = 'PreSync' | 'PostSync';

/** One object of a rendered chart. */
export interface Manifest {
  readonly row: Row;
  /** YAML or JSON, as it is sent. */
  readonly text: string;
  /** Undefined for a CRD: of those it only matters whether they are there. */
  readonly object?: Json;
  readonly hook?: HookPhase;
}

/** The objects of YAML documents, CRDs first, as Argo CD orders them. */
export function rendered(yaml: string): readonly Manifest[] {
  const all = documents(yaml).flatMap((text): Manifest[] => {
    const row = rowOf(text);
    if (!row) return [];
    if (row.kind === 'CustomResourceDefinition') return [{ row, text }];
    const object = parse(text) as Json; // the chart's objects are mappings
    return [{ row, text, object }];
  });
  return [...all.filter(isCrd), ...all.filter((one) => !isCrd(one))];
}

export const isCrd = ({ row }: Manifest): boolean => row.kind === 'CustomResourceDefinition';

/** The chart as the cluster's manifests play it: CRDs, stack, webhooks, and the two hook Jobs. `edit` changes the YAML of the stack. */
export function chart(cluster: Cluster, edit: (yaml: string) => string = (yaml) => yaml): readonly Manifest[] {
  const yaml = [
    manifest(cluster, 'crds.yaml'),
    tracked(edit(manifest(cluster, 'stack.yaml'))),
    tracked(manifest(cluster, 'webhooks.yaml')),
  ].join('\n---\n');
  const hooks = chartHooks().map(
    ({ phase, object }): Manifest => ({
      row: {
        group: 'batch',
        version: 'v1',
        kind: 'Job',
        namespace: object.metadata.namespace,
        name: object.metadata.name,
      },
      text: JSON.stringify(object),
      object: { ...object },
      hook: phase,
    }),
  );
  return [...rendered(yaml), ...hooks];
}

import { type App, chartSource, now } from './application.ts';
import { type Health, healthOf } from './health.ts';
import type { Manifest } from './manifest.ts';
import type { Objects } from './objects.ts';

/** `status` as a comparison of wanted and live objects leaves it; the parts that Argo CD writes then. */
export interface Compared {
  readonly sync: { readonly status: string; readonly revision?: string; readonly comparedTo: unknown };
  readonly health: { readonly status: string; readonly lastTransitionTime: string };
  readonly resources: readonly unknown[];
  readonly conditions: readonly {
    readonly type: string;
    readonly message: string;
    readonly lastTransitionTime: string;
  }[];
}

const WORST: readonly Health[] = ['Degraded', 'Progressing', 'Healthy'];

/** `manifests` undefined: there is no such revision. Hooks are neither compared nor counted. */
export async function compare(
  objects: Objects,
  app: App,
  manifests: readonly Manifest[] | undefined,
): Promise<Compared> {
  const source = chartSource(app);
  const { destination } = app.spec;
  const revision = source?.targetRevision;
  const comparedTo = { source, destination };
  if (manifests === undefined) {
    const message = `Failed to load target state: failed to generate manifest for source 1 of 1: chart "${source?.chart ?? ''}" version "${revision ?? ''}" not found`;
    return {
      sync: { status: 'Unknown', comparedTo },
      health: { status: 'Unknown', lastTransitionTime: now() },
      resources: [],
      conditions: [{ type: 'ComparisonError', message, lastTransitionTime: now() }],
    };
  }
  const rows = await Promise.all(
    manifests
      .filter(({ hook }) => hook === undefined)
      .map(async (one) => {
        const live = await objects.read(one.row);
        const status = (await objects.isAsWanted(one, live)) ? 'Synced' : 'OutOfSync';
        return { row: { ...one.row, status }, health: live === undefined ? undefined : healthOf(one, live) };
      }),
  );
  const status = rows.every(({ row }) => row.status === 'Synced') ? 'Synced' : 'OutOfSync';
  return {
    sync: { status, ...(revision !== undefined && { revision }), comparedTo },
    health: {
      status: WORST.find((one) => rows.some(({ health }) => health === one)) ?? 'Healthy',
      lastTransitionTime: now(),
    },
    resources: rows.map(({ row }) => row),
    conditions: [],
  };
}

import type { Condition } from '../kinds.ts';
import type { Json, Manifest } from './manifest.ts';

export type Health = 'Healthy' | 'Progressing' | 'Degraded';

interface Live {
  readonly metadata: { readonly generation?: number; readonly deletionTimestamp?: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** Argo CD's own health checks, for the kinds of the chart that have one; undefined for those that never count. */
export function healthOf({ row: { kind } }: Pick<Manifest, 'row'>, object: Json | undefined): Health | undefined {
  if (!['Prometheus', 'Deployment', 'Job'].includes(kind)) return undefined;
  if (object === undefined) return 'Progressing';
  const live = object as unknown as Live; // read from the API server, which holds to its schema
  if (live.metadata.deletionTimestamp !== undefined) return 'Progressing';
  if (kind === 'Prometheus') return prometheus(live);
  return kind === 'Job' ? job(live) : deployment(live);
}

const isTrue = (live: Live, type: string): boolean =>
  live.status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;

/** As its Lua script: only `Available` counts, and without a status it waits forever. */
function prometheus({ status }: Live): Health {
  const available = status?.conditions?.find(({ type }) => type === 'Available');
  if (!available) return 'Progressing';
  if (available.status === 'True') return 'Healthy';
  return available.reason === 'SomePodsNotReady' ? 'Progressing' : 'Degraded';
}

function job(live: Live): Health {
  if (isTrue(live, 'Failed')) return 'Degraded';
  return isTrue(live, 'Complete') ? 'Healthy' : 'Progressing';
}

function deployment({ metadata, spec, status }: Live): Health {
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return 'Degraded';
  const replicas = spec?.replicas ?? 1;
  const settled =
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) >= replicas &&
    (status?.availableReplicas ?? 0) >= replicas;
  return settled ? 'Healthy' : 'Progressing';
}

import { type KubeClient, KubeError } from '../kubernetes/types.ts';
import type { ClusterPort } from '../ports.ts';
import { collect, openReading } from './collect.ts';
import { findTarget } from './find-target.ts';
import { readCluster } from './sources/cluster.ts';

interface ClusterPortOptions {
  readonly client: KubeClient;
  /** The configured name, shown first everywhere. */
  readonly clusterName: string;
  readonly now: () => Date;
  /** Milliseconds for everything that one call reads. */
  readonly deadlineMs: number;
  readonly readMetrics: boolean;
  /** Where resources and operators are looked for; all namespaces when there are none. */
  readonly namespaces?: readonly string[];
}

/** One cluster as the commands see it. */
export function clusterPort(options: ClusterPortOptions): ClusterPort {
  const { client, clusterName, now, deadlineMs, readMetrics, namespaces = [] } = options;
  const settings = { client, now, deadlineMs, readMetrics, namespaces };
  return {
    identity: async () => {
      const reading = openReading(settings);
      const read = await readCluster(reading);
      if (read.state === 'read')
        return { name: clusterName, uid: read.value.uid, caFingerprint: read.value.caFingerprint ?? '' };
      throw reading.failures[0] ?? new KubeError('unavailable', `${client.server} did not tell its identity`);
    },
    find: (query) => findTarget(openReading(settings), clusterName, query),
    collect: (target, signal) => collect(target, { ...settings, signal }),
  };
}

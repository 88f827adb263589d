import { defined, string } from '../json.ts';
import { getObject, type Reading } from '../reading.ts';
import type { ClusterView, Read } from '../types.ts';

/** Identity of the cluster. */
export async function readCluster(reading: Reading): Promise<Read<ClusterView>> {
  const system = await getObject(reading, 'namespaces', { name: 'kube-system' }, { metadataOnly: true });
  if (system.state !== 'read') return system;
  return {
    state: 'read',
    at: system.at,
    value: defined<ClusterView>({
      uid: string(system.value, 'metadata', 'uid') ?? '',
      server: reading.client.server,
      caFingerprint: reading.client.caFingerprint,
    }),
  };
}

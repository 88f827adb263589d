import { defined, type Json, string } from '../json.ts';
import { ask, getObject, type Reading } from '../reading.ts';
import type { ClusterView, Read } from '../types.ts';

/** Identity and version of the cluster. The version alone missing does not make the identity unread. */
export async function readCluster(reading: Reading): Promise<Read<ClusterView>> {
  const [system, version] = await Promise.all([
    getObject(reading, 'namespaces', { name: 'kube-system' }, { metadataOnly: true }),
    ask(reading, { path: '/version', needs: { verb: 'get', group: '', resource: '/version' } }),
  ]);
  if (system.state !== 'read') return system;
  const build: Json = version.state === 'read' ? version.value : {};
  return {
    state: 'read',
    at: system.at,
    value: defined<ClusterView>({
      uid: string(system.value, 'metadata', 'uid') ?? '',
      server: reading.client.server,
      caFingerprint: reading.client.caFingerprint,
      kubernetesVersion: string(build, 'gitVersion'),
    }),
  };
}

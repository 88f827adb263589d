import type { InstallationRecord } from '../incidents/types.ts';
import type { ClusterIdentity } from '../remediations/types.ts';
import type { Store } from './types.ts';

type Claim =
  | { readonly ok: true }
  /** This Redis already belongs to an installation for another cluster. */
  | { readonly ok: false; readonly belongsTo: InstallationRecord };

/**
 * Claims the Redis for one cluster, so that a proposal of one cluster is never carried out in another. The cluster is known by the uid of
 * its kube-system; a renewed CA or a new name is written over.
 */
export async function claimInstallation(store: Store, cluster: ClusterIdentity): Promise<Claim> {
  while (true) {
    const found = await store.get('installation', 'self');
    if (found !== undefined && found.value.cluster.uid !== cluster.uid) return { ok: false, belongsTo: found.value };
    if (found?.value.cluster.caFingerprint === cluster.caFingerprint && found.value.cluster.name === cluster.name)
      return { ok: true };
    const value: InstallationRecord = { cluster, since: found?.value.since ?? (await store.now()) };
    const written = await store.commit({
      puts: [{ kind: 'installation', id: 'self', expect: found?.version ?? 0, value }],
      audit: [],
      outbox: [],
    });
    if (written.ok) return { ok: true };
    // Somebody else claimed it meanwhile: look again whose it is.
  }
}

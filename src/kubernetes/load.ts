import { createClient } from './client.ts';
import { type KubeConfigSources, loadAccess } from './kubeconfig.ts';
import type { KubeClient } from './types.ts';

/**
 * A client for the cluster that the sources name, in kubectl's order (given kubeconfig, `~/.kube/config`, the pod's ServiceAccount).
 * Throws a KubeConfigError with a helpful sentence when there is none; makes no request.
 */
export function loadKubeClient(sources: KubeConfigSources = {}): KubeClient {
  return createClient(loadAccess(sources));
}

export { KubeConfigError } from './kubeconfig.ts';

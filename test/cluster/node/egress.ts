import { API_SERVER, IN_CLUSTER_SERVER } from '../control-plane/flags.ts';
import { serviceAddressAnswers } from '../control-plane/network.ts';
import type { List, NetworkPolicy } from '../kinds.ts';
import { metadataOf, type NodeContext, type NodePod } from './pod.ts';

/**
 * Where a pod finds the API server. A NetworkPolicy that selects it for egress and allows nothing leads it to an address where its packets
 * are rejected, or, with the annotation `lab/drop` on the policy, dropped.
 */
export async function reachableServer(node: NodeContext, pod: NodePod): Promise<string> {
  const { namespace, labels = {} } = metadataOf(pod);
  const { items } = await node.api.get<List<NetworkPolicy>>(
    `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
  );
  const selects = ({ spec }: NetworkPolicy) =>
    Object.entries(spec.podSelector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const denies = items.find(
    (policy) => selects(policy) && policy.spec.policyTypes?.includes('Egress') && !policy.spec.egress?.length,
  );
  if (!denies) return API_SERVER;
  serviceAddressAnswers(!denies.metadata.annotations?.['lab/drop']);
  return IN_CLUSTER_SERVER;
}

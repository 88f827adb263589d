import { setTimeout as sleep } from 'node:timers/promises';
import { KUBERNETES } from '../versions.ts';
import { KUBELET_PORT } from './log-server.ts';
import { type NodeContext, now } from './pod.ts';

const SIZE = { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' };
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const RENEW_MS = 5000;

/** Makes the Node, or takes over the one of a snapshot, and reports it ready. */
export async function registerNode({ api, nodeName, nodeIp }: NodeContext): Promise<void> {
  const path = `/api/v1/nodes/${nodeName}`;
  const labels = { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  if (!(await api.maybe(path)))
    await api.post('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, labels },
      spec: { podCIDR: '10.42.0.0/24' },
    });
  const at = now();
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  });
  const unknown = { kernelVersion: '', osImage: '', kubeProxyVersion: '', bootID: '', machineID: '', systemUUID: '' };
  const status = {
    addresses: [
      { type: 'InternalIP', address: nodeIp },
      { type: 'Hostname', address: nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
    capacity: SIZE,
    allocatable: SIZE,
    nodeInfo: {
      ...unknown,
      architecture: 'amd64',
      operatingSystem: 'linux',
      kubeletVersion: KUBERNETES,
      containerRuntimeVersion: 'lab',
    },
    conditions: [
      condition('Ready', 'True', 'KubeletReady'),
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
    ],
  };
  await api.strategic(`${path}/status`, { status });
  await api.merge(path, { spec: { taints: null } }).catch(() => {});
}

/** Renews the node's lease until the node stops. */
export async function keepLease(node: NodeContext): Promise<void> {
  const { api, nodeName } = node;
  while (!node.stopped()) {
    const spec = {
      holderIdentity: nodeName,
      leaseDurationSeconds: 40,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    };
    try {
      const lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: nodeName, namespace: 'kube-node-lease' },
        spec,
      };
      if (await api.maybe(`${LEASES}/${nodeName}`)) await api.merge(`${LEASES}/${nodeName}`, { spec });
      else await api.post(LEASES, lease);
    } catch {
      // the namespace is made a moment after the API server starts
    }
    await sleep(RENEW_MS, undefined, { ref: false });
  }
}

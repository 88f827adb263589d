import { join } from 'node:path';
import { KUBERNETES_SERVICE_IP, SERVICE_RANGE } from './network.ts';

export const API_SERVER = 'https://127.0.0.1:16443';
const ETCD_CLIENT = 'http://127.0.0.1:12379';
const ETCD_PEER = 'http://127.0.0.1:12380';

export const etcdFlags = (data: string): string[] => [
  '--name=node0',
  `--data-dir=${data}`,
  '--unsafe-no-fsync', // its data outlives no test
  '--log-level=error',
  `--listen-client-urls=${ETCD_CLIENT}`,
  `--advertise-client-urls=${ETCD_CLIENT}`,
  `--listen-peer-urls=${ETCD_PEER}`,
  `--initial-advertise-peer-urls=${ETCD_PEER}`,
  `--initial-cluster=node0=${ETCD_PEER}`,
];

export function apiServerFlags(
  pki: string,
  audit: { readonly policy: string; readonly log: string } | undefined,
): string[] {
  const file = (name: string) => join(pki, name);
  return [
    `--etcd-servers=${ETCD_CLIENT}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${new URL(API_SERVER).port}`,
    '--advertise-address=10.42.255.2',
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${file('apiserver.crt')}`,
    `--tls-private-key-file=${file('apiserver.key')}`,
    `--client-ca-file=${file('ca.crt')}`,
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--enable-aggregator-routing=true', // to a Service's endpoints directly: nothing here routes Service addresses
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${file('service-accounts.pub')}`,
    `--service-account-signing-key-file=${file('service-accounts.key')}`,
    `--kubelet-client-certificate=${file('kubelet-client.crt')}`,
    `--kubelet-client-key=${file('kubelet-client.key')}`,
    `--kubelet-certificate-authority=${file('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--event-ttl=3h',
    '--profiling=false',
    '--v=1',
    ...(audit ? [`--audit-policy-file=${audit.policy}`, `--audit-log-path=${audit.log}`] : []),
  ];
}

const asController = (kubeconfig: string): string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--authentication-kubeconfig=${kubeconfig}`,
  `--authorization-kubeconfig=${kubeconfig}`,
  '--bind-address=127.0.0.1',
  '--leader-elect=false',
  '--profiling=false',
  '--v=1',
];

export const schedulerFlags = (kubeconfig: string): string[] => asController(kubeconfig);

export const controllerManagerFlags = (kubeconfig: string, pki: string): string[] => [
  ...asController(kubeconfig),
  '--use-service-account-credentials=true',
  `--service-account-private-key-file=${join(pki, 'service-accounts.key')}`,
  `--root-ca-file=${join(pki, 'ca.crt')}`,
  `--service-cluster-ip-range=${SERVICE_RANGE}`,
  `--cluster-signing-cert-file=${join(pki, 'ca.crt')}`,
  `--cluster-signing-key-file=${join(pki, 'ca.key')}`,
  '--kube-api-qps=200',
  '--kube-api-burst=400',
  '--concurrent-gc-syncs=20',
];

/** Where a pod looks for the API server. */
export const IN_CLUSTER_SERVER = `https://${KUBERNETES_SERVICE_IP}:443`;

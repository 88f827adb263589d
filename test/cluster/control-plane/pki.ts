import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Leaf, makeCa, makeLeaf, openssl } from './certificates.ts';
import { NODE_IP } from './network.ts';

const YEARS = 3650;

const LEAVES: readonly Leaf[] = [
  {
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    alternativeNames: [
      'IP:127.0.0.1',
      'IP:10.43.0.1',
      'DNS:localhost',
      'DNS:kubernetes',
      'DNS:kubernetes.default',
      'DNS:kubernetes.default.svc',
    ],
  },
  { name: 'kubelet', subject: '/O=system:masters/CN=kubelet', alternativeNames: [`IP:${NODE_IP}`, 'IP:127.0.0.1'] },
  { name: 'kubelet-client', subject: '/O=system:masters/CN=kube-apiserver-kubelet-client' },
  { name: 'admin', subject: '/O=system:masters/CN=admin' },
  { name: 'kube-controller-manager', subject: '/CN=system:kube-controller-manager' },
  { name: 'kube-scheduler', subject: '/CN=system:kube-scheduler' },
];

/**
 * The folder with the cluster's CA, its certificates and the key that signs ServiceAccount tokens. It is made once for a cluster home:
 * a snapshot holds the CA and is only good together with it.
 */
export function ensurePki(home: string): string {
  const folder = join(home, 'pki');
  if (existsSync(folder)) return folder;
  mkdirSync(home, { recursive: true });
  const work = mkdtempSync(join(home, '.pki-'));
  makeCa(work, 'ca', '/CN=promfix-test-ca', YEARS);
  openssl(work, 'genrsa', '-out', 'service-accounts.key', '2048');
  openssl(work, 'rsa', '-in', 'service-accounts.key', '-pubout', '-out', 'service-accounts.pub');
  for (const leaf of LEAVES) makeLeaf(work, 'ca', leaf, YEARS);
  try {
    renameSync(work, folder);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another run was faster, and its keys are as good
  }
  return folder;
}

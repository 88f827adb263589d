import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** One line of the API server's audit log, with the fields that tests look at. */
export interface AuditEntry {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly requestURI: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

export const WRITES: readonly string[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Leaves out what the control plane and the tests themselves do. */
const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'None',
      users: [
        'system:apiserver',
        'system:kube-controller-manager',
        'system:kube-scheduler',
        'admin',
        'kubelet',
        'kube-apiserver-kubelet-client',
      ],
    },
    { level: 'Metadata' },
  ],
};

export const writeAuditPolicy = (file: string): void => writeFileSync(file, JSON.stringify(POLICY));

/** What ServiceAccounts and other users did so far. */
export function readAudit(file: string): AuditEntry[] {
  if (!existsSync(file)) return [];
  // The API server writes one Event of audit.k8s.io/v1 a line; the last one may be half written.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditEntry);
}

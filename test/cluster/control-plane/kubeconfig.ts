import { writeFileSync } from 'node:fs';

/** Who talks, in the words of a kubeconfig's `user`. */
type KubeconfigUser =
  | { readonly 'client-certificate': string; readonly 'client-key': string }
  | { readonly tokenFile: string }
  | { readonly token: string };

interface KubeconfigContent {
  readonly server: string;
  /** File of the CA's certificate. */
  readonly ca: string;
  readonly user: KubeconfigUser;
  readonly namespace?: string;
}

/** Writes a kubeconfig with one context, named `lab`, readable by its owner only. Returns the file. */
export function writeKubeconfig(file: string, { server, ca, user, namespace = 'default' }: KubeconfigContent): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server, 'certificate-authority': ca } }],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'user', namespace } }],
    'current-context': 'lab',
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

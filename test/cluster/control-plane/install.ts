import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secret } from '../kinds.ts';
import { ADMISSION, core, OPERATOR } from '../names.ts';
import { admissionSecret } from '../node/certgen.ts';
import type { Api } from './api.ts';
import type { ManifestFile } from './manifests.ts';

export interface InstallOptions {
  readonly crds?: boolean;
  readonly stack?: boolean;
  readonly webhooks?: boolean;
  /** The admission Secret, and the caBundle that goes with it. */
  readonly secret?: boolean;
  readonly namespace?: string;
  /** Changes the YAML of the stack before it is applied. */
  readonly edit?: (yaml: string) => string;
}

/** What of a cluster it takes to install the stack. */
interface StackCluster {
  readonly api: Pick<Api, 'get'>;
  /** Folder of `stack.yaml`. */
  readonly manifests: string;
  readonly crds: () => Promise<void>;
  readonly apply: (what: unknown) => Promise<string>;
  readonly applyFile: (name: ManifestFile) => Promise<string>;
  readonly patchCaBundle: (caBundle: string | undefined) => Promise<void>;
}

/** kube-prometheus-stack as the chart's templates and hooks leave it. */
export async function install(cluster: StackCluster, options: InstallOptions = {}): Promise<void> {
  const {
    crds = true,
    stack = true,
    webhooks = true,
    secret = true,
    namespace = 'monitoring',
    edit = (yaml) => yaml,
  } = options;
  if (crds) await cluster.crds();
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  if (secret) await cluster.apply(admissionSecret(ADMISSION, namespace, [OPERATOR, `${OPERATOR}.${namespace}.svc`]));
  if (stack) await cluster.apply(edit(readFileSync(join(cluster.manifests, 'stack.yaml'), 'utf8')));
  if (!webhooks) return;
  await cluster.applyFile('webhooks.yaml');
  if (secret)
    await cluster.patchCaBundle((await cluster.api.get<Secret>(core('secrets', ADMISSION, namespace))).data['ca']);
}

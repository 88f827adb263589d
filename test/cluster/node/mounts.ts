import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeKubeconfig } from '../control-plane/kubeconfig.ts';
import type { Secret, TokenRequest } from '../kinds.ts';
import { core } from '../names.ts';
import { metadataOf, type NodeContext, type NodePod } from './pod.ts';

interface MissingVolume {
  readonly volume: string;
  readonly kind: 'secret' | 'configmap';
  readonly name: string;
}

/** The first volume of a pod whose Secret or ConfigMap is not there. */
export async function missingVolume(node: NodeContext, pod: NodePod): Promise<MissingVolume | undefined> {
  for (const { name: volume, secret, configMap } of pod.spec.volumes ?? []) {
    const { namespace } = metadataOf(pod);
    if (secret && !secret.optional && !(await node.api.maybe(core('secrets', secret.secretName, namespace))))
      return { volume, kind: 'secret', name: secret.secretName };
    if (configMap && !configMap.optional && !(await node.api.maybe(core('configmaps', configMap.name, namespace))))
      return { volume, kind: 'configmap', name: configMap.name };
  }
  return undefined;
}

/** Writes the Secret that the first container mounts at /cert into a folder; files change only when the Secret did. */
export async function mountCertificate(node: NodeContext, pod: NodePod, folder: string): Promise<void> {
  const mounts = pod.spec.containers[0]?.volumeMounts ?? [];
  const source = pod.spec.volumes?.find(
    ({ name, secret }) => secret && mounts.some((mount) => mount.name === name && mount.mountPath === '/cert'),
  )?.secret;
  if (!source) return;
  const secret = await node.api.maybe<Secret>(core('secrets', source.secretName, metadataOf(pod).namespace));
  if (!secret) return;
  const data = secret.data ?? {};
  const items = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  const files = items.flatMap(({ key, path }) => (data[key] === undefined ? [] : [{ path, content: data[key] }]));
  const content = JSON.stringify(files);
  if (pod.mounted === content) return;
  pod.mounted = content;
  mkdirSync(join(folder, 'cert'), { recursive: true });
  for (const file of files) writeFileSync(join(folder, 'cert', file.path), Buffer.from(file.content, 'base64'));
}

/** A kubeconfig with a fresh token of the pod's ServiceAccount, in place of the mounted token. */
export async function serviceAccountKubeconfig(
  node: NodeContext,
  pod: NodePod,
  folder: string,
  server: string,
): Promise<string> {
  const account = pod.spec.serviceAccountName ?? 'default';
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } };
  const { status } = await node.api.post<TokenRequest>(
    `${core('serviceaccounts', account, metadataOf(pod).namespace)}/token`,
    request,
  );
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, status.token, { mode: 0o600 });
  return writeKubeconfig(join(folder, 'kubeconfig'), { server, ca: node.ca, user: { tokenFile } });
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crdsPath, HERE } from '../paths.ts';
import { CHART, declaredVersion, type OperatorVersion } from '../versions.ts';

/** What `applyFile` can apply. */
export type ManifestFile = 'crds.yaml' | 'stack.yaml' | 'webhooks.yaml' | 'argocd.yaml';

/**
 * Writes the four manifest files into a folder: the CRDs of the operator's module, and the objects of `manifests/`, with the version that
 * this cluster declares. Each document has its `metadata.name` and `namespace` in block style, which the scenarios rely on.
 */
export function prepareManifests(folder: string, operator: OperatorVersion): void {
  const source = join(HERE, 'manifests');
  const declared = declaredVersion(operator);
  const read = (...path: string[]) =>
    readFileSync(join(source, ...path), 'utf8').replaceAll(`v${CHART.operator}`, `v${declared}`);
  const stack = readdirSync(join(source, 'stack'))
    .sort()
    .map((name) => read('stack', name));
  const crds = readFileSync(crdsPath(operator), 'utf8').replaceAll(
    `operator.prometheus.io/version: ${operator}`,
    `operator.prometheus.io/version: ${declared}`,
  );
  const files: Record<ManifestFile, string> = {
    'crds.yaml': crds,
    'stack.yaml': stack.join('---\n'),
    'webhooks.yaml': read('webhooks.yaml'),
    'argocd.yaml': read('argocd.yaml'),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

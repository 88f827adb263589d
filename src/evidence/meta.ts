import {
  boolean,
  compareText,
  defined,
  type Json,
  number,
  object,
  objects,
  sortedBy,
  string,
  stringMap,
  strings,
} from './json.ts';
import type { Redactor } from './redact.ts';
import type { Condition, FieldManager, Meta, OwnerRef } from './types.ts';

/** Labels and annotations that somebody judges, by prefix (`…/`) or whole key. */
const LABEL_KEYS: ReadonlySet<string> = new Set([
  'app',
  'chart',
  'release',
  'heritage',
  'component',
  'managed-by',
  'name',
  'prometheus',
  'prometheus-name',
  'alertmanager',
  'thanos-ruler',
  'job-name',
  'controller-revision-hash',
  'pod-template-hash',
  'role',
  'k8s-app',
  'olm.owner',
  'jobLabel',
]);
const KEY_DOMAINS: readonly string[] = [
  'app.kubernetes.io/',
  'operator.prometheus.io/',
  'argocd.argoproj.io/',
  'helm.sh/',
  'meta.helm.sh/',
  'kubernetes.io/',
  'pod-security.kubernetes.io/',
  'batch.kubernetes.io/',
  'statefulset.kubernetes.io/',
  'endpointslice.kubernetes.io/',
  'operators.coreos.com/',
  'field.cattle.io/',
  'catalog.cattle.io/',
  'monitoring.coreos.com/',
  'rbac.authorization.kubernetes.io/',
  'cert-manager.io/',
  'controller-gen.kubebuilder.io/',
  'deployment.kubernetes.io/',
  'storageclass.kubernetes.io/',
  'volume.kubernetes.io/',
  'promfix.dev/',
  'promfix/',
  'meta.k8s.io/',
  'node.kubernetes.io/',
  'topology.kubernetes.io/',
];
const ANNOTATION_KEYS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/restartedAt',
  'prometheus-operator-input-hash',
  'prometheus-operator-validated',
  'pv.kubernetes.io/bind-completed',
  'controller-id',
]);
const MAX_PAIRS = 64;

function allowed(key: string, keys: ReadonlySet<string>): boolean {
  return keys.has(key) || KEY_DOMAINS.some((domain) => key.startsWith(domain));
}

interface MetaOptions {
  /** Keep every label: selectors may look at any of them. */
  readonly allLabels?: boolean;
}

/** The metadata of any object, projected. Times and names are kept as the API server gave them. */
export function projectMeta(source: Json, redactor: Redactor, options: MetaOptions = {}): Meta {
  const metadata = object(source, 'metadata');
  const annotations = object(metadata, 'annotations');
  return defined<Meta>({
    name: string(metadata, 'name') ?? '',
    namespace: string(metadata, 'namespace'),
    uid: string(metadata, 'uid') ?? '',
    resourceVersion: string(metadata, 'resourceVersion'),
    generation: number(metadata, 'generation'),
    created: string(metadata, 'creationTimestamp') ?? '',
    deleting: string(metadata, 'deletionTimestamp'),
    finalizers: strings(metadata['finalizers'], 50),
    labels: pairs(
      object(metadata, 'labels'),
      redactor,
      (key) => options.allLabels === true || allowed(key, LABEL_KEYS),
    ),
    annotations: pairs(annotations, redactor, (key) => allowed(key, ANNOTATION_KEYS)),
    annotationBytes: annotationBytes(annotations),
    owners: objects(metadata['ownerReferences'], 20).map(owner),
    managers: managers(metadata),
  });
}

function pairs(source: Json, redactor: Redactor, keep: (key: string) => boolean): Record<string, string> {
  const kept = Object.entries(stringMap(source, 5000)).filter(([key]) => keep(key));
  kept.sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(kept.slice(0, MAX_PAIRS).map(([key, value]) => [key, redactor.text(value).slice(0, 1024)]));
}

/** As the API server counts them: all keys and values, in bytes. */
function annotationBytes(annotations: Json): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    if (typeof value === 'string') bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return bytes;
}

function owner(reference: Json): OwnerRef {
  return defined<OwnerRef>({
    apiVersion: string(reference, 'apiVersion') ?? '',
    kind: string(reference, 'kind') ?? '',
    name: string(reference, 'name') ?? '',
    uid: string(reference, 'uid') ?? '',
    controller: boolean(reference, 'controller'),
  });
}

function managers(metadata: Json): readonly FieldManager[] {
  const all = objects(metadata['managedFields'], 100).map((entry) =>
    defined<FieldManager>({
      manager: string(entry, 'manager') ?? '',
      operation: string(entry, 'operation') ?? '',
      subresource: string(entry, 'subresource'),
      time: string(entry, 'time'),
    }),
  );
  return sortedBy(all, (entry) => `${entry.time ?? ''} ${entry.manager} ${entry.operation} ${entry.subresource ?? ''}`);
}

/** When the status subresource was last written; undefined when it never was. */
export function statusWritten(meta: Meta): string | undefined {
  return meta.managers.filter((entry) => entry.subresource === 'status' && entry.time !== undefined).at(-1)?.time;
}

const CONDITIONS_KEPT = 40;

/** Conditions in their own order: the API gives them as a list that its writer sorts. */
export function projectConditions(value: unknown, redactor: Redactor): readonly Condition[] {
  return objects(value, CONDITIONS_KEPT).map((condition) =>
    defined<Condition>({
      type: string(condition, 'type') ?? '',
      status: string(condition, 'status') ?? '',
      reason: string(condition, 'reason'),
      message: text(condition['message'], redactor),
      lastTransitionTime: string(condition, 'lastTransitionTime'),
      observedGeneration: number(condition, 'observedGeneration'),
    }),
  );
}

/** Free text of an object, scrubbed and cut. */
export function text(value: unknown, redactor: Redactor, length = 4000): string | undefined {
  return typeof value === 'string' ? redactor.text(value).slice(0, length) : undefined;
}

/** A label selector as the query parameter `labelSelector` takes it; undefined when it selects everything or can't be written. */
export function selectorText(selector: Json): string | undefined {
  const terms = Object.entries(stringMap(selector['matchLabels'])).map(([key, value]) => `${key}=${value}`);
  for (const expression of objects(selector['matchExpressions'])) {
    const key = string(expression, 'key') ?? '';
    const values = strings(expression['values']).join(',');
    const operator = string(expression, 'operator');
    if (operator === 'In') terms.push(`${key} in (${values})`);
    else if (operator === 'NotIn') terms.push(`${key} notin (${values})`);
    else if (operator === 'Exists') terms.push(key);
    else if (operator === 'DoesNotExist') terms.push(`!${key}`);
  }
  return terms.length === 0 ? undefined : terms.sort(compareText).join(',');
}

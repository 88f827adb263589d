import { parse } from 'yaml';
import { isObject, type Json, objects, string } from '../json.ts';

/** Beginnings of the chart's values that a runbook judges; everything else, passwords above all, stays in the Application. */
const JUDGED: readonly RegExp[] = [
  /^crds\.(enabled|upgradeJob\.enabled)$/,
  /^(fullnameOverride|nameOverride|namespaceOverride|cleanPrometheusOperatorObjectNames)$/,
  /^commonLabels\.managed-by$/,
  /^prometheus\.(enabled|agentMode)$/,
  /^prometheus\.prometheusSpec\.(version|paused|replicas|shards|image\.(registry|repository|tag|sha)|serviceAccountName|scrapeInterval|scrapeTimeout|hostNetwork|storageSpec\.volumeClaimTemplate\.spec\.storageClassName)$/,
  /^alertmanager\.enabled$/,
  /^prometheusOperator\.(enabled|hostNetwork|denyNamespaces|prometheusInstanceNamespaces|prometheusInstanceSelector|namespaces\.(releaseNamespace|additional))(\.\d+)?$/,
  /^prometheusOperator\.(image\.(registry|repository|tag|sha)|tls\.(enabled|internalPort)|serviceAccount\.(create|name|automountServiceAccountToken)|automountServiceAccountToken|resources\.limits\.memory)$/,
  /^prometheusOperator\.admissionWebhooks\.(enabled|failurePolicy|patch\.enabled|certManager\.enabled|deployment\.enabled|caBundle)$/,
  /^global\.(imageRegistry|rbac\.create)$/,
];
const MAX_VALUES_BYTES = 512 * 1024;
const MAX_DEPTH = 8;

/** Judged values of a Helm source as dotted paths. Later sources of values win as in Argo CD: `values`, `valuesObject`, `parameters`. */
export function judgedValues(helm: Json): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  const put = (path: string, value: unknown): void => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return;
    if (!JUDGED.some((pattern) => pattern.test(path))) return;
    // Whether a CA is pinned matters, its bytes do not.
    kept[path] = path.endsWith('.caBundle') ? value !== '' : typeof value === 'string' ? value.slice(0, 200) : value;
  };
  const object = helm['valuesObject'];
  if (isObject(object)) walk(object, '', 0, put);
  else walk(parsed(string(helm, 'values')), '', 0, put);
  for (const parameter of objects(helm['parameters'], 200))
    put((string(parameter, 'name') ?? '').replace(/\[(\d+)\]/g, '.$1'), string(parameter, 'value'));
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parsed(values: string | undefined): unknown {
  if (values === undefined || values.length > MAX_VALUES_BYTES) return undefined;
  try {
    return parse(values, { maxAliasCount: 100, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function walk(value: unknown, path: string, depth: number, put: (path: string, value: unknown) => void): void {
  if (depth > MAX_DEPTH) return;
  const entries = Array.isArray(value)
    ? value.slice(0, 50).map((item, index): [string, unknown] => [String(index), item])
    : isObject(value)
      ? Object.entries(value)
      : undefined;
  if (entries === undefined) put(path, value);
  else for (const [key, item] of entries) walk(item, path === '' ? key : `${path}.${key}`, depth + 1, put);
}

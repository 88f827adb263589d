import type { CauseSlug } from '../diagnosis/causes.ts';
import { type ApiError, parseApiError } from './api-error.ts';

/** What a failed sync's message (the condition Reconciled, or the log's `sync "ns/name" failed: …`) says about its cause. */
interface SyncFailure {
  readonly cause: CauseSlug;
  /** The part of the sync that failed, as a short name (`statefulset`, `config`, `rules`, …). */
  readonly step: SyncStep;
  readonly values: Readonly<Record<string, string>>;
  readonly api?: ApiError;
}

type SyncStep =
  | 'storage-class'
  | 'rules'
  | 'selection'
  | 'config'
  | 'tls-assets'
  | 'web-config'
  | 'thanos'
  | 'service'
  | 'statefulset-spec'
  | 'statefulset';

const STEPS: readonly (readonly [pattern: RegExp, step: SyncStep])[] = [
  [/^storage class "|^cannot get ".*" storageclass/, 'storage-class'],
  [
    /^(?:initializing|selecting|synchronizing) PrometheusRules? failed|^convert rule (?:namespace|label)|ConfigMaps? ['"f]|^configmaps? /,
    'rules',
  ],
  [/^selecting (?:ServiceMonitors|PodMonitors|Probes|ScrapeConfigs) failed/, 'selection'],
  [/^failed to reconcile the TLS secrets/, 'tls-assets'],
  [/web config/, 'web-config'],
  [/^failed to reconcile Thanos/i, 'thanos'],
  [/governing service/, 'service'],
  [/^making (?:the )?statefulset|^make StatefulSet spec/i, 'statefulset-spec'],
  [/^making daemonset failed/, 'statefulset-spec'],
  [
    /^(?:creating|failed to create|updating|retrieving|failed to retrieve|failed to update|listing|failed to list)? ?(?:statefulset|daemonset)|^failed to delete (?:StatefulSet|DaemonSet)/i,
    'statefulset',
  ],
];

function syncStep(message: string): SyncStep {
  return STEPS.find(([pattern]) => pattern.test(message))?.[1] ?? 'config';
}

type Rule = readonly [pattern: RegExp, cause: CauseSlug, names?: readonly string[]];

/** Messages of the operator itself; API answers come after them. `names` are the pattern's groups. */
const RULES: readonly Rule[] = [
  [/feature gate for Prometheus Agent's DaemonSet mode is not enabled/, 'daemonset-gate-off'],
  [/storage class "([^"]{1,253})" does not exist/, 'storageclass-missing', ['storageClass']],
  [/unsupported (?:Prometheus|Alertmanager|Thanos) version "?([^"\s]{1,200})/, 'version-unsupported', ['version']],
  [
    /(?:failed to parse (?:(?:prometheus|alertmanager|thanos ruler) )?version|parse version|parsing version):? ?([\s\S]{0,200})/i,
    'version-not-semver',
    ['detail'],
  ],
  [
    /No Major\.Minor(?:\.Patch)? elements found|Invalid character\(s\) found in (?:major|minor|patch) number/,
    'version-not-semver',
  ],
  [
    /key "?([^\s"]{1,253})"? could not be found in (?:secret|configmap) "?([^\s"]{1,253})/i,
    'secret-ref-missing',
    ['key', 'secret'],
  ],
  [/key "([^"]{1,253})" in (?:secret|configmap) "([^"]{1,253})" not found/i, 'secret-ref-missing', ['key', 'secret']],
  [/unmarshall?ing additional [\w ]{1,60} failed(?:: ([\s\S]{1,300}))?/, 'additional-config-invalid', ['detail']],
  [
    /(undefined receiver "[^"]{0,200}" used in route|field \S{1,200} not found in type config\.\S{1,60})/,
    'additional-config-invalid',
    ['detail'],
  ],
  [
    /(?:base config from Secret could not be parsed|failed to initialize from secret): ([\s\S]{1,300})/,
    'additional-config-invalid',
    ['detail'],
  ],
  [/can't set arguments which are already managed by the operator: ([\s\S]{1,200})/, 'build-conflict', ['detail']],
  [
    /(failed to merge [\w ]{1,40} spec: [\s\S]{1,200}|couldn't parse image reference [\s\S]{1,200}|failed to parse Thanos version[\s\S]{0,200})/,
    'build-conflict',
    ['detail'],
  ],
  [
    /(custom governing service [\s\S]{1,300}|failed to get custom governing service [\s\S]{1,300}|failed to initialize web config: [\s\S]{1,200})/,
    'build-conflict',
    ['detail'],
  ],
  [/secrets? "([^"]{1,253})" not found/, 'secret-ref-missing', ['secret']],
  [/configmaps? "([^"]{1,253})" not found/, 'secret-ref-missing', ['secret']],
];

/**
 * The cause a failed sync's message proves; undefined when it proves none. `already exists` of a StatefulSet is two causes with
 * opposite repairs (whose StatefulSet is it?): the caller decides with the StatefulSet's owner, so it comes back as `foreign-sts`
 * only through `alreadyExists`.
 */
export function readSyncFailure(message: string): SyncFailure | undefined {
  const step = syncStep(message);
  const api = parseApiError(message);
  const fromApi = api && causeOfApiError(api, step);
  if (fromApi) return { ...fromApi, step, ...(api ? { api } : {}) };
  for (const [pattern, cause, names = []] of RULES) {
    const match = pattern.exec(message);
    if (!match) continue;
    const values = Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']));
    return { cause, step, values, ...(api ? { api } : {}) };
  }
  if (SEMANTIC.test(message)) return { cause: 'spec-semantic', step, values: { detail: message.slice(0, 300) } };
  return undefined;
}

/** Contradictions inside the spec that only the operator sees, all from generating the configuration. */
const SEMANTIC =
  /greater than scrapeInterval|can't be set at the same time|at most one of|multiple default scrape classes|invalid (?:alertR|r|metricR|writeR)elabel|failed to parse scrape classes|failed to process scrape classes|remote (?:read|write) \d+: |apiserver config: |alertmanager \d+: |generating config failed: |OTLP/i;

function causeOfApiError(api: ApiError, step: SyncStep): Pick<SyncFailure, 'cause' | 'values'> | undefined {
  switch (api.kind) {
    case 'rbac':
      return {
        cause: 'rbac-write-verb',
        values: {
          verb: api.verb,
          resource: api.resource,
          group: api.group,
          ...(api.namespace ? { namespace: api.namespace } : {}),
        },
      };
    case 'quota':
      return { cause: 'quota-on-owned-objects', values: { quota: api.quota, detail: api.detail } };
    case 'policy':
      return { cause: 'policy-denies-sts', values: { policy: api.policy, detail: api.detail } };
    case 'webhook-denied':
      return { cause: 'policy-denies-sts', values: { policy: api.webhook, detail: api.detail } };
    case 'pod-security':
      return { cause: 'policy-denies-sts', values: { policy: `PodSecurity ${api.level}`, detail: api.detail } };
    case 'webhook-failed':
      return { cause: 'webhook-down-fail-closed', values: { webhook: api.webhook, detail: api.detail } };
    case 'namespace-terminating':
      return { cause: 'namespace-terminating', values: { namespace: api.namespace } };
    case 'owner-refs':
      return { cause: 'owner-refs-enforcement', values: {} };
    case 'unauthorized':
      return { cause: 'apiserver-lost-after-sync', values: { detail: 'Unauthorized' } };
    case 'unreachable':
    case 'tls':
      return { cause: 'apiserver-lost-after-sync', values: { detail: api.detail } };
    case 'immutable':
      return step === 'statefulset' ? undefined : { cause: 'owned-secret-immutable', values: { detail: api.detail } };
    case 'already-exists':
      return step === 'rules' ? { cause: 'rules-configmap-taken', values: { name: api.name } } : undefined;
    default:
      return undefined;
  }
}

/** The object that is in the way, where the message says `already exists`. */
export function alreadyExists(message: string): { readonly resource: string; readonly name: string } | undefined {
  const api = parseApiError(message);
  return api?.kind === 'already-exists' ? { resource: api.resource, name: api.name } : undefined;
}

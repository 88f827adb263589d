import { type ApiError, parseApiError } from './api-error.ts';
import type { LogRecord } from './log-line.ts';

/** What one log line of the operator says, whatever the wording of its era. `undefined` fields were not in the line. */
export type OperatorMessage =
  | { readonly is: 'starting'; readonly version?: string }
  | { readonly is: 'connected' }
  | { readonly is: 'namespaces'; readonly config: string }
  | { readonly is: 'not-installed'; readonly resource: string; readonly group: string }
  | {
      readonly is: 'missing-permission';
      readonly verb: string;
      /** With subresource. */
      readonly resource: string;
      readonly group: string;
      readonly namespace?: string;
    }
  | { readonly is: 'waiting-for-caches'; readonly controller?: string }
  | { readonly is: 'all-caches-synced'; readonly component?: string }
  | { readonly is: 'cache-pending'; readonly component?: string; readonly informer?: string }
  | { readonly is: 'cache-failed'; readonly component?: string; readonly informer?: string }
  | {
      readonly is: 'reflector';
      readonly verb: 'list' | 'watch';
      readonly type: string;
      readonly error: string;
      readonly api?: ApiError;
    }
  | { readonly is: 'sync'; readonly kind: string; readonly key?: string }
  | { readonly is: 'sync-failed'; readonly key: string; readonly error: string; readonly api?: ApiError }
  | { readonly is: 'status-failed'; readonly key: string; readonly error: string; readonly api?: ApiError }
  | { readonly is: 'status-retry'; readonly error: string; readonly api?: ApiError }
  | { readonly is: 'paused'; readonly key?: string }
  /** `statefulSet`: which of several shards. */
  | {
      readonly is: 'replacing-statefulset';
      readonly key?: string;
      readonly statefulSet?: string;
      readonly reason: string;
    }
  | { readonly is: 'tls-handshake'; readonly peer: string; readonly why: string }
  | { readonly is: 'kubelet'; readonly error: string; readonly api?: ApiError }
  | { readonly is: 'ended'; readonly stage: EndStage; readonly error: string; readonly api?: ApiError }
  | { readonly is: 'unknown-flag'; readonly flag: string }
  | { readonly is: 'usage'; readonly program: string }
  | { readonly is: 'panic'; readonly error: string }
  | { readonly is: 'api-warning'; readonly warning: string };

/** Where the start of the process ended. */
type EndStage =
  | 'flags'
  | 'client-config'
  | 'server-version'
  | 'prerequisite'
  | 'controller'
  | 'kubelet'
  | 'web-server'
  | 'crds'
  | 'caches'
  | 'run';

type Reader = (record: LogRecord) => OperatorMessage | undefined;

const api = (error: string): { api?: ApiError } => {
  const parsed = parseApiError(error);
  return parsed ? { api: parsed } : {};
};

const optional = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  // A computed key widens to an index signature; it is exactly the one key K.
  (value === undefined || value === '' ? {} : { [key]: value }) as { [P in K]?: string };

const readStart: Reader = ({ msg, version, text }) => {
  if (/^Starting Prometheus Operator/i.test(msg)) {
    const found = /version=v?([0-9][^,)\s]{0,60})/.exec(version ?? '')?.[1] ?? /version '([^']{1,60})'/.exec(msg)?.[1];
    return { is: 'starting', ...optional('version', found) };
  }
  if (/^connection established/.test(msg)) return { is: 'connected' };
  if (/^namespaces filtering configuration/i.test(msg)) return { is: 'namespaces', config: text };
  return undefined;
};

const NOT_INSTALLED = /resource "([^"]{1,253})" \(group: "([^"]{0,253})"\) not installed in the cluster/;
const MISSING =
  /missing "([a-z*]{1,40})" permission on resource "([^"]{1,253})" \(group: "([^"]{0,253})"\)(?: for (?:all namespaces|namespace "([^"]{1,253})"))?/;

const readGate: Reader = ({ msg, reason, level, text }) => {
  const absent = NOT_INSTALLED.exec(msg);
  if (absent?.[1] !== undefined)
    return { is: 'not-installed', resource: absent[1], group: (absent[2] ?? '').replace(/\/v\w+$/, '') };
  if (level === 'error' || level === 'fatal') return undefined;
  const missing = MISSING.exec(`${reason ?? ''} ${text}`);
  if (!missing?.[1] || missing[2] === undefined) return undefined;
  return {
    is: 'missing-permission',
    verb: missing[1],
    resource: missing[2],
    group: missing[3] ?? '',
    ...optional('namespace', missing[4]),
  };
};

const readCaches: Reader = ({ msg, component, informer, controller, err }) => {
  if (msg === 'Waiting for caches to sync') return { is: 'waiting-for-caches', ...optional('controller', controller) };
  if (msg === 'successfully synced all caches') return { is: 'all-caches-synced', ...optional('component', component) };
  if (msg === 'cache sync not yet completed')
    return { is: 'cache-pending', ...optional('component', component), ...optional('informer', informer) };
  if (msg === 'failed to sync cache')
    return { is: 'cache-failed', ...optional('component', component), ...optional('informer', informer) };
  const exit = /failed to sync cache for (\S{1,80}) informer/.exec(err ?? '');
  return exit?.[1] ? { is: 'cache-failed', informer: exit[1] } : undefined;
};

const LIST_FAILED = /failed to list (\*[\w.]{1,80}): ([\s\S]{1,4000})/i;
const WATCH_FAILED = /Failed to watch (\*[\w.]{1,80}): ([\s\S]{1,4000})/;

const readReflector: Reader = ({ msg, err, type, text }) => {
  const list = LIST_FAILED.exec(text);
  if (list?.[1] && list[2]) return { is: 'reflector', verb: 'list', type: list[1], error: list[2], ...api(list[2]) };
  if (msg === 'Failed to watch' && err !== undefined)
    return { is: 'reflector', verb: 'watch', type: type ?? '', error: err, ...api(err) };
  const watch = WATCH_FAILED.exec(text);
  if (watch?.[1] && watch[2])
    return { is: 'reflector', verb: 'watch', type: watch[1], error: watch[2], ...api(watch[2]) };
  return undefined;
};

const SYNC_FAILED = /^(?:Unhandled Error: )?(sync|status) "([^"]{1,510})" failed: ([\s\S]*)$/i;

const readSync: Reader = ({ msg, err, key, component, statefulset, reason, text }) => {
  const failed = SYNC_FAILED.exec(text);
  if (failed?.[1] && failed[2] && failed[3] !== undefined) {
    const is = failed[1].toLowerCase() === 'sync' ? 'sync-failed' : 'status-failed';
    return { is, key: failed[2], error: failed[3], ...api(failed[3]) };
  }
  const sync = /^sync ([a-z-]{1,40})$/.exec(msg);
  if (sync?.[1]) return { is: 'sync', kind: sync[1], ...optional('key', key) };
  if (/^failed to apply \w+ status subresource, trying again/.test(msg))
    return { is: 'status-retry', error: err ?? '', ...api(err ?? '') };
  if (/the resource is paused/.test(msg)) return { is: 'paused', ...optional('key', key) };
  if (
    /^recreating \w+ because the update operation wasn't possible/.test(msg) ||
    /^resolving illegal update of/.test(msg)
  )
    return {
      is: 'replacing-statefulset',
      ...optional('key', key),
      ...optional('statefulSet', statefulset),
      reason: reason ?? '',
    };
  if (component === 'kubelet_endpoints' && err !== undefined) return { is: 'kubelet', error: err, ...api(err) };
  if (/^syncing nodes into Endpoints object failed/.test(msg))
    return { is: 'kubelet', error: err ?? '', ...api(err ?? '') };
  return undefined;
};

const TLS = /http: TLS handshake error from (\S{1,80}): ([\s\S]{1,300})/;

const readNoise: Reader = ({ msg, text }) => {
  const tls = TLS.exec(text);
  if (tls?.[1] && tls[2]) return { is: 'tls-handshake', peer: tls[1], why: tls[2] };
  const warning = /^Warning: ([\s\S]{1,1000})/.exec(msg);
  return warning?.[1] ? { is: 'api-warning', warning: warning[1] } : undefined;
};

const STAGES: readonly (readonly [pattern: RegExp, stage: EndStage])[] = [
  [/failed to create web server/, 'web-server'],
  [/failed to create Kubernetes client configuration|unable to load in-cluster configuration/, 'client-config'],
  [/failed to request Kubernetes server version|communicating with server failed/, 'server-version'],
  [/instantiating kubelet endpoints controller failed/, 'kubelet'],
  [/instantiating [\w -]{1,60} controller failed/, 'controller'],
  [
    /failed to check (?:\w+ support|presence of resource)|failed to update feature gates|missing permissions to manage Daemonset|failed to parse namespaces/,
    'prerequisite',
  ],
  [/no controller can be started/, 'controller'],
  [/creating CRDs? failed|creating CRD: /i, 'crds'],
];

const readEnd: Reader = ({ msg, err, reason, text, level }) => {
  const flag =
    /flag provided but not defined: (-{1,2}[\w.-]{1,200})/.exec(msg) ??
    /invalid (?:boolean )?value "[^"]{0,400}" for (?:flag )?(-[\w.-]{1,200})/.exec(msg);
  if (flag?.[1]) return { is: 'unknown-flag', flag: flag[1] };
  const usage = /^Usage of (\S{1,400}?):?$/.exec(msg);
  if (usage?.[1]) return { is: 'usage', program: usage[1] };
  if (/^panic: |^fatal error: /.test(msg)) return { is: 'panic', error: msg };
  const stage = level === 'info' || level === 'debug' ? undefined : STAGES.find(([pattern]) => pattern.test(text))?.[1];
  const error = err ?? (reason === undefined ? text : `${msg}: ${reason}`);
  if (stage) return { is: 'ended', stage, error, ...api(error) };
  if (/unhandled error received\. Exiting/i.test(msg))
    return { is: 'ended', stage: 'run', error: err ?? '', ...api(err ?? '') };
  return undefined;
};

const READERS: readonly Reader[] = [readStart, readGate, readCaches, readSync, readReflector, readNoise, readEnd];

/** Undefined for lines that say nothing a diagnosis needs. */
export function readMessage(record: LogRecord): OperatorMessage | undefined {
  for (const reader of READERS) {
    const message = reader(record);
    if (message) return message;
  }
  return undefined;
}

import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Certainty } from '../../diagnosis/types.ts';
import { parseApiError } from '../../parse/api-error.ts';
import { parseLogLine } from '../../parse/log-line.ts';
import { readMessage } from '../../parse/operator-message.ts';
import { readSyncFailure } from '../../parse/sync-failure.ts';
import { because } from '../because.ts';
import type { Coded } from '../types.ts';

export const PASTED_CODES = ['message-names-cause'] as const;
type Found = Coded<(typeof PASTED_CODES)[number]>;

type Row = readonly [pattern: RegExp, cause: CauseSlug, certainty: Certainty];

/** Messages that are not the operator's: events, answers of kubectl, Helm and Argo CD. The first that matches speaks for the line. */
const ROWS: readonly Row[] = [
  [/failed calling (?:admission )?webhook "[^"]{1,100}monitoring\.coreos\.com"/, 'admission-fail-closed', 'proven'],
  [/failed calling (?:admission )?webhook "/, 'webhook-down-fail-closed', 'likely'],
  [/waiting for (?:completion|deletion) of hook \S{1,300}/, 'presync-hook-stuck', 'likely'],
  [
    /attempt(?:ing)? to grant (?:extra privileges|RBAC permissions not currently held)/,
    'installer-rbac-escalation',
    'proven',
  ],
  [/is not permitted in project/, 'argocd-project-not-permitted', 'proven'],
  [/object is being deleted: customresourcedefinitions/, 'crd-missing', 'proven'],
  [
    /MountVolume\.SetUp failed for volume "tls-secret".{0,20}secret "[^"]{1,253}" not found/,
    'admission-secret-missing',
    'proven',
  ],
  [/Error creating: pods "[^"]{0,200}operator[^"]{0,60}" is forbidden/, 'operator-pod-creation-denied', 'proven'],
  [
    /(?:create Pod \S{1,253} in StatefulSet|Error creating: pods) [\s\S]{0,400}is forbidden/,
    'pod-create-denied',
    'likely',
  ],
  [/Pod "[^"]{1,253}" is invalid: spec\./, 'build-conflict', 'likely'],
  [/InvalidImageName|couldn't parse image reference/, 'pod-start-failure', 'likely'],
  [/failed to start container "[^"]{1,200}reloader"/, 'pod-start-failure', 'likely'],
  [/unbound immediate PersistentVolumeClaims|waiting for a volume to be created/i, 'pvc-pending', 'likely'],
  [/\d+\/\d+ nodes are available:/, 'unschedulable', 'possible'],
  [
    /ValidationError\((?:Prometheus|Alertmanager|ThanosRuler)[^)]{0,200}\): unknown field|\.(?:spec|status)\.\S{1,200}: field not declared in schema/,
    'crd-stale-status-schema',
    'likely',
  ],
  [
    /(?:Prometheus|Alertmanager|ThanosRuler)\.monitoring\.coreos\.com "[^"]{1,253}" is invalid: [\s\S]{0,300}Required value/,
    'crd-stale-status-schema',
    'likely',
  ],
  [
    /no matches for kind "(?:Prometheus|Alertmanager|ThanosRuler|PrometheusAgent)"|could not find monitoring\.coreos\.com\//,
    'crd-missing',
    'likely',
  ],
  [/exec format error/, 'operator-image-pull', 'possible'],
  [/\bOOMKilled\b/, 'operator-oomkilled', 'possible'],
];

/** Causes named by single messages of pasted text that are no line of the operator's log. */
export function judgeMessages(pasted: readonly string[] | undefined): readonly Found[] {
  const seen = new Set<string>();
  return (pasted ?? []).flatMap((text, index): Found[] => {
    const named = nameOf(text);
    if (!named || seen.has(named.cause)) return [];
    seen.add(named.cause);
    return [
      {
        kind: 'cause',
        cause: named.cause,
        code: 'message-names-cause',
        certainty: named.certainty,
        values: { message: text.slice(0, 200) },
        because: [because('pasted', `line ${index + 1}`, { quote: text })],
      },
    ];
  });
}

function nameOf(text: string): { readonly cause: CauseSlug; readonly certainty: Certainty } | undefined {
  const record = parseLogLine(text);
  if (readMessage(record) || /metadata\.annotations: Too long/.test(text)) return undefined;
  const line = record.raw.slice(0, 8192);
  const row = ROWS.find(([pattern]) => pattern.test(line));
  if (row) return { cause: row[1], certainty: row[2] };
  // A line with a frame of its own that says nothing known is no bare message.
  if (record.level === 'info' || record.level === 'debug') return undefined;
  const api = parseApiError(line);
  if (api?.kind === 'rbac') return { cause: 'rbac-operator-missing-resource', certainty: 'likely' };
  if (api?.kind === 'unreachable' || api?.kind === 'unauthorized' || api?.kind === 'tls') return undefined;
  const failure = readSyncFailure(line);
  return failure && failure.cause !== 'spec-semantic' ? { cause: failure.cause, certainty: 'likely' } : undefined;
}

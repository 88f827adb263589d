import { defined, type Json, number, object, objects, sortedBy, string, stringMap, strings } from '../json.ts';
import { projectMeta, text } from '../meta.ts';
import { getObject, listObjects, project, type Reading } from '../reading.ts';
import type { EventView, LimitRangeView, NamespaceView, NetworkPolicyView, QuotaView, Read } from '../types.ts';

/** Events of a namespace are listed once; this many of the newest are kept. */
const EVENTS_KEPT = 300;
const EVENTS_ASKED = 3000;
const MAX_BYTES = 16 * 1024 * 1024;

export async function readNamespace(reading: Reading, name: string): Promise<Read<NamespaceView>> {
  const read = await getObject(reading, 'namespaces', { name });
  return project(read, (body) =>
    defined<NamespaceView>({
      meta: projectMeta(body, reading.redactor, { allLabels: true }),
      phase: string(body, 'status', 'phase'),
    }),
  );
}

export async function readQuotas(reading: Reading, namespace: string): Promise<Read<readonly QuotaView[]>> {
  const list = await listObjects(reading, 'resourcequotas', { namespace }, { query: { limit: 100 } });
  return project(list, ({ items }) =>
    sortedBy(
      items.map((item) => ({
        meta: projectMeta(item, reading.redactor),
        hard: stringMap(object(item, 'status', 'hard'), 100),
        used: stringMap(object(item, 'status', 'used'), 100),
        ...scopesOf(object(item, 'spec')),
      })),
      (quota) => quota.meta.name,
    ),
  );
}

/** The scopes of a quota, however they are stated. */
function scopesOf(spec: Json): Pick<QuotaView, 'scopes'> {
  const expressions = objects(object(spec, 'scopeSelector')['matchExpressions'], 20);
  const scopes = [
    ...strings(spec['scopes'], 20),
    ...expressions.map((one) => (string(one, 'operator') === 'Exists' ? (string(one, 'scopeName') ?? '') : 'other')),
  ];
  return scopes.length > 0 ? { scopes } : {};
}

const LIMIT_FIELDS = ['type', 'max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

export async function readLimitRanges(reading: Reading, namespace: string): Promise<Read<readonly LimitRangeView[]>> {
  const list = await listObjects(reading, 'limitranges', { namespace }, { query: { limit: 100 } });
  return project(list, ({ items }) =>
    sortedBy(
      items.map((item) => ({
        meta: projectMeta(item, reading.redactor),
        limits: objects(object(item, 'spec')['limits'], 50).map((limit) =>
          Object.fromEntries(
            LIMIT_FIELDS.filter((field) => limit[field] !== undefined).map((field) => [field, limit[field]]),
          ),
        ),
      })),
      (range) => range.meta.name,
    ),
  );
}

export async function readNetworkPolicies(
  reading: Reading,
  namespace: string,
): Promise<Read<readonly NetworkPolicyView[]>> {
  const list = await listObjects(reading, 'networkpolicies', { namespace }, { query: { limit: 200 } });
  return project(list, ({ items }) =>
    sortedBy(
      items.map((item) => {
        const spec = object(item, 'spec');
        return {
          meta: projectMeta(item, reading.redactor),
          podSelector: object(spec, 'podSelector'),
          types: strings(spec['policyTypes'], 2),
          egressRules: objects(spec['egress']).length,
        };
      }),
      (policy) => policy.meta.name,
    ),
  );
}

/** The newest events of a namespace, newest last. */
export async function readEvents(reading: Reading, namespace: string): Promise<Read<readonly EventView[]>> {
  const list = await listObjects(
    reading,
    'events',
    { namespace },
    { query: { limit: EVENTS_ASKED }, maxBytes: MAX_BYTES },
  );
  return project(list, ({ items }) => {
    const events = sortedBy(items, (item) => `${timeOf(item)} ${string(item, 'metadata', 'name') ?? ''}`);
    return events.slice(-EVENTS_KEPT).map((item) => projectEvent(item, reading));
  });
}

function timeOf(item: Json): string {
  return (
    string(item, 'lastTimestamp') ??
    string(item, 'series', 'lastObservedTime') ??
    string(item, 'eventTime') ??
    string(item, 'firstTimestamp') ??
    string(item, 'metadata', 'creationTimestamp') ??
    ''
  );
}

function projectEvent(item: Json, reading: Reading): EventView {
  const involved = object(item, 'involvedObject');
  return defined<EventView>({
    at: timeOf(item),
    type: string(item, 'type') ?? '',
    reason: string(item, 'reason') ?? '',
    message: text(item['message'], reading.redactor) ?? '',
    count: number(item, 'count') ?? number(item, 'series', 'count') ?? 1,
    involved: defined<EventView['involved']>({
      kind: string(involved, 'kind') ?? '',
      name: string(involved, 'name') ?? '',
      uid: string(involved, 'uid'),
    }),
    source: string(item, 'reportingComponent') || string(item, 'source', 'component'),
  });
}

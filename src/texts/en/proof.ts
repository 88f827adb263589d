import type { Because } from '../../diagnosis/types.ts';
import type { EvidenceKey, Right, UnreadReason } from '../../evidence/types.ts';

/** Where something was read, as people call it. */
const sourceNames = {
  target: 'target',
  cluster: 'cluster',
  resource: 'custom resource',
  resources: 'custom resources',
  listed: 'custom resources in the namespaces that may be read',
  crds: 'CRDs',
  served: 'API discovery',
  operators: 'operator',
  namespace: 'namespace',
  owned: 'the operator’s objects',
  statefulSet: 'StatefulSet',
  shards: 'shards',
  pods: 'pods',
  claims: 'volume claims',
  events: 'events',
  quotas: 'quotas',
  limitRanges: 'limit ranges',
  storageClasses: 'storage classes',
  webhooks: 'admission webhooks',
  admissionSecret: 'admission Secret',
  jobs: 'hook Jobs',
  applications: 'Argo CD Applications',
  undecodable: 'stored objects',
  pasted: 'pasted text',
} as const satisfies Record<EvidenceKey | 'target', string>;

/** One piece of proof: where, when, and what stood there. */
export function proofText(one: Because): string {
  const where = one.path === '' ? sourceNames[one.source] : `${sourceNames[one.source]}, ${one.path}`;
  const when = one.at === undefined ? '' : ` at ${one.at}`;
  const values = Object.entries(one.values ?? {}).map(([key, value]) => `${key} ${value}`);
  const said = [...(one.quote === undefined ? [] : [one.quote]), ...values].join(', ');
  return said === '' ? `${where}${when}` : `${where}${when}: ${said}`;
}

const REASONS = {
  unauthorized: 'the credentials were not accepted',
  forbidden: 'this account may not read it',
  timeout: 'it did not answer in time',
  unavailable: 'it was not available',
  'too-large': 'the answer was too large',
  malformed: 'the answer could not be understood',
  'not-attempted': 'it was not asked for',
} as const satisfies Record<UnreadReason, string>;

/** What was not checked, why, and which right would change that. */
export function notCheckedText(source: EvidenceKey, reason: UnreadReason, needs: Right | undefined): string {
  const what = `Not checked: ${sourceNames[source]}, because ${REASONS[reason]}.`;
  return needs === undefined ? what : `${what} It needs ${rightText(needs)}.`;
}

function rightText(right: Right): string {
  const resource = right.group === '' ? right.resource : `${right.resource}.${right.group}`;
  const named = right.name === undefined ? resource : `${resource} ${right.name}`;
  return right.namespace === undefined
    ? `${right.verb} on ${named} in the whole cluster`
    : `${right.verb} on ${named} in the namespace ${right.namespace}`;
}

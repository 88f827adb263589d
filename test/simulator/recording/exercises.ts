import { NS, OPERATOR, OPERATOR_PATH, PROMETHEUS_PATH } from '../../cluster/names.ts';
import type { Answer, Exchange, RawClient } from './raw.ts';

/** One request, by whom, and the answer. Names of pods are written as `{operator-pod}`. */
export interface Exercise {
  readonly title: string;
  readonly as: 'admin' | 'limited' | 'stranger' | 'anonymous';
  readonly request: Omit<Exchange, 'token'>;
  readonly answer: Answer;
}

const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const APPS = `/apis/apps/v1/namespaces/${NS}`;
const CORE = `/api/v1/namespaces/${NS}`;
const OTHER_UID = '00000000-0000-4000-8000-000000000000';

type Asked = Omit<Exercise, 'answer' | 'as'> & { readonly as?: Exercise['as'] };
const get = (title: string, path: string, more: Partial<Exchange> = {}, as: Exercise['as'] = 'admin'): Asked => ({
  title,
  as,
  request: { method: 'GET', path, ...more },
});
const send = (
  title: string,
  method: string,
  path: string,
  body: unknown,
  contentType?: string,
  as?: Exercise['as'],
): Asked => ({
  title,
  ...(as !== undefined && { as }),
  request: { method, path, body, ...(contentType !== undefined && { contentType }) },
});

const review = (user: string, resourceAttributes: unknown, groups: readonly string[] = []): unknown => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SubjectAccessReview',
  spec: { user, groups, resourceAttributes },
});
const SAR = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const SSAR = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const ACCOUNT = `system:serviceaccount:${NS}:${OPERATOR}`;
const self = (resourceAttributes: unknown): unknown => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes },
});
const configMap = (name: string, more: object = {}): unknown => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NS },
  data: { a: 'b' },
  ...more,
});

const READS: readonly Asked[] = [
  get('no such group', '/apis/nosuch.example.org/v1/things'),
  get('no such version', '/apis/apps/v9/deployments'),
  get('no such kind of a built-in group', `${APPS}/things`),
  get('no such kind of the core group', `${CORE}/things/x`),
  get('no such kind of a custom group', `/apis/monitoring.coreos.com/v1/namespaces/${NS}/things`),
  get('no such object', `${CORE}/pods/nosuch`),
  get('no such custom object', `/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/nosuch`),
  get('no such namespace is an empty list', '/api/v1/namespaces/nosuch/pods'),
  get('no such object as metadata', `${CORE}/pods/nosuch`, { accept: METADATA }),
  get('no such path', '/nosuch'),
  get('the log of no such pod', `${CORE}/pods/nosuch/log`),
  get('the log of no such container', `${CORE}/pods/{operator-pod}/log?container=nosuch`),
  get('the log of no previous container', `${CORE}/pods/{operator-pod}/log?previous=true`),
  get('a log cut in bytes', `${CORE}/pods/{operator-pod}/log?limitBytes=100&timestamps=true`),
  get('a log cut in lines', `${CORE}/pods/{operator-pod}/log?tailLines=2`),
  get('one Deployment as Table', OPERATOR_PATH, { accept: TABLE }),
  get('Deployments as Table', '/apis/apps/v1/deployments?limit=1', { accept: TABLE }),
  get('a Prometheus as metadata', PROMETHEUS_PATH, { accept: METADATA }),
  get('Prometheuses as metadata', '/apis/monitoring.coreos.com/v1/prometheuses', { accept: METADATA_LIST }),
  get('a list in pieces', '/api/v1/namespaces?limit=2'),
  get('a list with a broken continue token', '/api/v1/namespaces?limit=2&continue=nonsense'),
  get('by label', `${CORE}/pods?labelSelector=app%3Dkube-prometheus-stack-operator`),
  get('by several labels', `${CORE}/services?labelSelector=app+in+(x,kube-prometheus-stack-operator),release`),
  get('by a broken label selector', `${CORE}/pods?labelSelector=a%3D%3D%3Db`),
  get('by field', `${CORE}/events?fieldSelector=involvedObject.kind%3DPod&limit=1`),
  get('by the name field', `${CORE}/pods?fieldSelector=metadata.name%3Dnosuch`),
  get('by an unknown field', `${CORE}/pods?fieldSelector=spec.nosuch%3Dx`),
  get('a refused list', `${CORE}/pods`, {}, 'limited'),
  get('a refused cluster-wide list', '/apis/apps/v1/deployments', {}, 'limited'),
  get('a refused object', `${CORE}/secrets/x`, {}, 'limited'),
  get('a refused log', `${CORE}/pods/x/log`, {}, 'limited'),
  get('a refused cluster-wide kind', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {}, 'limited'),
  get('a refused kind that is not served', '/apis/nosuch.example.org/v1/things', {}, 'limited'),
  get('an allowed list', `${APPS}/deployments?limit=1`, {}, 'limited'),
  get('version for everybody', '/version', {}, 'limited'),
  get('a wrong token', `${CORE}/pods`, {}, 'stranger'),
  get('no token', `${CORE}/pods`, {}, 'anonymous'),
  get('version for nobody', '/version', {}, 'anonymous'),
  get('a proxy to no such service', `${CORE}/services/https:nosuch:https/proxy/metrics`),
  get('a proxy to no such port', `${CORE}/services/https:${OPERATOR}:nosuch/proxy/metrics`),
  get('readyz', '/readyz'),
  send(
    'a review that is allowed',
    'POST',
    SAR,
    review(ACCOUNT, { verb: '*', group: 'monitoring.coreos.com', resource: 'prometheuses' }),
  ),
  send(
    'a review of a subresource',
    'POST',
    SAR,
    review(ACCOUNT, { verb: 'patch', group: 'monitoring.coreos.com', resource: 'prometheuses', subresource: 'status' }),
  ),
  send('a review that is refused', 'POST', SAR, review('somebody', { verb: 'get', resource: 'pods', namespace: NS })),
  send('a review by group', 'POST', SAR, review('somebody', { verb: 'get', resource: 'pods' }, ['system:masters'])),
  send('a review without user', 'POST', SAR, review('', { verb: 'get', resource: 'pods' })),
  send(
    'a review of a token',
    'POST',
    SSAR,
    self({ verb: 'list', group: 'apps', resource: 'deployments', namespace: NS }),
    undefined,
    'limited',
  ),
  send(
    'a refused review of a token',
    'POST',
    SSAR,
    self({ verb: 'patch', group: 'apps', resource: 'deployments', namespace: NS }),
    undefined,
    'limited',
  ),
  send(
    'a review of others without the right to it',
    'POST',
    SAR,
    review('x', { verb: 'get', resource: 'pods' }),
    undefined,
    'limited',
  ),
];

/** Run in this order: later ones see what earlier ones did. */
const WRITES: readonly Asked[] = [
  send(
    'a dry run of a restart',
    'PATCH',
    `${OPERATOR_PATH}?dryRun=All&fieldManager=promfix`,
    {
      spec: {
        template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' } } },
      },
    },
    MERGE,
  ),
  send(
    'a patch under a wrong uid',
    'PATCH',
    OPERATOR_PATH,
    { metadata: { uid: OTHER_UID, annotations: { x: 'y' } } },
    MERGE,
  ),
  send(
    'a patch under an old resourceVersion',
    'PATCH',
    OPERATOR_PATH,
    { metadata: { resourceVersion: '1', annotations: { x: 'y' } } },
    MERGE,
  ),
  send(
    'a custom object under an old resourceVersion',
    'PATCH',
    PROMETHEUS_PATH,
    { metadata: { resourceVersion: '1', annotations: { x: 'y' } } },
    MERGE,
  ),
  send('a patch that may not be', 'PATCH', OPERATOR_PATH, { metadata: { annotations: { x: 'y' } } }, MERGE, 'limited'),
  send('a patch of nothing', 'PATCH', `${APPS}/deployments/nosuch`, { metadata: {} }, MERGE),
  send('a patch that is not valid', 'PATCH', OPERATOR_PATH, { spec: { replicas: -1 } }, MERGE),
  send('a patch with a field of the wrong type', 'PATCH', OPERATOR_PATH, { spec: { replicas: 'two' } }, MERGE),
  send(
    'a strict patch with an unknown field',
    'PATCH',
    `${OPERATOR_PATH}?fieldValidation=Strict&dryRun=All`,
    { spec: { nosuch: 1 } },
    MERGE,
  ),
  send('a patch with an unknown field', 'PATCH', `${OPERATOR_PATH}?dryRun=All`, { spec: { nosuch: 1 } }, MERGE),
  send('a patch that changes nothing', 'PATCH', OPERATOR_PATH, {}, MERGE),
  send(
    'an annotation',
    'PATCH',
    `${OPERATOR_PATH}?fieldManager=promfix`,
    { metadata: { annotations: { 'promfix/job': 'x' } } },
    MERGE,
  ),
  send(
    'the annotation taken off',
    'PATCH',
    `${OPERATOR_PATH}?fieldManager=promfix`,
    { metadata: { annotations: { 'promfix/job': null } } },
    MERGE,
  ),
  send(
    'a JSON patch with a failing test',
    'PATCH',
    OPERATOR_PATH,
    [{ op: 'test', path: '/metadata/uid', value: 'x' }],
    JSON_PATCH,
  ),
  send(
    'a JSON patch',
    'PATCH',
    `${OPERATOR_PATH}?dryRun=All`,
    [{ op: 'add', path: '/metadata/labels/x', value: 'y' }],
    JSON_PATCH,
  ),
  send(
    'a JSON patch of a missing path',
    'PATCH',
    OPERATOR_PATH,
    [{ op: 'remove', path: '/metadata/labels/nosuch' }],
    JSON_PATCH,
  ),
  send(
    'a strategic patch',
    'PATCH',
    `${OPERATOR_PATH}?dryRun=All`,
    { spec: { template: { metadata: { annotations: { x: 'y' } } } } },
    STRATEGIC,
  ),
  send('a strategic patch of a custom object', 'PATCH', PROMETHEUS_PATH, { metadata: {} }, STRATEGIC),
  send('a pause', 'PATCH', `${PROMETHEUS_PATH}?dryRun=All&fieldManager=promfix`, { spec: { paused: true } }, MERGE),
  send('a created ConfigMap', 'POST', `${CORE}/configmaps?fieldManager=promfix`, configMap('exercise')),
  send('a ConfigMap that exists', 'POST', `${CORE}/configmaps`, configMap('exercise')),
  send('a dry-run creation', 'POST', `${CORE}/configmaps?dryRun=All`, configMap('exercise-dry')),
  send('a creation in no such namespace', 'POST', '/api/v1/namespaces/nosuch/configmaps', {
    ...(configMap('x') as object),
    metadata: { name: 'x' },
  }),
  send(
    'a replacement under an old resourceVersion',
    'PUT',
    `${CORE}/configmaps/exercise`,
    configMap('exercise', { metadata: { name: 'exercise', namespace: NS, resourceVersion: '1' } }),
  ),
  send('a deletion under a wrong uid', 'DELETE', `${CORE}/configmaps/exercise`, { preconditions: { uid: OTHER_UID } }),
  send('a dry-run deletion', 'DELETE', `${CORE}/configmaps/exercise?dryRun=All`, {}),
  send('a deletion', 'DELETE', `${CORE}/configmaps/exercise`, {}),
  send('a deletion of nothing', 'DELETE', `${CORE}/configmaps/exercise`, {}),
  send('a method that there is not', 'POST', OPERATOR_PATH, {}),
  send('a body that is no JSON object', 'PATCH', OPERATOR_PATH, 'text', MERGE),
  send('a content type that there is not', 'PATCH', OPERATOR_PATH, {}, 'application/json'),
  send('a scale', 'PATCH', `${OPERATOR_PATH}?dryRun=All`, { spec: { replicas: 2 } }, MERGE),
  get('the scale subresource', `${OPERATOR_PATH}/scale`),
];

export async function exercises(client: RawClient, token: string): Promise<Exercise[]> {
  const pods = await client.send({
    method: 'GET',
    path: `${CORE}/pods?labelSelector=app%3Dkube-prometheus-stack-operator`,
  });
  const name = /"name":"(prometheus-kube-prometheus-operator-[^"]+)"/.exec(pods.text)?.[1] ?? '';
  const tokens = { limited: token, stranger: 'wrong', anonymous: '' };
  const done: Exercise[] = [];
  for (const { title, as = 'admin', request } of [...READS, ...WRITES]) {
    const who = as === 'admin' ? undefined : tokens[as];
    const path = request.path.replace('{operator-pod}', name);
    const answer = await client.send({ ...request, path, ...(who !== undefined && { token: who }) });
    const text = answer.text.replaceAll(name, '{operator-pod}');
    done.push({ title, as, request, answer: { ...answer, text } });
  }
  return done;
}

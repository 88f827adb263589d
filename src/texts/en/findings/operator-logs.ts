import type { operatorLogs } from '../../../runbooks/operator-logs.ts';
import type { FindingTexts } from '../../finding-text.ts';

export const operatorLogsFindings = {
  'log-not-read': () => 'The operator’s log was not read.',
  'log-cut': (say) =>
    `The log of ${say('pod')} no longer reaches back to the start of the process, so what was said at start may be missing.`,
  // -- the check at start
  'gate-warning': (say) => `At its start the operator switched something off, once and silently: ${say('resources')}.`,
  'crd-late': (say, has) =>
    has('established') && say('warned') === 'true'
      ? `The operator looked for the ${say('plural')} CRD once, at its start ${say('started')}, did not find it, and switched its controller off until a restart. The CRD was there at ${say('established')}.`
      : say('warned') === 'true'
        ? `The operator looked for the ${say('plural')} CRD once, at its start, did not find it, and switched its controller off until a restart.`
        : `The ${say('plural')} CRD came at ${say('established')}, after the operator had started (${say('started')}); the operator looks for it once, at its start.`,
  'crd-was-there': (say) => `The ${say('plural')} CRD was there when the operator started.`,
  // -- the start
  'crd-rights-missing': (say) =>
    `The operator exited because it may not read the CRDs it manages itself: ${say('detail')}`,
  'ended-for-configuration': (say) => `The operator exited at its start: ${say('detail')}`,
  'flag-unknown': (say) => `The operator exited because of an argument it does not understand: ${say('flag')}.`,
  'wrong-program': (say) => `The container runs another program than the operator: ${say('program')}.`,
  'kubernetes-does-not-fit': (say) =>
    `The operator asks for an API that this Kubernetes does not serve: ${say('detail')}`,
  'namespaces-rights-missing': (say) =>
    `The operator exited because it may not list and watch namespaces: ${say('detail')}`,
  'no-api-server': (say) => `The operator exited because it cannot reach the API server: ${say('detail')}`,
  'killed-before-first-answer': (say, has) =>
    has('policy')
      ? `The operator was killed by its liveness probe while it waited for its first answer from the API server; ${say('policy')} limits what leaves its pod.`
      : 'The operator was killed by its liveness probe while it waited for its first answer from the API server.',
  'object-undecodable-at-start': (say) =>
    `The operator exited because one stored object cannot be decoded: ${say('detail')}`,
  'port-taken': (say) => `The operator exited because its port is taken: ${say('detail')}`,
  'right-missing-at-start': (say) => `The operator exited because it lacks a right: ${say('detail')}`,
  'serving-certificate-unusable': (say) =>
    `The operator exited because its serving certificate is unusable: ${say('detail')}`,
  'token-not-mounted': (say) => `The operator exited because it has no API token: ${say('detail')}`,
  // -- the caches
  'cache-sync-pending': (say) => `The operator still waits for the first list of ${say('informers')}.`,
  'kind-not-served-to-informer': (say) => `The operator waits for ${say('plural')}, and that kind is not served.`,
  'list-refused': (say) =>
    `The operator may not ${say('verb')} ${say('resource')}, which it needs before it reconciles anything.`,
  'list-refused-everywhere': (say) =>
    `The operator may list nothing at the cluster scope (${say('resources')}), and it is set to watch the whole cluster.`,
  'list-slow': (say) =>
    `The operator waits for its first list of ${say('informer')}, and nothing refuses it: the list itself is slow.`,
  'list-undecodable': (say, has) =>
    has('object')
      ? `${say('type')} ${say('object')} cannot be decoded (${say('field')} is ${say('found')}, expected ${say('expected')}), so the whole list fails.`
      : `One stored ${say('type')} cannot be decoded, so the whole list fails.`,
  'namespace-not-there': (say) =>
    `The operator is told to watch the namespace ${say('namespace')}, which does not exist.`,
  'operator-version-cannot-list': () => 'This operator version misreads lists from several namespaces.',
  'other-right-missing': (say) =>
    `The operator may not ${say('verb')} ${say('resource')}. That alone does not stop a Prometheus.`,
  'reflector-errors': (say) => `The operator cannot list or watch ${say('types')} (${say('count')} errors).`,
  'statefulsets-not-served': (say) => `The operator lists ${say('type')}, which this Kubernetes does not serve.`,
  'watch-refused': (say) => `The operator may list but not watch ${say('resource')}.`,
  'message-names-cause': (say) => `This message names the cause: ${say('message')}`,
  // -- beside
  'api-lost': (say) => `The API server no longer accepts the operator’s requests: ${say('error')}`,
  'service-account-recreated': (say) =>
    `The ServiceAccount ${say('serviceAccount')} was re-created at ${say('created')}, after the operator’s pod; the token in the pod is of the old one.`,
  'kubelet-errors': (say) => `The operator cannot maintain the kubelet’s Service: ${say('error')}`,
  'other-right-missing-at-write': (say) => `The operator may not ${say('verb')} ${say('resource')}.`,
  'sts-replaced-again': () => 'The operator replaces the StatefulSet because a field that cannot be changed differs.',
  'two-writers': () => 'The operator replaces the StatefulSet while somebody else changes the same objects.',
  'tls-handshake-errors': (say) => `${say('count')} TLS handshakes with the operator failed: ${say('reasons')}.`,
} satisfies FindingTexts<(typeof operatorLogs)['codes'][number]>;

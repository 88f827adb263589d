import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseApiError } from '../../src/parse/api-error.ts';

describe('what an API server answers', () => {
  it.each([
    [
      'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "ns"',
      { kind: 'rbac', verb: 'list', resource: 'pods', group: '', namespace: 'ns', user: 'u' },
    ],
    [
      'secrets is forbidden: User "u" cannot list resource "secrets" in API group "" at the cluster scope',
      { kind: 'rbac', verb: 'list', resource: 'secrets', group: '', user: 'u' },
    ],
    [
      'User "u" cannot update services in the namespace "kube-system". (put services kubelet)',
      { kind: 'rbac', verb: 'update', resource: 'services', group: '', namespace: 'kube-system', user: 'u' },
    ],
    [
      'unknown (get prometheusrules.monitoring.coreos.com)',
      { kind: 'rbac', verb: 'list', resource: 'prometheusrules', group: 'monitoring.coreos.com' },
    ],
    [
      'statefulsets.apps "x" is forbidden: exceeded quota: q, requested: count/statefulsets.apps=1, used: 1',
      { kind: 'quota', quota: 'q', detail: 'requested: count/statefulsets.apps=1, used: 1' },
    ],
    [
      'pods "x" is forbidden: failed quota: compute: must specify limits.cpu for: prometheus',
      { kind: 'quota', quota: 'compute', detail: 'must specify limits.cpu for: prometheus' },
    ],
    [
      'pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces',
      { kind: 'pod-security', level: 'baseline:latest', detail: 'host namespaces' },
    ],
    [
      "statefulsets.apps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no label",
      { kind: 'policy', policy: 'p', detail: 'no label' },
    ],
    [
      'configmaps "x" is forbidden: unable to create new content in namespace ns because it is being terminated',
      { kind: 'namespace-terminating', namespace: 'ns' },
    ],
    [
      'configmaps "x" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
      { kind: 'owner-refs' },
    ],
    [
      'pods "x" is forbidden: error looking up service account ns/x: serviceaccount "x" not found',
      { kind: 'service-account-missing', name: 'ns/x' },
    ],
    [
      'Internal error occurred: failed calling webhook "w": failed to call webhook: Post "https://s.ns.svc:443/": no endpoints available for service "s"',
      {
        kind: 'webhook-failed',
        webhook: 'w',
        detail: 'failed to call webhook: Post "https://s.ns.svc:443/": no endpoints available for service "s"',
      },
    ],
    ['admission webhook "w" denied the request: no', { kind: 'webhook-denied', webhook: 'w', detail: 'no' }],
    ['statefulsets.apps "x" already exists', { kind: 'already-exists', resource: 'statefulsets.apps', name: 'x' }],
    ['secrets "x" not found', { kind: 'not-found', resource: 'secrets', name: 'x' }],
    [
      'the server could not find the requested resource (get probes.monitoring.coreos.com)',
      { kind: 'no-such-kind', resource: 'probes' },
    ],
    [
      'x is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
      { kind: 'annotations-too-long' },
    ],
    ['x is invalid: metadata.annotations: Too long: must have at most 262144 bytes', { kind: 'annotations-too-long' }],
    ['.status.selector: field not declared in schema', { kind: 'unknown-field', field: '.status.selector' }],
    ['Unauthorized', { kind: 'unauthorized' }],
  ])('%s', (text, expected) => {
    expect(parseApiError(text)).toEqual(expected);
  });

  it('knows nothing of ordinary text', () => {
    expect(parseApiError('sync prometheus')).toBeUndefined();
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        parseApiError(text);
      }),
      { numRuns: 300 },
    );
  });
});

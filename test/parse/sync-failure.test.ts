import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alreadyExists, readSyncFailure } from '../../src/parse/sync-failure.ts';

describe('the message of a failed sync', () => {
  it.each([
    [
      'initializing PrometheusRules failed: failed to parse version: Invalid character(s) found in major number "0latest"',
      'version-not-semver',
    ],
    ['failed to parse version: Invalid character(s) found in patch number "3@sha256:x"', 'version-not-semver'],
    ['unsupported Prometheus version "v1.8.2"', 'version-unsupported'],
    ['storage class "gp2" does not exist', 'storageclass-missing'],
    [
      'creating config failed: loading additional scrape configs from Secret failed: secrets "x" not found',
      'secret-ref-missing',
    ],
    [
      'creating config failed: loading additional scrape configs from Secret failed: key a.yaml could not be found in secret x',
      'secret-ref-missing',
    ],
    [
      'creating config failed: generating config failed: generate additional scrape configs: unmarshalling additional scrape configs failed: yaml: line 2',
      'additional-config-invalid',
    ],
    [
      'creating config failed: generating config failed: scrapeTimeout "60s" greater than scrapeInterval "30s"',
      'spec-semantic',
    ],
    [
      `creating config failed: remote write 0: "basicAuth" and "oauth2" can't be set at the same time, at most one of them must be defined`,
      'spec-semantic',
    ],
    [
      "making statefulset failed: make StatefulSet spec: can't set arguments which are already managed by the operator: storage.tsdb.path",
      'build-conflict',
    ],
    [`failed to create ConfigMap 'a-rulefiles-0': configmaps "a-rulefiles-0" already exists`, 'rules-configmap-taken'],
    [
      'creating config failed: Secret "a" is invalid: [immutable: Forbidden: field is immutable when `immutable` is set]',
      'owned-secret-immutable',
    ],
    [
      'creating statefulset failed: statefulsets.apps "a" is forbidden: exceeded quota: q, requested: x',
      'quota-on-owned-objects',
    ],
    [
      'creating statefulset failed: statefulsets.apps is forbidden: User "u" cannot create resource "statefulsets" in API group "apps" in the namespace "n"',
      'rbac-write-verb',
    ],
    [
      "creating statefulset failed: statefulsets.apps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: x",
      'policy-denies-sts',
    ],
    [
      'creating statefulset failed: Internal error occurred: failed calling webhook "w": failed to call webhook: no',
      'webhook-down-fail-closed',
    ],
    [
      'failed to create ConfigMap \'a\': configmaps "a" is forbidden: unable to create new content in namespace n because it is being terminated',
      'namespace-terminating',
    ],
    ['Unauthorized', 'apiserver-lost-after-sync'],
  ])('%s', (message, cause) => {
    expect(readSyncFailure(message)?.cause).toBe(cause);
  });

  it('leaves open whose StatefulSet is in the way', () => {
    const message = 'creating statefulset failed: statefulsets.apps "a" already exists';

    expect(readSyncFailure(message)).toBeUndefined();
    expect(alreadyExists(message)).toEqual({ resource: 'statefulsets.apps', name: 'a' });
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        readSyncFailure(text);
      }),
    );
  });
});

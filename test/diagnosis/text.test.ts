import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause } from '../../src/diagnosis/causes.ts';
import { diagnoseText } from '../../src/diagnosis/diagnose-text.ts';
import { LOGS } from './logs.ts';

const slugs = Object.keys(CAUSES);
const aliases = Object.values<Cause>(CAUSES).flatMap((one) => one.aliases);

/** Slugs by which public incidents of the operator are filed; each is a cause here or an alias of one. */
const PUBLIC_SLUGS = `
  cr-undecodable-poisons-list cache-sync-timeout-many-secrets configured-namespace-missing operator-bug-multi-namespace-listwatch
  operator-bug-namespace-informer namespace-not-watched no-prometheus-cr operator-older-than-crd rbac-operator-cluster-scope
  rbac-operator-missing-resource rbac-operator-crd-access rbac-binding-wrong-namespace rbac-kubelet-service installer-rbac-escalation
  two-operators-conflict operator-oom operator-crash-config operator-crash-port-conflict operator-image-chart-mismatch
  operator-pod-missing-tls-secret operator-no-sa-token operator-too-old-for-k8s k8s-version-unsupported crd-missing-one-kind
  apiserver-unreachable apiserver-tls image-arch-mismatch quota-denied-operator podsecurity-denied operator-unschedulable
  version-unparseable referenced-secret-missing additional-scrape-config-invalid alertmanager-config-invalid rbac-ownerref-finalizers
  config-unmanaged-nil-selectors cr-ignore-namespace-selectors sts-immutable-field-not-recreated sts-recreate-loop-immutable-field
  name-too-long serviceaccount-missing quota-denied-pod quota-denied-priorityclass pod-invalid-image pod-template-override-invalid
  reloader-limit-too-low leftover-cr crd-annotation-too-long crd-stale crd-not-yet-installed crd-being-deleted cr-schema-rejected
  webhook-unreachable webhook-orphan-service-missing webhook-stale-cabundle webhook-tls-disabled webhook-operator-not-ready
  hook-job-sidecar admission-job-image-pull argocd-hook-stuck argocd-health-check-no-status argocd-project-not-permitted
  gitops-prunes-statefulset
`
  .trim()
  .split(/\s+/);

describe('the table of causes', () => {
  it.each(PUBLIC_SLUGS)('knows %s', (slug) => {
    expect([...slugs, ...aliases]).toContain(slug);
  });

  it('gives every alias to one cause only, and none that is a cause itself', () => {
    expect(aliases.filter((one, index) => aliases.indexOf(one) !== index || slugs.includes(one))).toEqual([]);
  });

  it('refines causes that exist', () => {
    const refined = Object.values<Cause>(CAUSES).flatMap((one) => one.refines);

    expect(refined.filter((one) => !slugs.includes(one))).toEqual([]);
  });
});

describe('a pasted log or message', () => {
  it.each(LOGS)('$title: $cause', ({ lines, cause }) => {
    const diagnosis = diagnoseText(lines);

    expect(diagnosis.rootCause?.cause ?? null).toBe(cause);
  });

  it.each(LOGS.filter((one) => one.cause === null))('$title proves nothing, so nothing is guessed', ({ lines }) => {
    expect(diagnoseText(lines)).toMatchObject({ verdict: 'inconclusive', rootCause: null });
  });

  it('says only that a candidate is named where a refused right is not one that a Prometheus needs', () => {
    const diagnosis = diagnoseText([
      'E0101 10:00:00.000000 1 reflector.go:123] a/b.go:1: Failed to list *v1.ThanosRuler: thanosrulers.monitoring.coreos.com is forbidden: User "u" cannot list resource "thanosrulers" in API group "monitoring.coreos.com" at the cluster scope',
    ]);

    expect(diagnosis.verdict).toBe('inconclusive');
    expect(diagnosis.rootCause?.certainty).toBe('possible');
  });

  it('quotes the line it rests on', () => {
    const diagnosis = diagnoseText([
      'nothing',
      'ts=2026-03-01T12:00:00Z level=error msg="Unhandled Error" err="sync \\"a/b\\" failed: storage class \\"gp2\\" does not exist"',
    ]);

    expect(diagnosis.rootCause?.because[0]).toMatchObject({ source: 'pasted', path: 'line 2' });
  });

  it('never throws and never calls text healthy', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 20 }), (lines) => {
        expect(diagnoseText(lines).verdict).not.toBe('healthy');
      }),
      { numRuns: 50 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows, type Grant } from '../../src/evidence/rights.ts';
import { unfitRights } from '../../src/queue/executor/rights-guard.ts';
import {
  grantsOf,
  heldRules,
  isGrantable,
  releaseFor,
  rulesFor,
} from '../../src/remediations/rights/operator-rules.ts';
import { PINNED } from '../../src/remediations/rights/operator-table.ts';

const grant: fc.Arbitrary<Grant> = fc.record({
  verb: fc.constantFrom('get', 'list', 'create', '*', 'escalate', 'bind', 'impersonate'),
  group: fc.constantFrom('', 'apps', 'monitoring.coreos.com', '*', 'rbac.authorization.k8s.io'),
  resource: fc.constantFrom('secrets', 'statefulsets', 'prometheuses', 'nodes', 'clusterroles', '*'),
});
const wanted = fc.array(grant, { maxLength: 12 });
const release = fc.constantFrom(...PINNED);

describe('the rules that a repair adds', () => {
  it('give what was asked for and the release has, and nothing else', () => {
    fc.assert(
      fc.property(release, wanted, grant, (one, asked, other) => {
        const rules = rulesFor(grantsOf(one, asked));
        const isMeant = asked.some(
          (right) => right.verb === other.verb && right.group === other.group && right.resource === other.resource,
        );
        expect(allows(rules, other)).toBe(isMeant && isGrantable(other) && allows(one.rules, other));
      }),
    );
  });

  it('never hold a wildcard, or a verb by which rights are made', () => {
    fc.assert(
      fc.property(wanted, (asked) => {
        const words = rulesFor(asked).flatMap((rule) => [...rule.verbs, ...rule.apiGroups, ...rule.resources]);
        for (const word of ['*', 'escalate', 'bind', 'impersonate', 'rbac.authorization.k8s.io'])
          expect(words).not.toContain(word);
      }),
    );
  });

  it('come from the nearest lower release, and from none that is not known', () => {
    expect(releaseFor('0.86.2')?.version).toBe('0.85.0');
    expect(releaseFor('0.88.0')?.version).toBe('0.88.0');
    expect(releaseFor('0.82.9')).toBeUndefined();
    expect(releaseFor('latest')).toBeUndefined();
    expect(releaseFor(undefined)).toBeUndefined();
  });
});

describe('a patch of a role, just before it is sent', () => {
  const step = (rules: unknown) => ({
    do: 'patch' as const,
    object: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'op', uid: 'u' },
    contentHash: '',
    patch: { rules },
  });
  const rule = { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['create'] };

  it('may add what an operator is published with, and keep what stands there', () => {
    const wild = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
    expect(unfitRights(step([rule]), { rules: [] })).toBeUndefined();
    expect(unfitRights(step([wild, rule]), { rules: [wild] })).toBeUndefined();
  });

  it.each([
    [{ ...rule, verbs: ['*'] }],
    [{ ...rule, verbs: ['escalate'] }],
    [{ ...rule, resources: ['deployments'] }],
    [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
  ])('may not add %j', (wrong) => {
    expect(unfitRights(step([wrong]), { rules: [] })).toBe('beyond-the-table');
  });

  it('is not sent to a role of promfix itself', () => {
    const metadata = { labels: { 'app.kubernetes.io/name': 'promfix' } };
    expect(unfitRights(step([rule]), { metadata, rules: [] })).toBe('own-rights');
  });
});

it('what the worker holds covers every release, and is no right to make rights', () => {
  const held = heldRules();
  for (const { rules } of PINNED)
    for (const { apiGroups, resources, verbs } of rules)
      for (const group of apiGroups)
        for (const resource of resources)
          for (const verb of verbs) expect(allows(held, { verb, group, resource })).toBe(true);
  expect(held.flatMap(({ apiGroups }) => apiGroups)).not.toContain('rbac.authorization.k8s.io');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admissionPolicy } from '../../src/remediations/policy/admission-policy.ts';
import { onlyChanged } from '../../src/remediations/policy/cel.ts';
import { fieldTree } from '../../src/remediations/policy/field-tree.ts';
import type { DeclaredWrite } from '../../src/remediations/types.ts';

const patch = (resource: string, fields: readonly string[], more: Partial<DeclaredWrite> = {}): DeclaredWrite => ({
  group: 'apps',
  resource,
  verb: 'patch',
  fields,
  ...more,
});
const USER = 'system:serviceaccount:promfix:worker';
const [policy] = admissionPolicy('p', USER, [
  patch('deployments', ['/spec/replicas']),
  patch('statefulsets', ['/metadata/labels/a~1b']),
]);
const validations = policy.spec['validations'] as readonly { readonly expression: string; readonly message: string }[];

describe('the tree of declared fields', () => {
  it('covers what lies below a field, and its neighbours where it ends in *', () => {
    expect(fieldTree(['/spec', '/spec/replicas'])).toEqual(new Map([['spec', 'free']]));
    expect(fieldTree(['/labels/*', '/labels/a'])).toEqual(new Map([['labels', 'free']]));
    expect(fieldTree([''])).toBe('free');
    expect(fieldTree(['/a/b~1c~0d'])).toEqual(new Map([['a', new Map([['b/c~d', 'free']])]]));
  });

  it('does not guess which of a name and a * holds', () => {
    expect(() => fieldTree(['/webhooks/*/caBundle', '/webhooks/0'])).toThrow('a * beside');
  });
});

describe('the admission policy', () => {
  it('concerns one account, and refuses what it can’t judge', () => {
    expect(policy.spec).toMatchObject({
      failurePolicy: 'Fail',
      matchConditions: [{ name: 'only-the-worker', expression: `request.userInfo.username == "${USER}"` }],
    });
  });

  it('matches every operation that writes, and the subresources', () => {
    expect(policy.spec['matchConstraints']).toMatchObject({
      resourceRules: [
        { operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['deployments', 'deployments/*'] },
        { resources: ['statefulsets', 'statefulsets/*'] },
      ],
    });
  });

  it('says in each refusal what may be changed, short enough to be shown whole', () => {
    expect(validations.map(({ message }) => message)).toContain(
      'the worker of promfix may change under /spec only: replicas; deployments of apps',
    );
    expect(validations.filter(({ message }) => message.length > 220)).toEqual([]);
  });

  it('judges each kind by its own fields', () => {
    for (const { expression } of validations)
      expect(expression).toMatch(/^!\(request\.resource\.resource in \["(deployments|statefulsets)"\]\) \|\| /);
    expect(validations.some(({ expression }) => /deployments.*a\/b|statefulsets.*replicas/.test(expression))).toBe(
      false,
    );
  });

  it('lets each repair add the rules that it needs, and holds it to all other limits', () => {
    const rule = (verb: string) => ({ apiGroups: ['g'], resources: ['r'], verbs: [verb] });
    const roles = (verb: string, path: string) =>
      patch('clusterroles', ['/rules'], {
        limits: [
          { limit: 'rules-within', path: '/rules', rules: [rule(verb)] },
          { limit: 'unchanged', path },
        ],
      });
    const [both] = admissionPolicy('p', USER, [roles('get', '/rules/a'), roles('list', '/rules/b')]);
    const text = JSON.stringify(both.spec['validations']);
    expect(text.match(/may not grant that/g)).toHaveLength(1);
    expect(text.match(/may not touch/g)).toHaveLength(2);
  });

  it('writes keys as literals, whatever they contain', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((key) => key !== '*'),
        (key) => {
          const pointer = `/metadata/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          const [, below] = onlyChanged([pointer]);
          expect(below?.except).toEqual([key]);
          expect(below?.condition).toContain(`k in [${JSON.stringify(key)}]`);
        },
      ),
    );
  });
});

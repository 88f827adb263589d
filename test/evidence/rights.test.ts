import { describe, expect, it } from 'vitest';
import { allows } from '../../src/evidence/rights.ts';

const rule = (resources: readonly string[], more = {}) => ({
  apiGroups: ['monitoring.coreos.com'],
  resources,
  verbs: ['get', 'patch'],
  ...more,
});
const STATUS = { verb: 'patch', group: 'monitoring.coreos.com', resource: 'prometheuses/status' };

describe('what the rules of a role allow', () => {
  it.each([
    ['names it', rule(['prometheuses/status'])],
    ['names that subresource of every kind', rule(['*/status'])],
    ['names everything', rule(['*'])],
    ['names every verb', rule(['prometheuses/status'], { verbs: ['*'] })],
    ['names every group', rule(['prometheuses/status'], { apiGroups: ['*'] })],
    ['has an empty list of names', rule(['prometheuses/status'], { resourceNames: [] })],
  ])('a subresource: a rule that %s', (_what, one) => {
    expect(allows([rule(['secrets']), one], STATUS)).toBe(true);
  });

  it.each([
    ['the kind alone', rule(['prometheuses'])],
    ['everything of the kind, which means nothing to RBAC', rule(['prometheuses/*'])],
    ['another subresource of every kind', rule(['*/scale'])],
    ['it for one object', rule(['prometheuses/status'], { resourceNames: ['main'] })],
    ['another verb', rule(['prometheuses/status'], { verbs: ['get'] })],
    ['another group', rule(['prometheuses/status'], { apiGroups: [''] })],
    ['addresses that are no resources', { nonResourceURLs: ['/metrics'], verbs: ['*'] }],
  ])('not a subresource: a rule that names %s', (_what, one) => {
    expect(allows([one], STATUS)).toBe(false);
  });

  it('a subresource of every kind is no right on the kind', () => {
    expect(allows([rule(['*/status'])], { ...STATUS, resource: 'prometheuses' })).toBe(false);
  });
});

import { expect, test } from 'vitest';
import { groupVersionPath, resourcePath } from '../../src/kubernetes/paths.ts';

test('paths of the core group, of other groups and of cluster-scoped kinds', () => {
  expect(resourcePath('pods', { namespace: 'a', name: 'b', subresource: 'log' })).toBe(
    '/api/v1/namespaces/a/pods/b/log',
  );
  expect(resourcePath('deployments')).toBe('/apis/apps/v1/deployments');
  expect(resourcePath('storageclasses', { namespace: 'ignored', name: 'fast' })).toBe(
    '/apis/storage.k8s.io/v1/storageclasses/fast',
  );
  expect(groupVersionPath('', 'v1')).toBe('/api/v1');
});

test('no name can leave its segment', () => {
  expect(resourcePath('secrets', { namespace: '../x', name: 'a/b?c#d' })).toBe(
    '/api/v1/namespaces/..%2Fx/secrets/a%2Fb%3Fc%23d',
  );
  expect(resourcePath('services', { namespace: 'a', name: 'https:x:https', subresource: 'proxy/metrics' })).toBe(
    '/api/v1/namespaces/a/services/https%3Ax%3Ahttps/proxy/metrics',
  );
});

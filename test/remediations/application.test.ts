import { describe, expect, it } from 'vitest';
import { deploysHere } from '../../src/remediations/argocd/application.ts';
import { absent, read } from './world.ts';

const cluster = (server: string) => read({ uid: 'uid', server });
const HERE = cluster('https://10.0.0.1:6443');

describe('whether an Application deploys to this cluster', () => {
  it.each([
    [{ server: 'https://kubernetes.default.svc' }],
    [{ server: 'https://kubernetes.default.svc/', namespace: 'monitoring' }],
    [{ server: 'https://kubernetes.default' }],
    [{ server: 'https://kubernetes.default.svc:443' }],
    [{ server: 'https://kubernetes.default.svc.cluster.local' }],
    [{ name: 'in-cluster' }],
    [{ name: 'in-cluster', server: '' }],
    [{ server: 'https://10.0.0.1:6443' }],
    [{ server: 'https://10.0.0.1:6443/' }],
  ])('it does: %j', (destination) => {
    expect(deploysHere(HERE, destination)).toBe(true);
  });

  it.each([
    [{}],
    [{ name: 'production' }],
    [{ server: 'https://10.0.0.2:6443' }],
    [{ server: 'https://10.0.0.1' }],
    [{ server: 'https://kubernetes.default.svc.evil.example' }],
    [{ server: 'http://kubernetes.default.svc' }],
    // Argo CD refuses an Application with both.
    [{ server: 'https://10.0.0.2:6443', name: 'in-cluster' }],
    [{ server: 'https://kubernetes.default.svc', name: 'production' }],
  ])('it can’t be told: %j', (destination) => {
    expect(deploysHere(HERE, destination)).toBe(false);
  });

  it('a loopback address is another machine’s for Argo CD, and an unread cluster proves nothing', () => {
    expect(deploysHere(cluster('https://127.0.0.1:6443'), { server: 'https://127.0.0.1:6443' })).toBe(false);
    expect(deploysHere(cluster('https://localhost:6443'), { server: 'https://localhost:6443' })).toBe(false);
    expect(deploysHere(absent, { server: 'https://10.0.0.1:6443' })).toBe(false);
  });
});

import { expect, it } from 'vitest';
import type { KubeClient, KubeRequest } from '../../src/kubernetes/types.ts';
import { rightsProbe } from '../../src/roles/rights-probe.ts';

interface Attributes {
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

/** Answers access reviews; only these are asked. */
function reviews(allowed: (asked: Attributes) => boolean) {
  const asked: Attributes[] = [];
  const json = async ({ body }: KubeRequest) => {
    // What the probe sends: it asks nothing else.
    const { resourceAttributes } = (body as { spec: { resourceAttributes: Attributes } }).spec;
    asked.push(resourceAttributes);
    return { status: 201, body: { status: { allowed: allowed(resourceAttributes) } } };
  };
  // Only `json` is used.
  return { asked, client: { json } as unknown as KubeClient };
}

it('asks for rights everywhere, where no namespaces are listed', async () => {
  const { asked, client } = reviews(() => true);

  expect(await rightsProbe(client, { readMetrics: false, namespaces: [] })()).toMatchObject([{ state: 'ok' }]);
  expect(asked.filter(({ namespace }) => namespace !== undefined)).toEqual([]);
});

it('asks in each namespace that is listed, and says in which a right is missing', async () => {
  const { asked, client } = reviews(
    ({ resource, subresource, namespace }) => !(resource === 'pods' && subresource === 'log' && namespace === 'b'),
  );

  const checks = await rightsProbe(client, { readMetrics: false, namespaces: ['a', 'b'] })();

  expect(checks).toMatchObject([
    { code: 'right-missing', state: 'failed', values: { resource: 'pods/log', namespace: 'b' } },
  ]);
  expect(asked.filter(({ resource }) => resource === 'clusterroles')).toEqual([
    expect.not.objectContaining({ namespace: expect.anything() }),
  ]);
  expect(asked.filter(({ resource }) => resource === 'configmaps').map(({ namespace }) => namespace)).toEqual([
    'a',
    'b',
  ]);
});

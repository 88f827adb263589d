import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Values } from '../../src/diagnosis/types.ts';
import type { Evidence, WebhookView } from '../../src/evidence/types.ts';
import { isPlan, planOf } from '../../src/remediations/index.ts';
import { absent, CLUSTER, deny, diagnosis, evidence, meta, operator, quota, RIGHTS, read } from './world.ts';

/** `offered`, or the code of the refusal. */
function nudge(cause: CauseSlug, values: Values, world: Partial<Evidence>): string {
  const found = diagnosis(cause);
  const rootCause = found.rootCause && { ...found.rootCause, values };
  const answer = planOf('nudge', evidence(world), { ...found, rootCause }, CLUSTER);
  return isPlan(answer) ? 'offered' : answer.code;
}
const unread = { state: 'unread', because: 'forbidden', detail: '' } as const;

describe('a nudge', () => {
  it('changes nothing but promfix’s own annotation, and needs no undo', () => {
    const found = diagnosis('storageclass-missing');
    const rootCause = found.rootCause && { ...found.rootCause, values: { storageClass: 'gp2' } };
    const world = evidence({ storageClasses: read([{ meta: meta('gp2'), provisioner: 'x', isDefault: false }]) });
    const answer = planOf('nudge', world, { ...found, rootCause }, CLUSTER);

    expect(answer).toMatchObject({
      risk: 'low',
      steps: [{ do: 'nudge', object: { kind: 'Prometheus', name: 'main' }, contentHash: 'hash-of-the-resource' }],
      undo: { kind: 'none' },
      rights: [{ verb: 'get' }, { verb: 'patch', resource: 'prometheuses' }],
    });
  });

  const gp2 = read([{ meta: meta('gp2'), provisioner: 'x', isDefault: false }]);
  it.each([
    ['the class exists', gp2, 'offered'],
    ['it still does not', read([]), 'storage-class-still-missing'],
    ['the cluster has no classes', absent, 'storage-class-still-missing'],
    ['that can’t be read', unread, 'not-checked'],
  ])('for a missing storage class: %s', (_what, storageClasses, answer) => {
    expect(nudge('storageclass-missing', { storageClass: 'gp2' }, { storageClasses })).toBe(answer);
  });

  const create = { verb: 'create', group: 'apps', resource: 'statefulsets' };
  const granted = [...RIGHTS, { verb: 'create', group: 'apps', resource: 'statefulsets', allowed: true }];
  it.each([
    ['it is there', create, granted, 'offered'],
    ['it is not', { verb: 'list', group: '', resource: 'secrets' }, deny('list', 'secrets'), 'right-still-missing'],
    ['nobody asked about it', create, RIGHTS, 'right-not-asked'],
    [
      'it is there for another subresource only',
      { verb: 'patch', group: 'monitoring.coreos.com', resource: 'prometheuses/finalizers' },
      RIGHTS,
      'right-not-asked',
    ],
  ])('for a missing right: %s', (_what, values, rights, answer) => {
    expect(nudge('rbac-write-verb', values, { operators: read([operator({ rights: read(rights) })]) })).toBe(answer);
  });

  const detail =
    'requested: count/statefulsets.apps=1, used: count/statefulsets.apps=1, limited: count/statefulsets.apps=1';
  it.each([
    ['it has room', quota({ 'count/statefulsets.apps': '2' }, { 'count/statefulsets.apps': '1' }), 'offered'],
    ['it is full', quota({ 'count/statefulsets.apps': '1' }, { 'count/statefulsets.apps': '1' }), 'quota-still-full'],
    ['it can’t be understood', quota({ 'count/statefulsets.apps': '?' }, {}), 'quota-unclear'],
    ['it limits that no more', quota({ pods: '1' }, { pods: '1' }), 'offered'],
    ['it is gone', read([]), 'offered'],
    ['it can’t be read', unread, 'not-checked'],
  ])('for a quota: %s', (_what, quotas, answer) => {
    expect(nudge('quota-on-owned-objects', { quota: 'limits', detail }, { quotas })).toBe(answer);
  });

  const webhook = (more: Partial<WebhookView['webhooks'][number]>) =>
    read<readonly WebhookView[]>([
      {
        kind: 'ValidatingWebhookConfiguration',
        meta: meta('kyverno'),
        webhooks: [{ name: 'validate.kyverno', failurePolicy: 'Fail', caBundleBytes: 1, rules: [], ...more }],
      },
    ]);
  it.each([
    ['it is gone', read([]), 'offered'],
    ['it fails open', webhook({ failurePolicy: 'Ignore' }), 'offered'],
    ['it has endpoints again', webhook({ readyEndpoints: 1 }), 'offered'],
    ['it is still down', webhook({ readyEndpoints: 0 }), 'webhook-still-down'],
    ['nobody knows', webhook({}), 'webhook-still-down'],
  ])('for a webhook: %s', (_what, webhooks, answer) => {
    expect(nudge('webhook-down-fail-closed', { webhook: 'validate.kyverno' }, { webhooks })).toBe(answer);
  });
});

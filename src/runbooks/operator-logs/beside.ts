import { isReady } from '../../evidence/operator-pod.ts';
import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { operatorPod, processStart, responsible, type Story, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';

export const BESIDE_CODES = [
  'api-lost',
  'kubelet-errors',
  'other-right-missing-at-write',
  'service-account-recreated',
  'sts-replaced-again',
  'tls-handshake-errors',
  'two-writers',
] as const;
type Found = Coded<(typeof BESIDE_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'operators' | 'pasted' | 'resource'>;

/** What is loud in the log beside the path itself. */
export function observeBeside(story: Story): readonly Found[] {
  const found: Found[] = [];
  const tls = those(story.current, 'tls-handshake');
  const lastTls = tls.at(-1);
  if (lastTls) {
    const reasons = [...new Set(tls.map((one) => one.message.why))].sort().join('; ');
    found.push({
      kind: 'observation',
      code: 'tls-handshake-errors',
      certainty: 'proven',
      values: { count: tls.length, reasons, last: lastTls.record.at ?? '' },
      because: [lastTls.proof],
    });
  }
  const kubelet = those(story.current, 'kubelet').at(-1);
  if (kubelet)
    found.push({
      kind: 'observation',
      code: 'kubelet-errors',
      certainty: 'proven',
      values: { error: kubelet.message.error.slice(0, 200) },
      because: [kubelet.proof],
    });
  return found;
}

/** The operator lost the API server after its start: its token is of a ServiceAccount that is gone, or the network is cut. */
export function judgeLost(seen: Seen, story: Story): readonly Found[] {
  const operator = responsible(seen);
  const pod = operatorPod(operator);
  const account = operator && readValue(operator.serviceAccount);
  const started = processStart(seen);
  const found: Found[] = [];
  if (
    operator &&
    pod &&
    account &&
    started &&
    isReady(pod) &&
    Date.parse(account.meta.created) > Date.parse(pod.meta.created) + 1000
  ) {
    found.push({
      kind: 'cause',
      cause: 'apiserver-lost-after-sync',
      code: 'service-account-recreated',
      certainty: 'proven',
      values: { serviceAccount: account.meta.name, created: account.meta.created, started },
      because: [
        because('operators', `ServiceAccount/${account.meta.name}: metadata.creationTimestamp`, {
          at: account.meta.created,
        }),
        because('operators', 'pod metadata.creationTimestamp', { at: pod.meta.created }),
      ],
    });
  }
  const unauthorized = those(story.current, 'reflector').filter((one) => one.message.api?.kind === 'unauthorized');
  const first = unauthorized[0];
  if (first) {
    found.push({
      kind: 'cause',
      cause: 'apiserver-lost-after-sync',
      code: 'api-lost',
      certainty: 'proven',
      values: { count: unauthorized.length, error: first.message.error.slice(0, 200) },
      because: [first.proof],
    });
  }
  return found;
}

/** Pasted text has no cluster beside it; these two are all that it can say about writes. */
export function judgePasted(story: Story): readonly Found[] {
  if (!story.pasted) return [];
  const found: Found[] = [];
  const statuses = [...those(story.current, 'status-failed'), ...those(story.current, 'status-retry')];
  const refused = statuses.find(
    ({ message }) =>
      message.api?.kind === 'rbac' && message.api.verb === 'update' && message.api.resource.endsWith('/status'),
  );
  if (refused?.message.api?.kind === 'rbac') {
    const { verb, resource } = refused.message.api;
    found.push({
      kind: 'cause',
      cause: 'rbac-operator-missing-resource',
      code: 'other-right-missing-at-write',
      certainty: 'proven',
      values: { verb, resource },
      because: [refused.proof],
    });
  }
  const replaced = those(story.current, 'replacing-statefulset');
  const conflict = story.current.find((one) => /the object has been modified/.test(one.record.text));
  const first = replaced[0];
  if (first && conflict) {
    found.push({
      kind: 'cause',
      cause: 'two-operators',
      code: 'two-writers',
      certainty: 'likely',
      values: {},
      because: [first.proof, conflict.proof],
    });
  } else if (first) {
    found.push({
      kind: 'cause',
      cause: 'sts-stuck-terminating',
      code: 'sts-replaced-again',
      certainty: 'likely',
      values: { count: replaced.length },
      because: [first.proof],
    });
  }
  return found;
}

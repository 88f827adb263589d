import type { Evidence, ResourceSummary } from '../../evidence/types.ts';
import { because, notChecked, readValue } from '../because.ts';
import type { Coded } from '../types.ts';

export const RESOURCE_CODES = [
  'resource-elsewhere',
  'resource-missing',
  'resource-none',
  'resource-not-checked',
  'resource-other-kind',
] as const;
type Found = Coded<(typeof RESOURCE_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'resource' | 'resources' | 'listed'>;

/** Is there a resource of that kind and name, where it was asked for? */
export function judgeResource(seen: Seen): readonly Found[] {
  const { target, resource } = seen;
  if (resource.state === 'unread') return notChecked('resource-not-checked', 'resource', resource);
  // Without its kind the CRD is the matter, not the resource.
  if (resource.state !== 'absent' || resource.how === 'no-such-kind') return [];
  const whole = readValue(seen.resources);
  const others = whole ?? (seen.listed && readValue(seen.listed)?.resources) ?? [];
  const source = whole === undefined ? 'listed' : 'resources';
  const absent = because('resource', `${target.kind} ${target.namespace}/${target.name}`, {
    at: resource.at,
    quote: 'not found',
  });
  const base = { kind: 'cause', cause: 'wrong-kind-or-none', certainty: 'proven' } as const;
  const values = { kind: target.kind, namespace: target.namespace, name: target.name };
  const otherKind = others.find(
    (one) =>
      one.kind !== target.kind &&
      isPrometheus(one.kind) &&
      isPrometheus(target.kind) &&
      one.namespace === target.namespace,
  );
  const elsewhere = others.filter((one) => one.kind === target.kind);
  if (otherKind && elsewhere.length === 0) {
    return [
      {
        ...base,
        code: 'resource-other-kind',
        values: { ...values, found: name(otherKind), foundKind: otherKind.kind },
        because: [absent, because(source, name(otherKind), { at: otherKind.created })],
      },
    ];
  }
  if (elsewhere.length > 0) {
    const found = elsewhere
      .map((one) => `${one.namespace}/${one.name}`)
      .sort()
      .slice(0, 5)
      .join(', ');
    return [
      {
        ...base,
        code: 'resource-elsewhere',
        values: { ...values, found },
        because: [absent, because(source, target.kind, { quote: found })],
      },
    ];
  }
  if (seen.resources.state === 'read') {
    return [
      {
        ...base,
        code: 'resource-none',
        values,
        because: [absent, because('resources', target.kind, { quote: 'none in the cluster' })],
      },
    ];
  }
  return [{ ...base, code: 'resource-missing', values, because: [absent] }];
}

const isPrometheus = (kind: string): boolean => kind === 'Prometheus' || kind === 'PrometheusAgent';
const name = (one: ResourceSummary): string => `${one.kind} ${one.namespace}/${one.name}`;

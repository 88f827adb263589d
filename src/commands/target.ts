import { z } from 'zod';
import type { TargetKind } from '../evidence/types.ts';
import type { TargetQuery } from '../ports.ts';

/** What people call the kinds, as `kubectl` does: singular, plural, short name. */
const KINDS: Readonly<Record<string, TargetKind>> = {
  prometheus: 'Prometheus',
  prometheuses: 'Prometheus',
  prom: 'Prometheus',
  prometheusagent: 'PrometheusAgent',
  prometheusagents: 'PrometheusAgent',
  promagent: 'PrometheusAgent',
  alertmanager: 'Alertmanager',
  alertmanagers: 'Alertmanager',
  am: 'Alertmanager',
  thanosruler: 'ThanosRuler',
  thanosrulers: 'ThanosRuler',
  ruler: 'ThanosRuler',
};

/** A name as Kubernetes takes it. */
const DNS = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const TARGET_FORMS = 'NAME, NAMESPACE/NAME, KIND/NAME or KIND/NAMESPACE/NAME';

function kindOf(word: string): TargetKind | undefined {
  return KINDS[word.toLowerCase().replace(/(\.v1|\.v1alpha1)?\.monitoring\.coreos\.com$/, '')];
}

/**
 * `[kind/]NAME`, `NAMESPACE/NAME`, `KIND/NAMESPACE/NAME`. A first part that is a kind is read as one: in a namespace called `prometheus`
 * the name alone finds the same resource.
 */
export const targetWord = z.string().transform((word, context): TargetQuery => {
  const parts = word.split('/');
  const first = parts[0] ?? '';
  const kind = kindOf(first);
  const query: TargetQuery | undefined =
    parts.length === 1
      ? { name: first }
      : parts.length === 2
        ? { ...(kind ? { kind } : { namespace: first }), name: parts[1] ?? '' }
        : parts.length === 3 && kind
          ? { kind, namespace: parts[1] ?? '', name: parts[2] ?? '' }
          : undefined;
  if (!query || (query.namespace !== undefined && !DNS.test(query.namespace)) || !DNS.test(query.name ?? '')) {
    context.addIssue({
      code: 'custom',
      message: `“${word.slice(0, 100)}” does not name a resource; write ${TARGET_FORMS}`,
    });
    return z.NEVER;
  }
  return query;
});

export const namespaceWord = z.string().regex(DNS, 'a namespace is lower-case letters, digits and dashes');

/** What `[target] [-n NS]` comes to. */
export function queryOf(input: {
  readonly target?: TargetQuery | undefined;
  readonly namespace?: string | undefined;
}): TargetQuery {
  return { ...input.target, ...(input.namespace !== undefined && { namespace: input.namespace }) };
}

/** `KIND/NAMESPACE/NAME`, as a person may type it again. */
export function targetWords(target: {
  readonly kind: TargetKind;
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${target.kind.toLowerCase()}/${target.namespace}/${target.name}`;
}

export const incidentWord = z.string().regex(/^inc-\d{1,9}$/, 'an incident is written inc-12');

import { NEEDS } from '../../evidence/needs.ts';
import { REMEDIATIONS } from '../index.ts';
import { isSensitive } from '../policy/switches.ts';
import type { RoleRule } from '../types.ts';

export type { RoleRule } from '../types.ts';

/** What both roles read, everywhere: bot and worker diagnose with the same evidence. Optional rights are granted by name elsewhere. */
export function readingRules(): readonly RoleRule[] {
  return NEEDS.filter((need) => need.optional === undefined).map(({ group, resource, verbs }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs,
  }));
}

/** The operator's metrics by the API server's proxy to one Service, as `https:NAME:PORT`. */
export function metricsRule(service: string): RoleRule {
  return { apiGroups: [''], resources: ['services/proxy'], verbs: ['get'], resourceNames: [service] };
}

/** The admission Secret, by name; what is kept of it are keys, sizes and the certificate's public part. */
export function admissionSecretRule(name: string): RoleRule {
  return { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: [name] };
}

/**
 * What the worker may change, from what the remediations declare; one rule a kind. Grant it in the namespaces it is meant for. What only a
 * repair of high risk needs is left out: whoever wants that repair grants it, and its refusal says how.
 */
export function writingRules(): readonly RoleRule[] {
  const verbs = new Map<string, { group: string; resource: string; verbs: Set<string> }>();
  for (const { group, resource, verb } of REMEDIATIONS.filter(({ risk }) => risk !== 'high').flatMap(
    ({ writes }) => writes,
  )) {
    if (isSensitive(resource)) continue;
    const rule = verbs.get(`${group}/${resource}`) ?? { group, resource, verbs: new Set<string>() };
    verbs.set(`${group}/${resource}`, rule);
    rule.verbs.add(verb);
  }
  return [...verbs.values()].map((rule) => ({
    apiGroups: [rule.group],
    resources: [rule.resource],
    verbs: [...rule.verbs].sort(),
  }));
}

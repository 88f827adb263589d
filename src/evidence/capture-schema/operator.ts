import { z } from 'zod';
import { namespace, quota } from './namespace.ts';
import { condition, event, map, meta, opt, pod, read, text, texts } from './parts.ts';

const deployment = z.looseObject({
  meta,
  contentHash: text,
  replicas: z.number(),
  paused: opt(z.boolean()),
  status: z.looseObject({
    replicas: z.number(),
    readyReplicas: z.number(),
    updatedReplicas: z.number(),
    observedGeneration: opt(z.number()),
  }),
  conditions: z.array(condition),
  selector: text,
  serviceAccount: text,
  automountToken: opt(z.boolean()),
  hostNetwork: z.boolean(),
  container: z.looseObject({ name: text, image: text, version: opt(text), args: texts, memoryLimit: opt(text) }),
  pod: opt(
    z.looseObject({
      containers: z.array(
        z.looseObject({ name: text, runs: z.enum(['main', 'beside', 'before']), requests: map, limits: map }),
      ),
      priorityClass: opt(text),
      addsMore: z.boolean(),
      surge: z.number(),
    }),
  ),
  volumes: z.array(z.looseObject({ name: text, secret: opt(text), optional: opt(z.boolean()) })),
  templateAnnotations: map,
});

const log = z.looseObject({
  pod: text,
  container: text,
  lines: z.array(z.looseObject({ at: opt(text), text, part: z.enum(['head', 'tail', 'previous']) })),
  gap: z.boolean(),
  fromStart: z.boolean(),
  bytes: z.number(),
});

const answers = read(
  z.array(
    z.looseObject({
      verb: text,
      group: text,
      resource: text,
      subresource: opt(text),
      namespace: opt(text),
      allowed: z.boolean(),
      reason: opt(text),
    }),
  ),
);

export const operator = z.looseObject({
  deployment,
  pods: read(z.array(pod)),
  events: read(z.array(event)),
  log: read(log),
  previousLog: read(log),
  serviceAccount: read(z.looseObject({ meta, automountToken: opt(z.boolean()) })),
  rights: answers,
  furtherRights: opt(answers),
  bindings: read(
    z.array(
      z.looseObject({
        kind: z.enum(['ClusterRoleBinding', 'RoleBinding']),
        meta,
        contentHash: opt(text),
        role: z.looseObject({ kind: text, name: text }),
        subjects: z.array(z.looseObject({ kind: text, name: text, namespace: opt(text), apiGroup: opt(text) })),
      }),
    ),
  ),
  roles: read(
    z.array(
      z.looseObject({
        kind: z.enum(['ClusterRole', 'Role']),
        meta,
        contentHash: opt(text),
        aggregated: opt(z.boolean()),
        rules: z.array(
          z.looseObject({
            groups: texts,
            resources: texts,
            verbs: texts,
            resourceNames: opt(texts),
            nonResourceURLs: opt(texts),
          }),
        ),
      }),
    ),
  ),
  metrics: read(z.looseObject({ samples: z.array(z.looseObject({ name: text, labels: map, value: z.number() })) })),
  services: read(
    z.array(
      z.looseObject({
        meta,
        ports: z.array(z.looseObject({ name: opt(text), port: z.number(), targetPort: opt(text) })),
        readyEndpoints: opt(z.number()),
      }),
    ),
  ),
  quotas: read(z.array(quota)),
  networkPolicies: read(
    z.array(z.looseObject({ meta, podSelector: z.record(text, z.unknown()), types: texts, egressRules: z.number() })),
  ),
  namespace: read(namespace),
});

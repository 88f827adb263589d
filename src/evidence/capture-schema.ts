import { z } from 'zod';
import { condition, event, map, meta, opt, pod, read, scalar, text, texts } from './capture-parts.ts';
import { type Evidence, TARGET_KINDS } from './types.ts';

/**
 * What a capture must look like to be judged: every field that a runbook reads has its type, unknown fields are kept (a newer promfix may
 * have written them). Kept beside `types.ts` by the compiler: the last line fails when the two differ.
 */

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

const quota = z.looseObject({ meta, hard: map, used: map, scopes: opt(texts) });
const namespace = z.looseObject({ meta, phase: opt(text) });

const operator = z.looseObject({
  deployment,
  pods: read(z.array(pod)),
  events: read(z.array(event)),
  log: read(log),
  previousLog: read(log),
  serviceAccount: read(z.looseObject({ meta, automountToken: opt(z.boolean()) })),
  rights: read(
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
  ),
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

const statefulSet = z.looseObject({
  kind: opt(z.literal('DaemonSet')),
  meta,
  contentHash: opt(text),
  replicas: opt(z.number()),
  status: z.looseObject({
    replicas: opt(z.number()),
    readyReplicas: opt(z.number()),
    availableReplicas: opt(z.number()),
    updatedReplicas: opt(z.number()),
    observedGeneration: opt(z.number()),
    currentRevision: opt(text),
    updateRevision: opt(text),
  }),
  conditions: z.array(condition),
  podManagement: opt(text),
  updates: opt(text),
  selector: text,
  serviceAccount: opt(text),
  claimTemplates: z.array(z.looseObject({ name: text, storageClass: opt(text), storage: opt(text) })),
  retention: opt(z.looseObject({ whenDeleted: opt(text), whenScaled: opt(text) })),
  images: texts,
});

const webhook = z.looseObject({
  kind: z.enum(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']),
  meta,
  contentHash: opt(text),
  webhooks: z.array(
    z.looseObject({
      name: text,
      failurePolicy: opt(text),
      timeoutSeconds: opt(z.number()),
      service: opt(z.looseObject({ namespace: text, name: text, path: opt(text), port: opt(z.number()) })),
      url: opt(text),
      caBundleBytes: z.number(),
      caBundleSha256: opt(text),
      caBundleManagers: opt(texts),
      rules: z.array(z.looseObject({ groups: texts, resources: texts, operations: texts })),
      serviceExists: opt(z.boolean()),
      readyEndpoints: opt(z.number()),
    }),
  ),
});

const admissionSecret = z.looseObject({
  meta,
  type: opt(text),
  keys: z.array(z.looseObject({ name: text, bytes: z.number() })),
  hash: opt(text),
  immutable: opt(z.boolean()),
  serving: opt(z.looseObject({ cert: text, key: text })),
  caKey: opt(text),
  caNotAfter: opt(text),
  caSha256: opt(text),
  certificate: opt(
    z.looseObject({
      subject: text,
      issuer: text,
      notBefore: text,
      notAfter: text,
      dnsNames: texts,
      signedByCa: opt(z.boolean()),
      keyMatches: opt(z.boolean()),
    }),
  ),
});

const application = z.looseObject({
  meta,
  contentHash: text,
  project: opt(text),
  sources: z.array(
    z.looseObject({
      repoURL: opt(text),
      chart: opt(text),
      path: opt(text),
      targetRevision: opt(text),
      index: opt(z.number()),
      frameHash: opt(text),
      releaseName: opt(text),
      skipCrds: opt(z.boolean()),
      values: z.record(text, scalar),
    }),
  ),
  destination: z.looseObject({ server: opt(text), name: opt(text), namespace: opt(text) }),
  automated: opt(z.looseObject({ prune: opt(z.boolean()), selfHeal: opt(z.boolean()), enabled: opt(z.boolean()) })),
  syncOptions: texts,
  windows: opt(
    z.array(
      z.looseObject({
        kind: opt(text),
        schedule: opt(text),
        duration: opt(text),
        timeZone: opt(text),
        manualSync: opt(z.boolean()),
      }),
    ),
  ),
  multiSource: opt(z.boolean()),
  retry: opt(
    z.looseObject({
      limit: opt(z.number()),
      refresh: opt(z.boolean()),
      duration: opt(text),
      factor: opt(z.number()),
      maxDuration: opt(text),
    }),
  ),
  sync: opt(z.looseObject({ status: opt(text), revision: opt(text), revisions: opt(texts) })),
  health: opt(z.looseObject({ status: opt(text), message: opt(text), lastTransitionTime: opt(text) })),
  operation: opt(
    z.looseObject({
      phase: opt(text),
      message: opt(text),
      startedAt: opt(text),
      finishedAt: opt(text),
      retryCount: opt(z.number()),
      automated: opt(z.boolean()),
      partial: z.boolean(),
      autoHealAttempts: opt(z.number()),
      revision: opt(text),
      revisions: opt(texts),
      syncOptions: texts,
      results: z.array(
        z.looseObject({
          group: opt(text),
          kind: text,
          namespace: opt(text),
          name: text,
          status: opt(text),
          hookPhase: opt(text),
          hookType: opt(text),
          syncPhase: opt(text),
          message: opt(text),
        }),
      ),
    }),
  ),
  hydrated: opt(z.boolean()),
  operationRequested: z.boolean(),
  conditions: z.array(z.looseObject({ type: text, message: text, lastTransitionTime: opt(text) })),
  resources: z.array(
    z.looseObject({
      group: opt(text),
      kind: text,
      namespace: opt(text),
      name: text,
      status: opt(text),
      health: opt(text),
      hook: opt(z.boolean()),
      requiresPruning: opt(z.boolean()),
    }),
  ),
  resourceCount: z.number(),
  history: z.array(z.looseObject({ revision: opt(text), deployedAt: opt(text), syncOptions: opt(texts) })),
  parent: opt(text),
  parentKind: opt(z.enum(['Application', 'ApplicationSet'])),
  reconciledAt: opt(text),
});

const resource = z.looseObject({
  apiVersion: text,
  kind: text,
  meta,
  spec: z.record(text, z.unknown()),
  status: opt(
    z.looseObject({
      conditions: z.array(condition),
      replicas: opt(z.number()),
      availableReplicas: opt(z.number()),
      updatedReplicas: opt(z.number()),
      paused: opt(z.boolean()),
      selector: opt(text),
    }),
  ),
  contentHash: text,
});

const summaries = z.array(
  z.looseObject({
    kind: z.enum(TARGET_KINDS),
    namespace: text,
    name: text,
    uid: text,
    created: text,
    statusWritten: opt(text),
    labels: map,
  }),
);

const evidenceSchema = z.looseObject({
  target: z.looseObject({ cluster: text, kind: z.enum(TARGET_KINDS), namespace: text, name: text }),
  at: text,
  cluster: read(z.looseObject({ uid: text, server: text, caFingerprint: opt(text) })),
  resource: read(resource),
  resources: read(summaries),
  listed: opt(read(z.looseObject({ namespaces: texts, resources: summaries }))),
  crds: read(
    z.array(
      z.looseObject({
        plural: text,
        meta,
        operatorVersion: opt(text),
        lastAppliedBytes: opt(z.number()),
        statusWritten: opt(text),
      }),
    ),
  ),
  served: read(z.looseObject({ v1: texts, v1alpha1: texts })),
  operators: read(z.array(operator)),
  namespace: read(namespace),
  owned: read(
    z.array(
      z.looseObject({
        step: z.number(),
        kind: z.enum(['ConfigMap', 'Secret', 'Service', 'StatefulSet', 'DaemonSet']),
        name: text,
        object: read(meta),
        hash: opt(text),
      }),
    ),
  ),
  statefulSet: read(statefulSet),
  shards: opt(
    read(
      z.looseObject({
        judged: z.number(),
        all: z.array(
          z.looseObject({
            shard: z.number(),
            name: text,
            state: z.enum(['ready', 'not-ready', 'unlabelled', 'deleting', 'foreign', 'absent', 'unclear']),
            ready: z.number(),
            replicas: opt(z.number()),
          }),
        ),
      }),
    ),
  ),
  pods: read(z.array(pod)),
  claims: read(z.array(z.looseObject({ meta, phase: opt(text), storageClass: opt(text), volume: opt(text) }))),
  events: read(z.array(event)),
  quotas: read(z.array(quota)),
  limitRanges: read(z.array(z.looseObject({ meta, limits: z.array(z.record(text, z.unknown())) }))),
  storageClasses: read(
    z.array(z.looseObject({ meta, provisioner: text, isDefault: z.boolean(), bindingMode: opt(text) })),
  ),
  webhooks: read(z.array(webhook)),
  admissionSecret: read(admissionSecret),
  jobs: read(
    z.array(
      z.looseObject({
        meta,
        conditions: z.array(condition),
        active: z.number(),
        failed: z.number(),
        succeeded: z.number(),
        pods: z.array(pod),
      }),
    ),
  ),
  applications: read(z.array(application)),
  undecodable: read(
    z.array(z.looseObject({ kind: text, namespace: text, name: text, path: text, found: text, expected: text })),
  ),
  pasted: opt(texts),
  hidden: z.number(),
});

export const captureSchema = z.looseObject({
  schema: z.literal('promfix.capture/v1'),
  promfix: text,
  // Does not compile when a field of `types.ts` is missing in it or has another type.
  evidence: evidenceSchema satisfies z.ZodType<Evidence>,
});

import { z } from 'zod';
import { admissionSecret, webhook } from './capture-schema/admission.ts';
import { application } from './capture-schema/applications.ts';
import { namespace, quota } from './capture-schema/namespace.ts';
import { operator } from './capture-schema/operator.ts';
import { condition, event, meta, opt, pod, read, text, texts } from './capture-schema/parts.ts';
import { resource, summaries } from './capture-schema/resource.ts';
import { statefulSet } from './capture-schema/stateful-set.ts';
import { type Evidence, TARGET_KINDS } from './types.ts';

/**
 * What a capture must look like to be judged: every field that a runbook reads has its type, unknown fields are kept (a newer promfix may
 * have written them). Its parts have the names of those of `types/`. The compiler keeps it equal to `types.ts`: the last line
 * fails when the two differ.
 */

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

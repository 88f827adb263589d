import { z } from 'zod';
import { condition, meta, opt, text, texts } from './parts.ts';

export const statefulSet = z.looseObject({
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

import { z } from 'zod';
import { TARGET_KINDS } from '../types.ts';
import { condition, map, meta, opt, text } from './parts.ts';

export const resource = z.looseObject({
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

export const summaries = z.array(
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

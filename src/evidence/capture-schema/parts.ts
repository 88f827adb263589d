import { z } from 'zod';
import { UNREAD_REASONS } from '../types.ts';

/** Shapes that several sources of a capture share; see `../capture-schema.ts`. */

export const opt = <T extends z.ZodType>(type: T): z.ZodExactOptional<T> => z.exactOptional(type);
export const text = z.string();
export const texts = z.array(text);
export const map = z.record(text, text);
export const scalar = z.union([text, z.number(), z.boolean()]);

const right = z.looseObject({ verb: text, group: text, resource: text, namespace: opt(text), name: opt(text) });

export function read<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('state', [
    z.looseObject({ state: z.literal('read'), value, at: text, resourceVersion: opt(text) }),
    z.looseObject({ state: z.literal('absent'), how: z.enum(['no-such-kind', 'no-such-object']), at: text }),
    z.looseObject({
      state: z.literal('unread'),
      because: z.enum(UNREAD_REASONS),
      detail: text,
      needs: opt(right),
    }),
  ]);
}

export const meta = z.looseObject({
  name: text,
  namespace: opt(text),
  uid: text,
  resourceVersion: opt(text),
  generation: opt(z.number()),
  created: text,
  deleting: opt(text),
  finalizers: texts,
  labels: map,
  annotations: map,
  annotationBytes: z.number(),
  owners: z.array(z.looseObject({ apiVersion: text, kind: text, name: text, uid: text, controller: opt(z.boolean()) })),
  managers: z.array(z.looseObject({ manager: text, operation: text, subresource: opt(text), time: opt(text) })),
});

export const condition = z.looseObject({
  type: text,
  status: text,
  reason: opt(text),
  message: opt(text),
  lastTransitionTime: opt(text),
  observedGeneration: opt(z.number()),
});

export const event = z.looseObject({
  at: text,
  type: text,
  reason: text,
  message: text,
  count: z.number(),
  involved: z.looseObject({ kind: text, name: text, uid: opt(text) }),
  source: opt(text),
});

const containerState = z.looseObject({
  waiting: opt(z.looseObject({ reason: opt(text), message: opt(text) })),
  running: opt(z.looseObject({ startedAt: opt(text) })),
  terminated: opt(
    z.looseObject({
      exitCode: z.number(),
      reason: opt(text),
      message: opt(text),
      startedAt: opt(text),
      finishedAt: opt(text),
    }),
  ),
});

const container = z.looseObject({
  name: text,
  image: text,
  ready: z.boolean(),
  restartCount: z.number(),
  state: containerState,
  lastState: containerState,
});

export const pod = z.looseObject({
  meta,
  phase: opt(text),
  podIP: opt(text),
  hostNetwork: z.boolean(),
  nodeName: opt(text),
  serviceAccount: opt(text),
  conditions: z.array(condition),
  containers: z.array(container),
  initContainers: z.array(container),
  volumes: z.array(z.looseObject({ name: text, secret: opt(text), configMap: opt(text), optional: opt(z.boolean()) })),
});

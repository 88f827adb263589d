import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Annotations that promfix writes on the objects it changes. */
export const PROMFIX_ANNOTATIONS = 'promfix.io/';
/** Written by the deployment controller after every rollout: not somebody's decision. */
const REVISION = 'deployment.kubernetes.io/revision';
/** Set by the API server; they move without anybody changing what the object asks for, or follow from such a change. */
const SERVER_FIELDS = ['managedFields', 'resourceVersion', 'generation', 'selfLink'] as const;

/**
 * SHA-256 (hex) over the RFC 8785 canonical JSON of a Kubernetes object as a person would compare it: without status, without what the
 * API server and the deployment controller keep in its metadata, and without promfix's own annotations. The same object has the same
 * hash in the evidence, in the plan and in the worker's last read before a write.
 *
 * @param object raw JSON of the object as the API server gave it
 */
export function contentHash(object: Readonly<Record<string, unknown>>): string {
  const { status: _status, ...content } = object;
  return hash({ ...content, metadata: decided(content['metadata']) });
}

/** How the API server calls an object of which it was asked for the metadata only. */
export const METADATA_KIND = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' } as const;

/**
 * The same for an object of which only the metadata is read (a Secret, a ConfigMap): its resourceVersion stands for the contents. These
 * kinds have no status that would move it without a change.
 *
 * @param object PartialObjectMetadata as the API server gave it
 */
export function versionHash(object: Readonly<Record<string, unknown>>): string {
  const { resourceVersion } = record(object['metadata']);
  return hash({ ...object, metadata: { ...decided(object['metadata']), resourceVersion } });
}

function hash(content: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
}

function decided(metadata: unknown): Record<string, unknown> {
  const { annotations, ...rest } = record(metadata);
  const kept = Object.entries(record(annotations)).filter(
    ([name]) => name !== REVISION && !name.startsWith(PROMFIX_ANNOTATIONS),
  );
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !SERVER_FIELDS.some((field) => field === name))),
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
  };
}

function record(value: unknown): Record<string, unknown> {
  // An object that is not an array has string keys; its values stay unknown.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

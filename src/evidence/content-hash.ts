import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Annotations that promfix writes on the objects it changes. */
export const PROMFIX_ANNOTATIONS = 'promfix.io/';
/** Written by the deployment controller after every rollout: not somebody's decision. */
const REVISION = 'deployment.kubernetes.io/revision';
/** Of an Application: asked of its controller, which takes it away again, or kept there by the notifications' controller. */
const REQUESTS = [
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/refresh-timestamp',
  'notified.notifications.argoproj.io',
] as const;
/** Set by the API server; they move without anybody changing what the object asks for, or follow from such a change. */
const SERVER_FIELDS = ['managedFields', 'resourceVersion', 'generation', 'selfLink'] as const;

/**
 * SHA-256 (hex) over the RFC 8785 canonical JSON of a Kubernetes object as a person would compare it: without status, without what the
 * API server and the deployment controller keep in its metadata, and without promfix's own annotations. The same object has the same
 * hash in the evidence, in the plan and in the worker's last read before a write. Of an Argo CD Application its `operation` is left out, too:
 * its controller takes it up and away, and a step says by itself what it expects there.
 *
 * @param object raw JSON of the object as the API server gave it
 */
export function contentHash(object: Readonly<Record<string, unknown>>): string {
  const { status: _status, ...rest } = object;
  const content = isApplication(rest) ? without(rest, ['operation']) : rest;
  return hash({ ...content, metadata: decided(content['metadata']) });
}

/** Annotations that Argo CD's controllers write, and that ask for nothing but a look. */
const ARGO_ANNOTATIONS =
  /^(argocd\.argoproj\.io\/(refresh|refresh-timestamp|hydrate)|notified\.notifications\.argoproj\.io)$/;

/**
 * The same for an Argo CD Application of which one source's version is about to change: of everything that it asks for but this version, and
 * without the operation that is under way. So it is equal before and after that change.
 *
 * @param source index into `spec.sources`; undefined for `spec.source`
 */
export function chartFrameHash(application: Readonly<Record<string, unknown>>, source?: number): string {
  const { operation: _operation, ...asked } = application;
  const spec = record(asked['spec']);
  const metadata = record(asked['metadata']);
  const annotations = Object.entries(record(metadata['annotations'])).filter(([name]) => !ARGO_ANNOTATIONS.test(name));
  const sources = spec['sources'];
  return contentHash({
    ...asked,
    metadata: { ...metadata, annotations: Object.fromEntries(annotations) },
    spec: {
      ...spec,
      ...(source === undefined
        ? { source: versionless(spec['source']) }
        : {
            sources: Array.isArray(sources)
              ? sources.map((one, at) => (at === source ? versionless(one) : one))
              : sources,
          }),
    },
  });
}

function versionless(source: unknown): Record<string, unknown> {
  const { targetRevision: _version, ...rest } = record(source);
  return rest;
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
    ([name]) =>
      name !== REVISION && !name.startsWith(PROMFIX_ANNOTATIONS) && !REQUESTS.some((request) => request === name),
  );
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !SERVER_FIELDS.some((field) => field === name))),
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
  };
}

function isApplication({ apiVersion, kind }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'Application' && typeof apiVersion === 'string' && apiVersion.startsWith('argoproj.io/');
}

function without(object: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function record(value: unknown): Record<string, unknown> {
  // An object that is not an array has string keys; its values stay unknown.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

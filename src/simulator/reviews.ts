import { type Call, parsedObject } from './call.ts';
import { isObject, type Json, object, string, strings, without } from './json.ts';
import { type Access, authorize, type User } from './rbac.ts';
import type { State } from './state.ts';
import { badRequest, failure, type Reply } from './status.ts';

/** `POST …/subjectaccessreviews` and the like: asked about anybody, or about whoever asks. Undefined for another resource. */
export function review(state: State, call: Call, resource: string): Reply | undefined {
  if (call.method !== 'POST') return undefined;
  switch (resource) {
    case 'selfsubjectaccessreviews':
      return answer(state, call, call.user, 'SelfSubjectAccessReview');
    case 'subjectaccessreviews':
      return answer(state, call, subject(call), 'SubjectAccessReview');
    case 'selfsubjectreviews':
      return {
        status: 201,
        body: {
          kind: 'SelfSubjectReview',
          apiVersion: 'authentication.k8s.io/v1',
          metadata: {},
          status: { userInfo: { username: call.user.name, groups: call.user.groups } },
        },
      };
    default:
      return undefined;
  }
}

function subject({ text }: Call): User {
  const spec = object(parsedObject(text), 'spec');
  const user = { name: string(spec, 'user') ?? '', groups: strings(spec['groups']) };
  if (user.name !== '' || user.groups.length > 0) return user;
  const message = 'Invalid value: "": at least one of user or group must be specified';
  throw failure(422, 'Invalid', `.authorization.k8s.io "" is invalid: spec.user: ${message}`, {
    group: 'authorization.k8s.io',
    causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.user' }],
  });
}

function answer(state: State, { text }: Call, user: User, kind: string): Reply {
  const spec = object(parsedObject(text), 'spec');
  const access = accessFrom(spec);
  if (access === undefined)
    throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified');
  const { allowed, reason } = authorize(state, user, access);
  return {
    status: 201,
    body: {
      kind,
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: without({ ...spec, groups: strings(spec['groups']).length > 0 ? spec['groups'] : undefined }),
      status: without({ allowed, reason: reason === '' ? undefined : reason }),
    },
  };
}

function accessFrom(spec: Json): Access | undefined {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isObject(nonResourceAttributes))
    return { verb: string(nonResourceAttributes, 'verb') ?? '', path: string(nonResourceAttributes, 'path') ?? '' };
  if (!isObject(resourceAttributes)) return undefined;
  const field = (name: string): string | undefined => string(resourceAttributes, name) || undefined;
  const [group, subresource, namespace, name] = ['group', 'subresource', 'namespace', 'name'].map(field);
  return {
    verb: field('verb') ?? '',
    resource: field('resource') ?? '',
    ...(group !== undefined && { group }),
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

import type { Call } from './call.ts';
import { at, type Json, object, same } from './json.ts';
import type { Kind } from './kinds.ts';
import { failure, invalid } from './status.ts';

/** Fields of the spec of a Deployment; an unknown one is a typing mistake or a newer API. */
const DEPLOYMENT_SPEC = [
  'replicas',
  'selector',
  'template',
  'strategy',
  'minReadySeconds',
  'revisionHistoryLimit',
  'paused',
  'progressDeadlineSeconds',
];

/** The few rules that a write of promfix can break. What the real server has more of is listed in the folder's README. */
export function validate(
  kind: Kind,
  name: string,
  { query }: Call,
  before: Json,
  item: Json,
): { readonly item: Json; readonly warnings: readonly string[] } {
  if (kind.resource !== 'deployments') return { item, warnings: [] };
  const spec = object(item, 'spec');
  const { replicas } = spec;
  if (replicas !== undefined && typeof replicas !== 'number')
    throw failure(
      422,
      'Invalid',
      ` "" is invalid: patch: Invalid value: "${String(replicas)}": json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`,
    );
  if (typeof replicas === 'number' && replicas < 0)
    throw invalid(kind, name, 'spec.replicas', `Invalid value: ${replicas}: must be greater than or equal to 0`);
  if (!same(spec['selector'], at(before, 'spec', 'selector')))
    throw invalid(kind, name, 'spec.selector', 'Invalid value: field is immutable');
  const unknown = Object.keys(spec).filter((field) => !DEPLOYMENT_SPEC.includes(field));
  if (unknown.length === 0) return { item, warnings: [] };
  const texts = unknown.map((field) => `unknown field "spec.${field}"`);
  if (query.get('fieldValidation') === 'Strict')
    throw failure(422, 'Invalid', ` "" is invalid: patch: Invalid value: strict decoding error: ${texts.join(', ')}`);
  const known = Object.fromEntries(Object.entries(spec).filter(([field]) => DEPLOYMENT_SPEC.includes(field)));
  return { item: { ...item, spec: known }, warnings: query.get('fieldValidation') === 'Ignore' ? [] : texts };
}

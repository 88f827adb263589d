import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Json, string } from '../../evidence/json.ts';
import type { Step, StepOf } from '../../remediations/types.ts';
import { sourceField } from '../executor/chart-version.ts';
import { atPointer, leaves } from '../executor/fields.ts';

/** A field that a step sets: to a value (null removes it), or to bytes of which only the hash is known. */
type Made =
  | { readonly pointer: string; readonly value: unknown }
  | { readonly pointer: string; readonly sha256: string };

/** A step of which the object tells afterwards whether it is as the step left it, and which can be set back. */
export type SettingStep = StepOf<'scale' | 'patch' | 'copy-ca' | 'set-chart-version'>;

export function isSetting(step: Step): step is SettingStep {
  return ['scale', 'patch', 'copy-ca', 'set-chart-version'].includes(step.do);
}

/** The fields of this object that a step sets. Empty for steps that set what can't be known beforehand. */
export function madeBy(step: Step, object: Json): readonly Made[] {
  switch (step.do) {
    case 'scale':
      return [{ pointer: '/spec/replicas', value: step.to }];
    case 'patch':
      return leaves(step.patch);
    case 'set-chart-version':
      return [{ pointer: sourceField(step), value: step.to }];
    case 'copy-ca':
      return bundles(step, object);
    default:
      return [];
  }
}

/** Webhooks are a list: where each stands is for the object to tell. One that is gone has no pointer. */
function bundles({ webhooks: names, from }: StepOf<'copy-ca'>, object: Json): readonly Made[] {
  const { webhooks } = object;
  const here = (Array.isArray(webhooks) ? webhooks : []).map((one: unknown) => string(one, 'name'));
  return names.flatMap((name): readonly Made[] => {
    const pointer = `/webhooks/${here.indexOf(name)}/clientConfig/caBundle`;
    if (from === 'nothing') return [{ pointer, value: null }];
    return 'sha256' in from ? [{ pointer, sha256: from.sha256 }] : [];
  });
}

/** Whether a field of the object is as a step sets it. */
export function isMade(object: Json, made: Made): boolean {
  const now = valueAt(object, made.pointer);
  if ('sha256' in made) return sha256Of(now) === made.sha256;
  const isNone = now === undefined || now === null;
  // The API server keeps an empty list as none, as it does with the rules of a role.
  if (made.value === null || isDeepStrictEqual(made.value, [])) return isNone || isDeepStrictEqual(now, made.value);
  return isDeepStrictEqual(now, made.value);
}

/** As people read it; of a certificate only the hash. */
export function shownAt(object: Json, pointer: string): string | null {
  return shown(pointer, valueAt(object, pointer));
}
export function shownMade(made: Made): string | null {
  return 'sha256' in made ? `sha256:${made.sha256.slice(0, 12)}` : shown(made.pointer, made.value);
}

function shown(pointer: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (pointer.endsWith('/caBundle')) return `sha256:${sha256Of(value)?.slice(0, 12)}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands at a pointer that may lead through lists. */
function valueAt(object: Json, pointer: string): unknown {
  const list = /^(.*)\/(webhooks|sources)\/(\d+)(\/.*)$/.exec(pointer);
  if (!list) return atPointer(object, pointer);
  const [, before = '', name = '', index = '', after = ''] = list;
  const values = atPointer(object, `${before}/${name}`);
  return Array.isArray(values) ? atPointer(values[Number(index)], after) : undefined;
}

/** Of base64, the hash of the bytes. */
function sha256Of(base64: unknown): string | undefined {
  return typeof base64 === 'string' && base64 !== ''
    ? createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')
    : undefined;
}

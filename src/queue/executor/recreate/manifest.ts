import { type Json, object } from '../../../evidence/json.ts';
import { type Mark, markAnnotations } from '../mark.ts';

/** Set by the API server for one life of an object; the next one gets its own. */
const OF_ONE_LIFE = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
] as const;

/** The object as it is created anew: everything that somebody asked for, nothing that the API server or a controller added. */
export function manifestOf(copy: Json, mark: Mark): Json {
  const { status: _status, ...asked } = copy;
  const metadata = Object.fromEntries(
    Object.entries(object(copy, 'metadata')).filter(([name]) => !OF_ONE_LIFE.some((field) => field === name)),
  );
  const annotations = { ...object(copy, 'metadata', 'annotations'), ...markAnnotations(mark) };
  return { ...asked, metadata: { ...metadata, annotations } };
}

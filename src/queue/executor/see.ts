import { string } from '../../evidence/json.ts';
import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import type { Step } from '../../remediations/types.ts';
import { isMarked, type Mark } from './mark.ts';
import { pathOf, readOf } from './objects.ts';
import type { UnknownCode } from './step.ts';

/**
 * What one look says about a step that may have been made: its mark is on the very object, or not; then a person has to say what happened.
 * Reads only. Throws KubeError for what can't be read.
 */
export async function seeStep(
  step: Step,
  { client, mark }: { readonly client: KubeClient; readonly mark: Mark },
): Promise<'marked' | 'unmarked' | Extract<UnknownCode, 'gone-meanwhile' | 'replaced-meanwhile'>> {
  const { object } = step;
  const path = pathOf(object);
  if (path === undefined) return 'unmarked';
  // A delete leaves no mark: that the object is gone, or another one bears its name, is what was wanted.
  const deleted = step.do === 'delete' ? 'marked' : undefined;
  // What was to be made anew may have been made by anybody: that it is another one is what was wanted.
  const replaced = step.do === 'recreate' ? 'marked' : deleted;
  try {
    const { body } = await client.json(readOf(object, path));
    if (string(body, 'metadata', 'uid') !== object.uid) return replaced ?? 'replaced-meanwhile';
    return isMarked(body, mark) ? 'marked' : 'unmarked';
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'not-found') return deleted ?? 'gone-meanwhile';
    throw error;
  }
}

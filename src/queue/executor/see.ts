import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import type { Step } from '../../remediations/types.ts';
import type { UnknownCode } from './apply.ts';
import { pathOf } from './change.ts';
import { at, text } from './json.ts';
import { isMarked, type Mark } from './mark.ts';

/**
 * What one look says about a step that may have been made: its mark is on the very object, or not; then a person has to say what happened.
 * Reads only. Throws KubeError for what can't be read.
 */
export async function seeStep(
  { object }: Step,
  { client, mark }: { readonly client: KubeClient; readonly mark: Mark },
): Promise<'marked' | 'unmarked' | Extract<UnknownCode, 'gone-meanwhile' | 'replaced-meanwhile'>> {
  const path = pathOf(object);
  if (path === undefined) return 'unmarked';
  try {
    const { body } = await client.json({ method: 'GET', path });
    if (text(at(body, 'metadata', 'uid')) !== object.uid) return 'replaced-meanwhile';
    return isMarked(body, mark) ? 'marked' : 'unmarked';
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'not-found') return 'gone-meanwhile';
    throw error;
  }
}

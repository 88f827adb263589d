import type { Right } from '../../evidence/types.ts';
import { KubeError } from '../../kubernetes/types.ts';
import { type Reason, refuse, rightValues } from '../../remediations/parts/refuse.ts';
import { failureOf } from './failure.ts';

/** How often somebody else's write between read and rehearsal is put up with. */
export const TRIES = 3;

type Refused = Extract<ReturnType<typeof failureOf>, { changed: 'no' }>;

/** What the API server said. Throws when that says nothing, so that it has to be asked again. */
export async function answer<T>(request: Promise<T>): Promise<{ readonly value: T } | { readonly failure: Refused }> {
  try {
    return { value: await request };
  } catch (error) {
    const failure = failureOf(error);
    // A dry run that got no answer changed nothing, and says nothing.
    if (failure.changed === 'maybe' || failure.why === 'later') throw error;
    return { failure };
  }
}

export function refusalOf(failure: Refused, needs: Right): Reason {
  const values = { message: failure.message };
  switch (failure.why) {
    case 'forbidden':
      if (failure.lacks) return refuse('rights-not-held', rightValues(failure.lacks), failure.lacks);
      return refuse('write-forbidden', { ...values, ...rightValues(needs) }, needs);
    case 'refused':
      return refuse('write-refused', values);
    case 'invalid':
      return refuse('write-invalid', values);
    case 'gone':
      return refuse('object-gone', values);
    case 'conflict':
      return refuse('write-conflict', { times: TRIES });
    case 'later':
      throw new KubeError('rate-limited', failure.message);
  }
}

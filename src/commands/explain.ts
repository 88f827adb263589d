import { causesByRung, findCause, nearCauses } from '../render/explain-json.ts';
import { byHandText } from '../texts/en/by-hand.ts';
import { causeTexts } from '../texts/en/causes.ts';
import { renderText } from '../texts/en/render.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import type { Request } from './types.ts';

/** What a cause is, what proves it, how it is repaired and what does not help. */
export function explain(request: Request<InputOf<'explain'>>): Answer {
  const word = request.input.cause;
  if (word === undefined)
    return {
      say: 'explained',
      title: renderText.causesIntro,
      lines: causesByRung().map(({ rung, causes }) => renderText.causesOf(rung, causes.join(', '))),
    };
  const slug = findCause(word);
  if (slug === undefined) return { say: 'unknown-cause', word, near: nearCauses(word) };
  const { title, what, proof, repair, vain } = causeTexts[slug];
  const byHand = byHandText[slug];
  const tried = vain.map((one) => `${one.tried}: ${one.because}`);
  return {
    say: 'explained',
    title: `${title} (${slug})`,
    lines: [what, proof, repair, ...(byHand === undefined ? [] : [byHand]), ...tried],
  };
}

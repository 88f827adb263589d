import { CAUSES, type CauseSlug } from '../diagnosis/causes.ts';
import { findCause } from '../render/explain-json.ts';
import { byHandText } from '../texts/en/by-hand.ts';
import { causeTexts } from '../texts/en/causes.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import type { Request } from './types.ts';

const SLUGS = Object.keys(CAUSES).filter((slug): slug is CauseSlug => slug in CAUSES);

/** What a cause is, what proves it, how it is repaired and what does not help. */
export function explain(request: Request<InputOf<'explain'>>): Answer {
  const word = request.input.cause;
  const slug = findCause(word);
  if (slug === undefined) return { say: 'unknown-cause', word, near: near(word) };
  const { title, what, proof, repair, vain } = causeTexts[slug];
  const byHand = byHandText[slug];
  const tried = vain.map((one) => `${one.tried}: ${one.because}`);
  return {
    say: 'explained',
    title: `${title} (${slug})`,
    lines: [what, proof, repair, ...(byHand === undefined ? [] : [byHand]), ...tried],
  };
}

/** Slugs that share a part of their name with the word. */
function near(word: string): readonly string[] {
  const parts = word
    .toLowerCase()
    .split('-')
    .filter((part) => part.length > 2);
  return SLUGS.filter((slug) => parts.some((part) => slug.includes(part))).slice(0, 5);
}

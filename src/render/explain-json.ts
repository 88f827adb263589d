import { CAUSES, type Cause, type CauseSlug } from '../diagnosis/causes.ts';
import { RUNGS } from '../diagnosis/ladder.ts';
import { byHandText } from '../texts/en/by-hand.ts';
import { causeTexts } from '../texts/en/causes.ts';
import { commandsFor } from './kubectl-commands.ts';
import { remediationTitle } from './sentences.ts';

/** What `promfix explain CAUSE --output json` prints. */
interface Explanation {
  readonly schema: 'promfix.explanation/v1';
  readonly cause: CauseSlug;
  readonly aliases: readonly string[];
  readonly rung: Cause['rung'];
  readonly title: string;
  readonly what: string;
  readonly effect: string;
  readonly proof: string;
  readonly repair: { readonly text: string; readonly commands: readonly string[] };
  readonly vain: readonly { readonly tried: string; readonly because: string }[];
  readonly remediations: readonly { readonly remediation: string; readonly title: string }[];
  /** Why a person has to do it, or what no repair reaches. */
  readonly byHand?: string;
}

/** The cause of this slug or alias; undefined when there is none. */
export function findCause(slugOrAlias: string): CauseSlug | undefined {
  const wanted = slugOrAlias.trim().toLowerCase();
  // The keys of CAUSES are exactly the slugs; Object.keys only forgets their type.
  const slugs = Object.keys(CAUSES) as CauseSlug[];
  return slugs.find((slug) => slug === wanted) ?? slugs.find((slug) => table(slug).aliases.includes(wanted));
}

/** Causes whose names resemble a word: those that begin with it first, then those that share a part with it. At most five. */
export function nearCauses(word: string): readonly CauseSlug[] {
  const wanted = word.trim().toLowerCase();
  const parts = wanted.split(/[^a-z0-9]+/).filter((part) => part.length > 2);
  // As above.
  const slugs = Object.keys(CAUSES) as CauseSlug[];
  const named = (slug: CauseSlug): readonly string[] => [slug, ...table(slug).aliases];
  const rank = (slug: CauseSlug): number => {
    if (wanted !== '' && named(slug).some((name) => name.startsWith(wanted))) return 0;
    return parts.every((part) => slug.includes(part)) ? 1 : 2;
  };
  return slugs
    .filter((slug) => rank(slug) === 0 || parts.some((part) => slug.includes(part)))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 5);
}

/** All causes in the order of the path, a line for each rung; the neighbours last. */
export function causesByRung(): readonly { readonly rung: Cause['rung']; readonly causes: readonly CauseSlug[] }[] {
  const slugs = Object.keys(CAUSES) as CauseSlug[];
  return [...RUNGS, null].map((rung) => ({ rung, causes: slugs.filter((slug) => table(slug).rung === rung) }));
}

const table = (slug: CauseSlug): Cause => CAUSES[slug];

export function explainJson(cause: CauseSlug): Explanation {
  const text = causeTexts[cause];
  const { aliases, rung, remediations } = table(cause);
  const byHand = byHandText[cause];
  return {
    schema: 'promfix.explanation/v1',
    cause,
    aliases,
    rung,
    title: text.title,
    what: text.what,
    effect: text.effect,
    proof: text.proof,
    repair: { text: text.repair, commands: commandsFor(cause) },
    vain: text.vain,
    remediations: remediations.map((remediation) => ({ remediation, title: remediationTitle(remediation) })),
    ...(byHand !== undefined && { byHand }),
  };
}

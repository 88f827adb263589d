import { CAUSES, type Cause, type CauseSlug } from '../diagnosis/causes.ts';
import { byHandText } from '../texts/en/by-hand.ts';
import { causeTexts } from '../texts/en/causes.ts';
import { commandsFor } from './kubectl-commands.ts';
import { remediationTitle } from './sentences.ts';

/** What `promfix explain CAUSE --output json` prints. */
export interface Explanation {
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

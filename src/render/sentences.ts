import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Because, Diagnosis, Finding, Placed, Reported, Values } from '../diagnosis/types.ts';
import type { Refusal } from '../remediations/types.ts';
import { causeTexts } from '../texts/en/causes.ts';
import { CHAIN, consequenceLinks, consequenceTexts } from '../texts/en/consequences.ts';
import { findingTexts } from '../texts/en/findings.ts';
import { remediationTitle as remediationTitles } from '../texts/en/plans.ts';
import { notCheckedText, proofText } from '../texts/en/proof.ts';
import { refusalText } from '../texts/en/refusals.ts';
import { type FindingText, hasFrom, sayFrom } from '../texts/finding-text.ts';

/** Every sentence here is plain text, not yet escaped for any surface. */

export function causeTitle(cause: CauseSlug): string {
  return causeTexts[cause].title;
}

export function remediationTitle(id: string): string {
  return own(remediationTitles, id) ?? id;
}

/** What a finding says. A finding without a sentence of its own says its code rather than nothing. */
export function findingSentence(finding: Reported): string {
  if (finding.kind === 'not-checked') return notCheckedText(finding.source, finding.reason, finding.needs);
  return sentence(own(own(findingTexts, finding.runbook), finding.code), finding.code, finding.values);
}

/** The root cause's own sentence; it carries no runbook, so the code is looked for in all of them. */
export function causeSentence(code: string, values: Values): string {
  const text = Object.values(findingTexts)
    .map((texts) => own(texts, code))
    .find((one) => one !== undefined);
  return sentence(text, code, values);
}

/** A code is data: `valueOf` must not find what every object has. */
function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table && Object.hasOwn(table, key) ? table[key] : undefined;
}

function sentence(text: FindingText | undefined, code: string, values: Values): string {
  return text ? text(sayFrom(values), hasFrom(values)) : code;
}

export function proofSentence(because: Because): string {
  return proofText(because);
}

/** Why a consequence follows; undefined for what needs no explanation. */
export function whySentence({ finding }: Placed): string | undefined {
  const text = own<FindingText>(consequenceTexts, finding.code);
  return text?.(sayFrom(finding.values), hasFrom(finding.values));
}

/** From the cause outwards: each one explains the next. */
export function inChainOrder(consequences: Diagnosis['consequences']): Diagnosis['consequences'] {
  const place = (one: Placed): number => {
    const index = CHAIN.indexOf(one.finding.code);
    return index < 0 ? CHAIN.length : index;
  };
  return [...consequences].sort((a, b) => place(a) - place(b));
}

export function refusalSentence(refusal: Refusal): string {
  return own<(values: Values) => string>(refusalText, refusal.code)?.(refusal.values) ?? refusal.code;
}

/** Sentences of several findings, each once. */
export function findingSentences(findings: readonly Reported<Finding>[]): readonly string[] {
  return [...new Set(findings.map(findingSentence))];
}

/** From the cause to the last thing that is loud, in one line; undefined where nothing follows. */
export function chainLine({ rootCause, consequences }: Diagnosis): string | undefined {
  const links = inChainOrder(consequences).flatMap(({ finding }) => own<string>(consequenceLinks, finding.code) ?? []);
  return rootCause && links.length > 1 ? [causeTitle(rootCause.cause), ...new Set(links)].join(' → ') : undefined;
}

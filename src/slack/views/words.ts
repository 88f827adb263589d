/** The sentences of other rooms in the form that views need: plain text, not yet escaped. The one place where the views meet `render`. */
import type { Diagnosis, Reported } from '../../diagnosis/types.ts';
import type { StoredDiagnosis } from '../../incidents/types.ts';
import { ruledOutLines } from '../../render/diagnosis-text.ts';
import { commandsOf } from '../../render/kubectl-commands.ts';
import {
  causeSentence,
  causeTitle,
  findingSentence,
  findingSentences,
  inChainOrder,
  proofSentence,
  refusalSentence,
  remediationTitle,
  whySentence,
} from '../../render/sentences.ts';
import { causeTexts } from '../../texts/en/causes.ts';
import { renderText } from '../../texts/en/render.ts';

export { ladderLine } from '../../render/ladder-line.ts';
export { causeTitle, remediationTitle } from '../../render/sentences.ts';
export { repairSentence as checkSentence } from '../../texts/en/results.ts';

/** A heading with its lines; without a heading it is the beginning. */
export interface Part {
  readonly heading?: string;
  readonly lines: readonly string[];
  /** Lines are commands to be copied. */
  readonly code?: boolean;
}

const MARKS = { cause: '✗', 'ruled-out': '✓', observation: '•', 'not-checked': '?' } as const satisfies Record<
  Reported['kind'],
  string
>;

/** One line per finding of a section, each with the proof it rests on. */
export function findingLines(findings: readonly Reported[]): readonly string[] {
  const lines = findings.flatMap((finding) => {
    const said = `${MARKS[finding.kind]} ${findingSentence(finding)}`;
    const proof = finding.kind === 'cause' ? finding.because.slice(0, 3).map((one) => `    ${proofSentence(one)}`) : [];
    return [said, ...proof];
  });
  return [...new Set(lines)];
}

/** The whole verdict: why, what follows, what comes next, what is noise, ruled out, not checked, and what to do. */
export function diagnosisParts({
  diagnosis,
  refusals,
}: Pick<StoredDiagnosis, 'diagnosis' | 'refusals'>): readonly Part[] {
  const { headings } = renderText;
  const { rootCause } = diagnosis;
  const offered = refusals.map((refusal) =>
    renderText.refused(remediationTitle(refusal.remediation), refusalSentence(refusal)),
  );
  const parts: readonly Part[] = [
    { lines: opening(diagnosis) },
    { heading: headings.consequences, lines: inChainOrder(diagnosis.consequences).map(consequenceLine) },
    {
      heading: headings.next,
      lines: diagnosis.next.map((one) => renderText.follows(`${causeTitle(one.cause)}.`, findingSentence(one))),
    },
    { heading: headings.noise, lines: findingSentences(diagnosis.noise.map((one) => one.finding)) },
    { heading: headings.ruledOut, lines: ruledOutLines(diagnosis) },
    { heading: headings.notChecked, lines: findingSentences(diagnosis.notChecked) },
    ...(rootCause ? [{ heading: headings.toDo, lines: [causeTexts[rootCause.cause].repair] }] : []),
    ...(rootCause ? [{ lines: commandsOf(diagnosis), code: true }] : []),
    { heading: headings.proposals, lines: offered },
  ];
  return parts.filter((part) => part.lines.length > 0);
}

function opening(diagnosis: Diagnosis): readonly string[] {
  const { rootCause, verdict } = diagnosis;
  if (!rootCause)
    return diagnosis.scaledToZero
      ? [renderText.offBecause]
      : verdict === 'healthy'
        ? [renderText.healthy]
        : verdict === 'inconclusive'
          ? [renderText.inconclusive]
          : [];
  return [
    causeSentence(rootCause.code, rootCause.values),
    causeTexts[rootCause.cause].effect,
    ...rootCause.because.map((one) => `– ${proofSentence(one)}`),
  ];
}

function consequenceLine(placed: Diagnosis['consequences'][number]): string {
  const because = whySentence(placed);
  const what = findingSentence(placed.finding);
  return because === undefined ? what : renderText.follows(what, because);
}

/** What still waits outside of the repaired resource (Argo CD's hook), after a repair. */
export function stillWaiting(diagnosis: Diagnosis): readonly string[] {
  const waiting = [...diagnosis.observations, ...diagnosis.noise.map((one) => one.finding)].filter(
    (finding) => finding.runbook === 'argocd' && WAITS.includes(finding.code),
  );
  return findingSentences(waiting);
}

const WAITS = ['argocd-waits-for-hook', 'argocd-waits-for-health', 'argocd-out-of-sync', 'argocd-progressing'];

/**
 * The sentences of other rooms in the form that views need: plain text, not yet escaped. The one place where the views meet `render`.
 */

import type { CauseSlug } from '../../diagnosis/causes.ts';
import { RUNGS, type Rung, type RungState } from '../../diagnosis/ladder.ts';
import type { Diagnosis, Reported } from '../../diagnosis/types.ts';
import type { StoredDiagnosis } from '../../incidents/types.ts';
import type { Check } from '../../remediations/types.ts';
import { causeTexts } from '../../texts/en/causes.ts';

export function causeTitle(cause: CauseSlug): string {
  return causeTexts[cause].title;
}

const REMEDIATION_TITLES: Readonly<Record<string, string>> = {
  'restart-operator': 'Restart the operator',
  'scale-operator-up': 'Start the operator',
  unpause: 'End the pause',
};
export function remediationTitle(id: string): string {
  return REMEDIATION_TITLES[id] ?? id;
}

export function checkSentence(check: Check): string {
  return check.code;
}

/** Lines of one section. */
export function findingLines(findings: readonly Reported[]): readonly string[] {
  return findings.map((finding) =>
    finding.kind === 'cause' || finding.kind === 'ruled-out'
      ? `${finding.code}: ${causeTitle(finding.cause)}`
      : finding.code,
  );
}

export function diagnosisLines({ diagnosis }: StoredDiagnosis): readonly string[] {
  return diagnosis.rootCause ? [causeTitle(diagnosis.rootCause.cause), causeTexts[diagnosis.rootCause.cause].what] : [];
}

const MARKS = { reached: '✓', 'not-reached': '✗', unknown: '?' } as const satisfies Record<RungState, string>;
const NAMES: Partial<Record<Rung, string>> = {
  'operator-pod': 'operator pod',
  'start-up': 'start-up',
  statefulset: 'StatefulSet',
  crd: 'CRD',
};
export function ladderLine(ladder: Diagnosis['ladder']): string {
  return RUNGS.map((rung) => {
    const state = ladder.find((one) => one.rung === rung)?.state ?? 'unknown';
    return `${MARKS[state]} ${NAMES[rung] ?? rung}`;
  }).join('  ');
}

/** What still waits outside of the repaired resource (Argo CD's hook), after a repair. */
export function stillWaiting(diagnosis: Diagnosis): readonly string[] {
  return findingLines(diagnosis.observations.filter((finding) => finding.runbook === 'argocd'));
}

export function noteSentence(code: string, _values: Readonly<Record<string, string | number | boolean>>): string {
  return code;
}

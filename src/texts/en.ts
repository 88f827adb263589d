import { adviceTexts } from './en/advice.ts';
import { causeTexts } from './en/causes.ts';
import { consequenceTexts } from './en/consequences.ts';
import { findingTexts } from './en/findings.ts';
import { notCheckedText, proofText, sourceNames } from './en/proof.ts';
import { certaintyNames, renderText, rungNames, verdictNames } from './en/render.ts';

/** The words of a diagnosis in English. Another language is an object of this shape (`satisfies typeof en`). */
export const en = {
  advice: adviceTexts,
  causes: causeTexts,
  certainties: certaintyNames,
  consequences: consequenceTexts,
  findings: findingTexts,
  frame: renderText,
  notChecked: notCheckedText,
  proof: proofText,
  rungs: rungNames,
  sources: sourceNames,
  verdicts: verdictNames,
} as const;

import type { FindingTexts } from '../../finding-text.ts';

/** What the diagnosis itself may have to say about any runbook. */
export const diagnosisFindings = {
  'runbook-failed': (say) => `The check ${say('runbook')} could not judge what was read: ${say('error')}`,
} satisfies FindingTexts;

import type { Plan, Refusal } from '../remediations/types.ts';
import { refusalSentence, remediationTitle } from './sentences.ts';
import { planCommands } from './step-commands.ts';

/** One repair of the cause, as shown outside Slack: nothing is executed from here. */
interface ShownProposal {
  readonly remediation: string;
  /** Absent for a repair that was refused. */
  readonly risk?: Plan['risk'];
  readonly title: string;
  readonly commands: readonly string[];
  readonly refused?: { readonly code: string; readonly text: string };
}

export type Offered = Plan | Refusal;

export function showProposals(offers: readonly Offered[]): readonly ShownProposal[] {
  return offers.map((offer) => {
    const title = remediationTitle(offer.remediation);
    if ('refused' in offer)
      return {
        remediation: offer.remediation,
        title,
        commands: [],
        refused: { code: offer.code, text: refusalSentence(offer) },
      };
    return {
      remediation: offer.remediation,
      risk: offer.risk,
      title,
      commands: planCommands(offer),
    };
  });
}

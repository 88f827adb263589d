/**
 * Every change of an incident or a proposal, as one transaction: record, audit entry, messages, queue, target record and locks together.
 * Pure: the builders take the records as read and the time; the store compares the versions. On `changed` read again and build anew.
 */
export {
  recordMessage,
  refuseClick,
  repaintCard,
  repaintIncident,
  setPause,
} from './changes/aside.ts';
export { closeIncident, takeOwnership } from './changes/close.ts';
export { nextDiagnosisId, proposedNothing, recordDiagnosis, recordSameAgain } from './changes/diagnosed.ts';
export { continueIncident, openIncident } from './changes/open.ts';
export type { Change } from './changes/parts.ts';
export { cardId, targetKey } from './changes/parts.ts';
export { changeProposal, type Extras, type ProposalReads } from './changes/proposal.ts';
export { startProposal } from './changes/start.ts';

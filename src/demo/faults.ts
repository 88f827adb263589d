import type { FaultChoice } from './page/wire.ts';

/** The menu: the incident first, then one of each group of the catalogue. Ids are those of the scenarios in test/cluster. */
export const FAULTS = [
  { id: 'F58', group: 'The incident', title: 'the operator started before the CRD was there' },
  { id: 'F02', group: 'A · check at start', title: 'a right was missing when the operator started' },
  { id: 'F05', group: 'B · caches', title: 'a CRD that the operator needs is missing' },
  { id: 'F12', group: 'C · scope', title: 'the operator looks for another label' },
  { id: 'F14', group: 'D · operator pod', title: 'the operator is scaled to zero' },
  { id: 'F27', group: 'E · status', title: 'Prometheus runs, but its status is never written' },
  { id: 'F30', group: 'F · sync', title: 'the version of Prometheus is no version' },
  { id: 'F38', group: 'F · sync', title: 'the Prometheus is paused' },
  { id: 'F50', group: 'G · pods', title: 'no StorageClass for the volume' },
  { id: 'F60', group: 'H · Argo CD', title: 'a webhook that nobody answers blocks the sync' },
  { id: 'F00', group: 'For comparison', title: 'nothing is wrong' },
] as const satisfies readonly FaultChoice[];

/** Words around a plan in the terminal. */
export const fixText = {
  headline: (target: string, title: string, risk: string): string => `${target}: ${title} (risk: ${risk})`,
  before: 'Tried before',
  changes: 'What would change',
  checked: 'Checked',
  noticed: 'What you would notice',
  untouched: 'Not touched',
  undo: 'Undo',
  undoSteps: (steps: number): string =>
    steps === 1 ? 'One step back to what is there now.' : `${steps} steps back to what is there now.`,
  owner: 'Who else writes it',
  permanent: 'To make it last',
  mergeInto: (file: string) => `Merge into ${file}:`,
  takeOutOf: (file: string, keys: string) => `Remove from ${file}, if it is there: ${keys}`,
  rehearsal: 'Rehearsal on the API server (nothing was written)',
  accepted: (step: number, of: number): string => `Step ${step} of ${of} would be accepted.`,
  refusedStep: (step: number, of: number, why: string): string => `Step ${step} of ${of} would be refused. ${why}`,
  notOffered: (why: string): string => `Not offered. ${why}`,
  known: (ids: readonly string[]): string => `Repairs: ${ids.join(', ')}.`,
  writesNothing: (id: string): string =>
    `From the terminal promfix writes nothing. To have it approved and carried out: /promfix fix ${id}`,
  unknownCluster: 'The identity of the cluster could not be read, so nothing is planned for it.',
} as const;

import { diagnosesOf, pictureId, triedOf } from '../incidents/history.ts';
import type { Incident, Proposal, Versioned } from '../incidents/types.ts';
import type { Tried } from '../remediations/types.ts';
import type { Store } from './types.ts';

type Reader = Pick<Store, 'get'>;

/** These proposals of an incident, in their order, as far as they are kept. */
export async function proposalsOf(store: Reader, ids: readonly string[]): Promise<readonly Proposal[]> {
  const records = await Promise.all(ids.map((id) => store.get('proposal', id)));
  return records.flatMap((record) => (record ? [record.value] : []));
}

/** What became of these proposals of an incident, in their order, as far as planning has to know it. */
export async function triedIn(store: Reader, proposals: readonly Proposal[]): Promise<readonly Tried[]> {
  const tried = await Promise.all(
    proposals.map(async (proposal) => {
      const id = pictureId(proposal);
      const seen = id === undefined ? undefined : await store.get('diagnosis', id);
      return triedOf(proposal, seen?.value.diagnosis);
    }),
  );
  return tried.filter((one) => one !== undefined);
}

/** The proposals of an incident as they were read with a version of it. */
interface History {
  readonly version: number;
  readonly proposals: readonly Proposal[];
}

/**
 * The history again, read anew only when the incident has changed since: it does with every diagnosis that a proposal can come to refer to.
 */
export async function historyOf(
  store: Reader,
  { version, value }: Versioned<Incident>,
  known?: History,
): Promise<History> {
  return known?.version === version ? known : { version, proposals: await proposalsOf(store, value.proposals) };
}

/** The diagnoses that these proposals refer to, and those of them that the thread has no sections of. */
export function referencesOf({ proposals }: History): {
  readonly referred: ReadonlySet<string>;
  readonly untold: ReadonlySet<string>;
} {
  const ids = proposals.map(diagnosesOf);
  const untold = new Set(ids.flatMap(({ after }) => after));
  return { untold, referred: new Set([...untold, ...ids.flatMap(({ before }) => before)]) };
}

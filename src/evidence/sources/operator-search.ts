import { compareText, type Json, object, objects, sortedBy, string } from '../json.ts';
import { getObject, listObjects, type NotRead, project, type Reading, unread } from '../reading.ts';
import type { PodView, Read } from '../types.ts';
import { projectDeployment, type ReadDeployment } from './operator-deployment.ts';
import { isOperatorContainer } from './operator-image.ts';
import { type OperatorRow, readOperatorTable } from './operator-table.ts';
import { readPodsEverywhere } from './pods.ts';

/** A Deployment that runs the prometheus-operator. */
export interface Candidate extends ReadDeployment {
  readonly namespace: string;
  readonly name: string;
  /** Its pods, where they were asked for before its namespace was known; undefined if they have to be asked for again. */
  readonly pods?: Promise<Read<readonly PodView[]> | undefined>;
}

interface Found {
  readonly candidates: readonly Candidate[];
  /** False where only the target's namespace, or those that may be read, are looked at. */
  readonly everywhere: boolean;
}

/** What is known of the operators, in the order in which it becomes known. */
export interface Search {
  /** Those in the namespace that was asked about, as far as one round trip tells. */
  readonly near: Promise<readonly Candidate[]>;
  /** Names of the others, after the same round trip. */
  readonly others: Promise<readonly string[]>;
  /** All of them, the near ones first: a second round trip where there are others. */
  readonly all: Promise<Read<Found>>;
}

/** Deployments of the namespace that are read in full. */
const NEAR_ASKED = 50;
/** Others that are looked up. */
const OTHERS_ASKED = 3;
/** Deployments of one name in all namespaces. */
const NAMESAKES = 100;

/**
 * Looks for operators by what their containers run. The Table of all Deployments tells how many there are and what they are called; those
 * of the target's namespace are read in full beside it, the others afterwards by name. Where the right to list all Deployments is missing,
 * only the target's namespace is looked at, or those that may be read.
 */
export function searchOperators(reading: Reading, namespace: string): Search {
  if (reading.namespaces.length > 0) return searchListed(reading, namespace);
  const near = readNear(reading, namespace);
  const sighted = Promise.all([near, readOperatorTable(reading, undefined)]).then(([here, everywhere]) =>
    compare(reading, namespace, here, everywhere),
  );
  return {
    near: near.then((read) => candidatesOf(read)),
    others: sighted.then((read) => (read.state === 'read' ? read.value.others.map(({ name }) => name) : [])),
    all: sighted.then((read) => (read.state === 'read' ? complete(reading, namespace, read.value) : read)),
  };
}

const NOT_SEEN = unread('forbidden', 'there is no operator in the namespaces that may be read', {
  verb: 'list',
  group: 'apps',
  resource: 'deployments',
});

function searchListed(reading: Reading, namespace: string): Search {
  const look = (where: string) => ({ where, near: readNear(reading, where) });
  const here = look(namespace);
  const elsewhere = reading.namespaces.filter((one) => one !== namespace).map(look);
  const whole = async ({ where, near }: ReturnType<typeof look>): Promise<Read<Found>> => {
    const read = await near;
    if (read.state === 'unread') return read;
    const sighted = await compare(reading, where, read, NOT_SEEN);
    return sighted.state === 'read' ? complete(reading, where, sighted.value) : sighted;
  };
  return {
    near: here.near.then(candidatesOf),
    others: Promise.all(elsewhere.map(({ near }) => near)).then((reads) =>
      reads.flatMap((read) => candidatesOf(read).map(({ name }) => name)),
    ),
    all: Promise.all([here, ...elsewhere].map(whole)).then(together),
  };
}

/** Half a list of operators would say that there is only one; a namespace without any says nothing. */
function together(reads: readonly Read<Found>[]): Read<Found> {
  const missing = reads.find((read) => read.state !== 'read' && read !== NOT_SEEN);
  if (missing !== undefined) return missing;
  const found = reads.flatMap((read) => (read.state === 'read' ? [read] : []));
  const [first] = found;
  if (first === undefined) return NOT_SEEN;
  return { ...first, value: { candidates: found.flatMap(({ value }) => value.candidates), everywhere: false } };
}

type Near = Read<{ readonly candidates: readonly Candidate[]; readonly rest: boolean }>;

function candidatesOf(near: Near): readonly Candidate[] {
  return near.state === 'read' ? near.value.candidates : [];
}

async function readNear(reading: Reading, namespace: string): Promise<Near> {
  const list = await listObjects(reading, 'deployments', { namespace }, { query: { limit: NEAR_ASKED } });
  return project(list, ({ items, rest }) => ({ candidates: operatorsAmong(items, reading), rest }));
}

function operatorsAmong(items: readonly Json[], reading: Reading): readonly Candidate[] {
  const operators = items.filter((item) =>
    objects(object(item, 'spec', 'template', 'spec')['containers'], 20).some((container) =>
      isOperatorContainer(string(container, 'name') ?? '', string(container, 'image') ?? ''),
    ),
  );
  const candidates = operators.map((item) => ({
    namespace: string(item, 'metadata', 'namespace') ?? '',
    name: string(item, 'metadata', 'name') ?? '',
    // The items of a list come without their type, which the content's hash covers.
    ...projectDeployment({ apiVersion: 'apps/v1', kind: 'Deployment', ...item }, reading),
  }));
  return sortedBy(candidates, (candidate) => `${candidate.namespace}/${candidate.name}`);
}

interface Sighted {
  readonly near: readonly Candidate[];
  readonly others: readonly OperatorRow[];
  readonly everywhere: boolean;
  readonly at: string;
}

/** The rows of the Table that the near ones don't explain. */
async function compare(
  reading: Reading,
  namespace: string,
  near: Near,
  everywhere: Read<readonly OperatorRow[]>,
): Promise<Read<Sighted>> {
  const known = candidatesOf(near);
  if (everywhere.state === 'read')
    return project(everywhere, (rows) => ({
      near: known,
      others: unexplained(rows, known),
      everywhere: true,
      at: everywhere.at,
    }));
  if (everywhere.state !== 'unread' || everywhere.because !== 'forbidden' || near.state !== 'read') return everywhere;
  const here = near.value.rest ? await readOperatorTable(reading, namespace) : undefined;
  const others = here?.state === 'read' ? unexplained(here.value, known) : [];
  // An empty namespace proves nothing about the others.
  if (known.length + others.length === 0) return everywhere;
  return project(near, () => ({ near: known, others, everywhere: false, at: near.at }));
}

function unexplained(rows: readonly OperatorRow[], known: readonly Candidate[]): readonly OperatorRow[] {
  const names = known.map(({ name }) => name);
  return rows.filter(({ name }) => {
    const index = names.indexOf(name);
    if (index < 0) return true;
    names.splice(index, 1);
    return false;
  });
}

async function complete(reading: Reading, namespace: string, sighted: Sighted): Promise<Read<Found>> {
  const { near, everywhere, at } = sighted;
  const others = sighted.others.slice(0, OTHERS_ASKED);
  const reads = await Promise.all(
    [...new Set(others.map(({ name }) => name))].map((name) =>
      everywhere ? readNamesakes(reading, name, others) : readOne(reading, namespace, name),
    ),
  );
  const missing = reads.find((read): read is NotRead => read.state === 'unread');
  // Half a list of operators would say that there is only one.
  if (missing !== undefined) return missing;
  const key = (candidate: Candidate): string => `${candidate.namespace}/${candidate.name}`;
  const known = new Set(near.map(key));
  const found = reads
    .flatMap((read) => (read.state === 'read' ? read.value : []))
    .filter((one) => !known.has(key(one)));
  return {
    state: 'read',
    at,
    value: { candidates: [...near, ...found.toSorted((a, b) => compareText(key(a), key(b)))], everywhere },
  };
}

/** The operators of that name in any namespace, and beside them already the pods that the Table's selector means. */
async function readNamesakes(
  reading: Reading,
  name: string,
  rows: readonly OperatorRow[],
): Promise<Read<readonly Candidate[]>> {
  const selectors = new Set(rows.flatMap((row) => (row.name === name && row.selector !== '' ? [row.selector] : [])));
  const pods = new Map([...selectors].map((selector) => [selector, readPodsEverywhere(reading, selector)]));
  const query = { fieldSelector: `metadata.name=${name}`, limit: NAMESAKES };
  return project(await listObjects(reading, 'deployments', {}, { query }), ({ items }) =>
    operatorsAmong(items, reading).map((candidate): Candidate => {
      const ahead = pods.get(candidate.view.selector)?.then((within) => within(candidate.namespace));
      return ahead === undefined ? candidate : { ...candidate, pods: ahead };
    }),
  );
}

async function readOne(reading: Reading, namespace: string, name: string): Promise<Read<readonly Candidate[]>> {
  return project(await getObject(reading, 'deployments', { namespace, name }), (body) =>
    operatorsAmong([body], reading),
  );
}

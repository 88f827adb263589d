import type { ServerResponse } from 'node:http';
import { type Call, type Place, servedKind } from './call.ts';
import { type Json, keyOf, namespaceOf, partial, string } from './json.ts';
import { collectionOf, type Kind } from './kinds.ts';
import { expired, formOf, selected } from './reads.ts';
import type { Snapshot } from './snapshot.ts';
import type { Change, State } from './state.ts';
import { table } from './tables.ts';

/** The changes so far, so that a watch can begin at the version of a list. */
export interface History {
  /** Undefined when some of them are forgotten. */
  since(version: number): readonly Change[] | undefined;
}

const KEPT = 2000;

export function keepHistory(state: State): History {
  const all: { readonly version: number; readonly change: Change }[] = [];
  state.watch((change) => {
    all.push({ version: state.resourceVersion, change });
    if (all.length > KEPT) all.shift();
  });
  return {
    since(version) {
      const [oldest] = all;
      if (all.length === KEPT && oldest !== undefined && version < oldest.version - 1) return undefined;
      return all.filter((one) => one.version > version).map(({ change }) => change);
    },
  };
}

/** `GET …?watch=true`: a line of JSON for every change, until the client or the time-out ends it. */
export function streamChanges(
  state: State,
  snapshot: Snapshot,
  history: History,
  call: Call,
  place: Place,
  response: ServerResponse,
): () => void {
  const kind = servedKind(state, place);
  const form = formOf(call.accept);
  const send = (type: string, item: Json): void => {
    const metadata = { resourceVersion: string(item, 'metadata', 'resourceVersion') ?? '' };
    const shown =
      form === 'Table' ? table(snapshot, kind, [item], metadata, state.now()) : form === 'whole' ? item : partial(item);
    response.write(`${JSON.stringify({ type, object: shown })}\n`);
  };
  const tell = (change: Change): void => {
    const event = eventOf(kind, place, change);
    const item = event?.item;
    if (event === undefined || item === undefined || !concerns(state, kind, call, event.type, item)) return;
    send(event.type, item);
  };
  const version = call.query.get('resourceVersion') ?? '';
  const fromNow = version === '' || version === '0';
  const missed = fromNow ? [] : history.since(Number(version));
  if (missed === undefined) throw expired();
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
  if (fromNow) for (const item of selected(state, kind, call, place.namespace)) send('ADDED', item);
  missed.forEach(tell);
  const stop = state.watch(tell);
  const seconds = Number(call.query.get('timeoutSeconds') ?? 0);
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  response.once('close', () => {
    stop();
    clearTimeout(timer);
  });
  return stop;
}

function eventOf(
  kind: Kind,
  place: Place,
  { kind: of, before, after }: Change,
): { type: string; item: Json | undefined } | undefined {
  if (collectionOf(of) !== collectionOf(kind)) return undefined;
  const item = after ?? before;
  if (item === undefined || (place.namespace !== undefined && namespaceOf(item) !== place.namespace)) return undefined;
  return { type: after === undefined ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED', item };
}

/** The selectors of the request, asked of the object as it is; one that is gone is told in any case. */
function concerns(state: State, kind: Kind, call: Call, type: string, item: Json): boolean {
  if (type === 'DELETED') return true;
  return selected(state, kind, call, namespaceOf(item)).some((one) => keyOf(one) === keyOf(item));
}

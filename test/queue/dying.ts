import type { KubeRequest } from '../../src/kubernetes/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import type { Store } from '../../src/store/types.ts';

/** The worker dies. */
class Crash extends Error {}

/** Ports whose every call goes through `around`. */
export function through(ports: JobPorts, around: <T>(call: () => Promise<T>) => Promise<T>): JobPorts {
  const { client, cluster, store } = ports;
  const wrapped: Store = {
    ...store,
    now: () => around(() => store.now()),
    get: (kind, id) => around(() => store.get(kind, id)),
    commit: (transaction) => around(() => store.commit(transaction)),
    once: (key, seconds) => around(() => store.once(key, seconds)),
    keep: (name, text, seconds) => around(() => store.keep(name, text, seconds)),
    kept: (name) => around(() => store.kept(name)),
    forget: (name) => around(() => store.forget(name)),
  };
  return {
    ...ports,
    client: { ...client, json: (request) => around(() => client.json(request)) },
    cluster: {
      ...cluster,
      identity: () => around(() => cluster.identity()),
      collect: (target) => around(() => cluster.collect(target)),
    },
    store: wrapped,
    sleep: (ms, signal) => around(() => ports.sleep(ms, signal)),
  };
}

/** Ports of which only what writes goes through `around`: between two writes a worker may die anywhere, and it makes no difference. */
export function throughWrites(ports: JobPorts, around: <T>(call: () => Promise<T>) => Promise<T>): JobPorts {
  const { client, store } = ports;
  const isWrite = ({ method, query }: KubeRequest) => method !== 'GET' && query?.['dryRun'] === undefined;
  return {
    ...ports,
    client: {
      ...client,
      json: (request) => (isWrite(request) ? around(() => client.json(request)) : client.json(request)),
    },
    store: { ...store, commit: (transaction) => around(() => store.commit(transaction)) },
  };
}

/** Dies at the nth call: before it is made, or when it is made and its answer not seen. Says whether it did. */
export function dying(ports: JobPorts, at: number, when: 'before' | 'after', wrap = through) {
  let calls = 0;
  let dead = false;
  const mortal = wrap(ports, async (call) => {
    if (dead) throw new Crash('dead');
    calls += 1;
    if (calls !== at) return call();
    dead = true;
    if (when === 'after') await call().catch(() => undefined);
    throw new Crash('dies');
  });
  return { ports: mortal, died: () => dead };
}

/** Ports of a worker that dies instead of its nth note in the journal of a proposal. */
export function dyingAtNote(ports: JobPorts, at: number): JobPorts {
  let notes = 0;
  const commit: Store['commit'] = async (transaction) => {
    const isNote = transaction.puts.some(
      (put) => put.kind === 'proposal' && 'journal' in put.value && put.value.journal.length > notes,
    );
    if (isNote && ++notes === at) throw new Crash('the process ended here');
    return ports.store.commit(transaction);
  };
  return { ...ports, store: { ...ports.store, commit } };
}

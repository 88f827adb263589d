import { object } from '../../src/evidence/json.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import type { Fence, Proposal } from '../../src/incidents/types.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';
import type { JobQueue } from '../../src/queue/queue.ts';
import type { Store } from '../../src/store/types.ts';
import { CLUSTER } from '../remediations/world.ts';

/**
 * Protections that a run may switch off, to prove that it would notice their absence. They are taken away here, around what the processes of
 * the storm are composed of: nothing in `src` knows of it. The mark on an object is none of them: without it a lost answer ends as an honest
 * `unknown`.
 */
export const PROTECTIONS = ['fence', 'resource-version', 'mac', 'outbox', 'lock'] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** Every attempt looks like the same one. */
export const ANY_FENCE: Fence = { job: 1, attempt: 1 };

/** Writes without the condition that nobody wrote since the read. */
export function withoutResourceVersion(client: KubeClient): KubeClient {
  return {
    ...client,
    json(request) {
      const body = object(request.body);
      const { uid: _uid, resourceVersion: _version, ...metadata } = object(body, 'metadata');
      return client.json(request.method === 'PATCH' ? { ...request, body: { ...body, metadata } } : request);
    },
  };
}

/** Two repairs may change one object at the same time. */
export function withoutLock(store: Store): Store {
  return {
    ...store,
    commit({ acquire: _free, ...transaction }) {
      return store.commit(transaction);
    },
  };
}

/** Whatever stands in Redis as an approval counts as one. */
export function withoutMac(store: Store, key: string): Store {
  return {
    ...store,
    async get(kind, id) {
      const found = await store.get(kind, id);
      if (kind !== 'proposal' || found === undefined) return found;
      // `kind` says which record it is.
      const proposal = found.value as Proposal;
      return { ...found, value: signed(proposal, key) as typeof found.value };
    },
  };
}

function signed(proposal: Proposal, key: string): Proposal {
  const { id, planHash = '', expiresAt = '', plan } = proposal;
  const cluster = plan?.cluster ?? CLUSTER;
  const approvals = proposal.approvals.map((approval) => ({
    ...approval,
    mac: approvalMac(key, { ...approval, proposal: id, planHash, cluster, expiresAt }),
  }));
  return { ...proposal, approvals };
}

/** The job is added after the write, by whoever wrote, if it lives that long; nobody looks for what was lost. */
export function withoutOutbox(store: Store, queue: JobQueue, random: () => number): Store {
  return {
    ...store,
    async commit(transaction) {
      const jobs = transaction.outbox.flatMap((entry) =>
        entry.to === 'queue' && entry.job === 'execute' ? [entry] : [],
      );
      const outbox = transaction.outbox.filter((entry) => !jobs.some((job) => job.id === entry.id));
      const result = await store.commit({ ...transaction, outbox });
      if (result.ok)
        for (const { job, proposal } of jobs)
          setTimeout(() => {
            store
              .now()
              .then((at) => queue.add(job, proposal, at))
              .catch(() => {
                // Nobody is told, as with every write that is not part of the transaction.
              });
          }, random() * 2000);
      return result;
    },
  };
}

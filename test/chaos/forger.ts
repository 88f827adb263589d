import type { Approval, Proposal } from '../../src/incidents/types.ts';
import type { JobQueue } from '../../src/queue/queue.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { keys } from '../../src/store/keys.ts';

/**
 * Somebody who can write Redis and has no key: puts an approval by a real approver into a record, calls the proposal approved, and adds the job.
 */
export async function forgeApproval(url: string, queue: JobQueue, id: string, user: string, team: string) {
  const redis = connectRedis(url, 'patient');
  try {
    const key = keys.record('proposal', id);
    const [version, json] = await redis.hmget(key, 'v', 'j');
    if (version == null || json == null) return false;
    // Only promfix writes there.
    const proposal = JSON.parse(json) as Proposal;
    if (proposal.state !== 'proposed') return false;
    const at = new Date().toISOString();
    const approval: Approval = { by: { team, user }, at, mac: 'f'.repeat(64) };
    const forged: Proposal = { ...proposal, state: 'approved', approvals: [approval], decidedAt: at };
    await redis.hset(key, 'v', Number(version) + 1, 'j', JSON.stringify(forged));
    await queue.add('execute', id, at);
    return true;
  } finally {
    redis.disconnect();
  }
}

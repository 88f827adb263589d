import type { Answer } from '../../../src/commands/answers.ts';
import { undo } from '../../../src/commands/undo.ts';
import { parseFile } from '../../../src/config.ts';
import type { CauseSlug } from '../../../src/diagnosis/causes.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { clusterPort } from '../../../src/evidence/cluster-port.ts';
import type { Target } from '../../../src/evidence/types.ts';
import { approvalMac } from '../../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../../src/incidents/changes.ts';
import type { Proposal, ProposalEvent } from '../../../src/incidents/types.ts';
import { loadKubeClient } from '../../../src/kubernetes/load.ts';
import { execute } from '../../../src/queue/jobs/execute.ts';
import type { JobPorts } from '../../../src/queue/jobs/ports.ts';
import { prepare } from '../../../src/queue/jobs/prepare.ts';
import type { RepairId } from '../../../src/remediations/ids.ts';
import { remediationById } from '../../../src/remediations/index.ts';
import { admissionSecretRule, metricsRule, readingRules, writingRules } from '../../../src/remediations/parts/rules.ts';
import { connectRedis } from '../../../src/store/connect.ts';
import { applyEvent } from '../../../src/store/decide.ts';
import { createRedisStore } from '../../../src/store/redis-store.ts';
import { nobody } from '../../builders/directory.ts';
import { type RightsRule, serviceAccount } from '../../cluster/control-plane/accounts.ts';
import type { Cluster } from '../../cluster/control-plane/cluster.ts';
import { ADMISSION, NS, OPERATOR } from '../../cluster/names.ts';
import { sleep } from '../../cluster/wait.ts';
import { SUBJECT } from './table.ts';

const KEY = 'k'.repeat(32);
const ASKER = { kind: 'user', team: 'T01', user: 'U0ASKER00' } as const;
const BY = { team: 'T01', user: 'U0ANN0000' } as const;
const rule = '{ users: [U0ANN0000], self: never }';
const FILE = parseFile(`
cluster: test
slack: { incidentChannel: C012AB3CD }
approvals: { low: ${rule}, medium: ${rule}, high: ${rule} }
`);

/** A worker in this process: real API server under a ServiceAccount with the declared rights only, real Redis. */
export interface TestWorker {
  readonly ports: JobPorts;
  readonly target: Target;
  rootCause(): Promise<CauseSlug | undefined>;
  /** An incident with a proposal that was prepared: `proposed`, or `voided` with the refusal. */
  prepared(remediation: RepairId, cause: CauseSlug): Promise<Proposal>;
  /** Approves it; its job is queued. */
  approved(id: string): Promise<void>;
  /** One attempt at its job. */
  attempt(id: string, attempt: number, ports?: JobPorts): Promise<Proposal>;
  /** Approves it and carries it out. */
  carriedOut(id: string): Promise<Proposal>;
  /** Proposes to take it back, approves that and carries it out; or what is said instead. */
  undone(id: string): Promise<Proposal | Answer>;
  close(): Promise<void>;
}

interface WorkerOptions {
  /** Rights in other namespaces than the operator's. */
  readonly elsewhere?: Readonly<Record<string, readonly RightsRule[]>>;
}

export async function testWorker(
  cluster: Cluster,
  redisUrl: string,
  granted: readonly RightsRule[] = [],
  { elsewhere = {} }: WorkerOptions = {},
): Promise<TestWorker> {
  const { namespaced, ...rights } = workerRights(granted);
  const account = await serviceAccount(cluster, 'worker', { ...rights, namespaced: { ...elsewhere, ...namespaced } });
  return workerWith(account, redisUrl);
}

/** What a worker may do: what is declared for it, and what is granted beyond. */
export function workerRights(granted: readonly RightsRule[] = []) {
  return {
    cluster: [...readingRules(), metricsRule(`https:${OPERATOR}:https`)],
    namespaced: { [NS]: [admissionSecretRule(ADMISSION), ...writingRules(), ...granted] },
  };
}

/** The same with a kubeconfig of any cluster, for its Prometheus unless another resource is named. */
export async function workerWith(
  kubeconfig: string,
  redisUrl: string,
  subject: Partial<Pick<Target, 'kind' | 'name'>> = {},
  namespaces: readonly string[] = [],
): Promise<TestWorker> {
  const admin = connectRedis(redisUrl, 'patient');
  await admin.flushall();
  admin.disconnect();
  const client = loadKubeClient({ kubeconfig });
  const now = () => new Date();
  const store = createRedisStore(redisUrl, { callMs: 10_000 });
  const target: Target = { cluster: FILE.cluster, kind: 'Prometheus', ...SUBJECT, ...subject };
  const reading = clusterPort({
    client,
    clusterName: FILE.cluster,
    now,
    deadlineMs: 60_000,
    readMetrics: true,
    namespaces,
  });
  const ports: JobPorts = {
    client,
    cluster: reading,
    store,
    diagnose,
    file: FILE,
    approvalKey: KEY,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sleep: (ms) => sleep(ms),
  };
  const proposalOf = async (id: string): Promise<Proposal> => {
    const found = await store.get('proposal', id);
    if (!found) throw new Error(`no proposal ${id}`);
    return found.value;
  };
  const apply = async (id: string, event: ProposalEvent): Promise<void> => {
    const done = await applyEvent(store, id, event, ASKER);
    if (!done?.ok) throw new Error(`${event.on} was refused: ${JSON.stringify(done)}`);
  };
  const worker: TestWorker = {
    ports,
    target,
    rootCause: async () => diagnose(await ports.cluster.collect(target)).rootCause?.cause,
    async prepared(remediation, cause) {
      const id = `inc-${await store.nextIncidentNumber()}`;
      const at = await store.now();
      const record = await store.get('target', targetKey(target));
      await store.commit(openIncident({ id, target, record, by: ASKER, at, channel: 'C01', approvalKey: KEY }));
      const incident = await store.get('incident', id);
      if (!incident) throw new Error('the incident was not opened');
      const risk = remediationById(remediation)?.risk ?? 'low';
      const started = startProposal({
        incident,
        target: await store.get('target', targetKey(target)),
        older: undefined,
        remediation,
        cause,
        risk,
        by: ASKER,
        at,
        approvalKey: KEY,
      });
      if (!started.ok) throw new Error(started.refusal.code);
      await store.commit(started.transaction);
      await prepare(ports, started.next.id);
      return proposalOf(started.next.id);
    },
    async approved(id) {
      const { planHash = '', plan, expiresAt = '' } = await proposalOf(id);
      if (!plan) throw new Error('nothing was proposed');
      const mac = approvalMac(KEY, { proposal: id, by: BY, planHash, cluster: plan.cluster, expiresAt });
      const at = await store.now();
      await apply(id, { on: 'approve', at, planHash, approval: { by: BY, at, mac } });
      await apply(id, { on: 'enqueued', at: await store.now() });
    },
    async attempt(id, attempt, given = ports) {
      await execute(given, id, { job: 1, attempt });
      return proposalOf(id);
    },
    async carriedOut(id) {
      await worker.approved(id);
      return worker.attempt(id, 1);
    },
    async undone(id) {
      const answer = await undo({ ...ports, directory: nobody }, { proposal: id }, ASKER);
      if (answer.say !== 'preparing') return answer;
      const incident = await store.get('incident', answer.incident.id);
      const undoing = incident?.value.proposals.at(-1) ?? '';
      await prepare(ports, undoing);
      const proposal = await proposalOf(undoing);
      return proposal.state === 'proposed' ? worker.carriedOut(undoing) : proposal;
    },
    async close() {
      await store.close();
      await client.close();
    },
  };
  return worker;
}

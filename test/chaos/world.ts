import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import { contentHash } from '../../src/evidence/content-hash.ts';
import { at, object, string } from '../../src/evidence/json.ts';
import type { Evidence, Target } from '../../src/evidence/types.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';
import type { ClusterPort } from '../../src/ports.ts';
import { CLUSTER, deployment, diagnosis, evidence, meta, operator, read, TARGET } from '../remediations/world.ts';
import { deploymentPath } from './cluster.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

export const targetName = (index: number) => `p-${index}`;
export const indexOf = (target: string) => Number(target.slice(2));
/** Every fifth target shares its operator with the one before it, so that two repairs want the same object. */
export const operatorOf = (index: number) =>
  `operator-${String((index % 5 === 4 ? index - 1 : index) + 1).padStart(4, '0')}`;
const targetOf = (name: string): Target => ({ ...TARGET, name });

/** Evidence of a target out of one read of its operator's Deployment: cheap enough for thousands, true enough for a restart. */
export function chaosPort(client: KubeClient, slowReads = 0): ClusterPort {
  return {
    identity: async () => CLUSTER,
    find: async (query) => ({ found: 'one', target: targetOf(query.name ?? targetName(0)) }),
    async collect(target, signal) {
      // In production it is some dozens of requests, and takes seconds.
      if (Math.random() < slowReads) await delay(Math.random() * 4000, undefined, { ...(signal && { signal }) });
      const name = operatorOf(indexOf(target.name));
      const { body } = await client.json({ method: 'GET', path: deploymentPath(name), ...(signal && { signal }) });
      return look(target, name, body);
    },
  };
}

function look(target: Target, name: string, raw: Readonly<Record<string, unknown>>): Evidence {
  const annotations = object(raw, 'spec', 'template', 'metadata', 'annotations');
  const view = deployment({
    meta: meta(name, {
      uid: string(raw, 'metadata', 'uid') ?? '',
      generation: Number(at(raw, 'metadata', 'generation')),
    }),
    contentHash: contentHash(raw),
    status: {
      replicas: Number(at(raw, 'status', 'replicas')),
      readyReplicas: 1,
      updatedReplicas: Number(at(raw, 'status', 'updatedReplicas')),
      observedGeneration: Number(at(raw, 'status', 'observedGeneration')),
    },
    templateAnnotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, String(value)])),
  });
  return evidence({ target, operators: read([operator({ deployment: view })]) });
}

/** The operator started too early, until it was restarted. */
export function chaosDiagnose(seen: Evidence): Diagnosis {
  const restarted =
    seen.operators.state === 'read' &&
    seen.operators.value[0]?.deployment.templateAnnotations[RESTARTED_AT] !== undefined;
  return { ...diagnosis(restarted ? null : 'crd-race-at-start'), target: seen.target };
}

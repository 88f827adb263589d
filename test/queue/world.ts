import { contentHash } from '../../src/evidence/content-hash.ts';
import { restartOperator } from '../../src/remediations/restart-operator.ts';
import type { Step } from '../../src/remediations/types.ts';
import { NS, OPERATOR } from '../remediations/world.ts';

type Json = Record<string, unknown>;

export const DEPLOYMENT = `/apis/apps/v1/namespaces/${NS}/deployments/${OPERATOR}`;
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
export const WRITES = restartOperator.writes;

/** The operator's Deployment as an API server has it. */
export function rawDeployment(spec: Json = {}): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: OPERATOR,
      namespace: NS,
      uid: `uid-${OPERATOR}`,
      resourceVersion: '100',
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      managedFields: [{ manager: 'helm' }],
    },
    spec: { replicas: 1, template: { metadata: { labels: { app: 'operator' } }, spec: { containers: [] } }, ...spec },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  };
}

export function restartStep(object: Json = rawDeployment()): Step {
  return {
    do: 'restart',
    object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NS, name: OPERATOR, uid: `uid-${OPERATOR}` },
    contentHash: contentHash(object),
  };
}

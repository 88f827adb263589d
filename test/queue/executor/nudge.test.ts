import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/evidence/content-hash.ts';
import { at } from '../../../src/evidence/json.ts';
import { applyStep } from '../../../src/queue/executor/apply.ts';
import { rehearseStep } from '../../../src/queue/executor/rehearse.ts';
import { nudge } from '../../../src/remediations/nudge.ts';
import type { Step } from '../../../src/remediations/types.ts';
import { type ApiServer, startApiServer } from '../api-server.ts';
import { stepContext } from './context.ts';

const PATH = '/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses/main';
const TIME = '2026-11-25T03:00:00.000Z';
const MARK = { job: 'inc-1.p1', run: 'then' };
const prometheus = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: { name: 'main', namespace: 'monitoring', uid: 'uid-main', annotations: { kept: 'yes' } },
  spec: { replicas: 1 },
};
const step: Step = {
  do: 'nudge',
  object: {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    namespace: 'monitoring',
    name: 'main',
    uid: 'uid-main',
  },
  contentHash: contentHash(prometheus),
};

let api: ApiServer;
beforeEach(async () => {
  api = await startApiServer({ [PATH]: prometheus });
});
afterEach(() => api.close());

describe('a nudge', () => {
  it('is an annotation beside the ones that are there, with the mark in the same write', async () => {
    const how = { client: api.client, writes: nudge.writes, mark: MARK, time: TIME };
    expect(await rehearseStep(step, how)).toBeUndefined();
    expect(await applyStep(step, stepContext(how))).toEqual({ outcome: 'applied', already: false });

    expect(at(api.objects.get(PATH), 'metadata', 'annotations')).toEqual({
      kept: 'yes',
      'promfix.io/nudge': TIME,
      'promfix.io/job': MARK.job,
      'promfix.io/run': MARK.run,
    });
    expect(api.stored).toHaveLength(1);
  });

  it('is no change of the content: what was approved before still fits', async () => {
    const nudged = {
      ...prometheus,
      metadata: { ...prometheus.metadata, annotations: { kept: 'yes', 'promfix.io/nudge': TIME } },
    };

    expect(contentHash(nudged)).toBe(contentHash(prometheus));
  });
});

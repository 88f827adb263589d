import { describe, expect, it } from 'vitest';
import { gitPatches } from '../../src/render/git-patch.ts';
import { planDetailsMessage } from '../../src/slack/views/thread.ts';
import { examplePlan } from '../incidents/examples.ts';

const step = (kind: string, patch: Readonly<Record<string, unknown>>) => ({
  steps: [
    {
      do: 'patch' as const,
      object: { apiVersion: 'x/v1', kind, namespace: 'monitoring', name: 'main', uid: 'u' },
      contentHash: 'h',
      patch,
    },
  ],
});

describe('the lasting change', () => {
  it.each([
    ['Prometheus', { spec: { paused: false } }, 'prometheus:\n  prometheusSpec:\n    paused: false'],
    ['Prometheus', { metadata: { labels: { a: 'b' } } }, 'prometheus:\n  additionalLabels:\n    a: b'],
    ['Alertmanager', { spec: { version: 'v1.0.0' } }, 'alertmanager:\n  alertmanagerSpec:\n    version: v1.0.0'],
    ['ThanosRuler', { metadata: { annotations: { k: null } } }, 'thanosRuler:\n  annotations:\n    k: null'],
  ])('of a %s is one of the chart’s values: %j', (kind, patch, yaml) => {
    expect(gitPatches(step(kind, patch), { values: 'apps/values.yaml' })).toEqual([{ file: 'apps/values.yaml', yaml }]);
  });

  it('of an Application is one of its manifest', () => {
    const patch = { spec: { source: { targetRevision: '79.4.0' } } };
    expect(gitPatches(step('Application', patch), { application: 'apps/monitoring.yaml' })).toEqual([
      { file: 'apps/monitoring.yaml', yaml: 'spec:\n  source:\n    targetRevision: 79.4.0' },
    ]);
  });

  it('is none where nothing has to change in Git, or the values can’t say it', () => {
    expect(gitPatches(examplePlan())).toEqual([]);
    expect(gitPatches(step('StatefulSet', { metadata: { labels: { a: 'b' } } }))).toEqual([]);
    expect(gitPatches(step('Application', { metadata: { annotations: { x: 'refresh' } } }))).toEqual([]);
  });
});

describe('what a card has no room for', () => {
  it('follows in the thread, whole', () => {
    const diff = Array.from({ length: 9 }, (_, index) => ({
      object: 'ClusterRole operator',
      path: `rules[${index}]`,
      before: null,
      after: 'x'.repeat(400),
    }));
    const shown = planDetailsMessage({ ...examplePlan(), diff }, undefined);

    expect(JSON.stringify(shown?.blocks)).toContain('rules[8]');
    expect(shown?.blocks.length).toBeGreaterThan(1);
  });

  it('is nothing when the card shows all', () => {
    expect(planDetailsMessage(examplePlan(), undefined)).toBeUndefined();
  });
});

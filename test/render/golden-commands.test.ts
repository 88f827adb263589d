import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { commandsOf } from '../../src/render/kubectl-commands.ts';
import { captured } from '../builders/captured.ts';

const commands = (evidence: Evidence): string => commandsOf(diagnose(evidence)).join('\n');
const mapText = (evidence: Evidence, change: (text: string) => string): Evidence =>
  // Only text within values changes, never the shape.
  JSON.parse(change(JSON.stringify(evidence))) as Evidence;

describe('commands for a real control plane’s evidence', () => {
  it('delete the ConfigMap that the message names, of whatever kind and shard', () => {
    const ruler = mapText(captured('F41'), (text) =>
      text.replaceAll('prometheus-prometheus-kube-prometheus-prometheus-rulefiles-0', 'thanos-ruler-main-rulefiles-1'),
    );
    expect(commands(ruler)).toContain('-n monitoring delete configmap thanos-ruler-main-rulefiles-1');
    expect(commands(ruler)).not.toContain('rulefiles-0');
  });

  it.each([
    ['F16', 'secret prometheus-kube-prometheus-admission'],
    ['F34', 'edit secret extra-scrape'],
    ['F42', 'secret prometheus-prometheus-kube-prometheus-prometheus'],
  ])('of %s name the Secret: %s', (id, expected) => {
    expect(commands(captured(id))).toContain(expected);
  });

  it.each(['F04', 'F15', 'F16', 'F26', 'F34', 'F42', 'F48b', 'F52', 'F52b', 'F65'])('of %s have no gap', (id) => {
    expect(commands(captured(id))).not.toMatch(/<\w+>/);
  });

  it('ask for a previous log only where a container has ended', () => {
    expect(commands(captured('F52'))).not.toContain('--previous');
    expect(commands(captured('F52c'))).toContain('-c prometheus --previous');
  });

  it('take the label off the resource first where it comes from there', () => {
    const first = 'label prometheuses.monitoring.coreos.com prometheus-kube-prometheus-prometheus managed-by-';
    expect(commandsOf(diagnose(captured('F39b')))[0]).toContain(first);
    expect(commands(captured('F39'))).not.toContain('managed-by-');
  });

  it('replace the wrong subject instead of adding another', () => {
    expect(commands(captured('F04'))).toContain(
      `--type=json -p '[{"op":"test","path":"/subjects/0/name","value":"prometheus-kube-prometheus-operator"},{"op":"replace","path":"/subjects/0","value":{"kind":"ServiceAccount","name":"prometheus-kube-prometheus-operator","namespace":"monitoring"}}]'`,
    );
  });

  it('look at the quota only when a quota refuses', () => {
    expect(commands(captured('F26'))).toContain('get serviceaccount prometheus-kube-prometheus-operator');
    for (const id of ['F26', 'F48b']) expect(commands(captured(id))).not.toContain('resourcequota');
  });
});

describe('an immutable Secret that nobody says the operator made', () => {
  it('is said to be somebody else’s', () => {
    expect(diagnose(captured('F42')).rootCause).toMatchObject({ code: 'owned-object-foreign' });
  });
});

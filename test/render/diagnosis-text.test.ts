import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import { diagnosisText, headline } from '../../src/render/diagnosis-text.ts';
import { chainLine } from '../../src/render/sentences.ts';
import { healthy, incident } from './incident.ts';

const lines = (diagnosis: Diagnosis): readonly string[] => diagnosisText(diagnosis).split('\n');

describe('the text of a diagnosis', () => {
  it('says cluster, target, verdict and cause in its first line', () => {
    expect(lines(incident)[0]).toBe(
      'lab: Prometheus monitoring/main is broken: The operator started before the CRD was there',
    );
    expect(lines(healthy)[0]).toBe('lab: Prometheus monitoring/main is healthy');
  });

  it('says in the first line when the cause is not proven', () => {
    const likely: Diagnosis = {
      ...incident,
      rootCause: incident.rootCause && { ...incident.rootCause, certainty: 'likely' },
    };
    expect(headline(likely)).toMatch(/\(likely\)$/);
  });

  it('draws the ladder in its second line', () => {
    expect(lines(incident)[1]).toMatch(/stops at 5\/12: controller$/);
    expect(lines(healthy)[1]).toBe('✓✓✓✓✓✓✓✓✓✓✓✓ all 12 steps reached');
  });

  it('ends with commands to paste, whole and in this order', () => {
    expect(lines(incident).slice(-4, -1)).toEqual([
      '  kubectl -n monitoring rollout restart deployment/operator',
      '  kubectl -n monitoring rollout status deployment/operator --timeout=120s',
      '  kubectl -n monitoring wait prometheuses.monitoring.coreos.com/main --for=condition=Available --timeout=180s',
    ]);
  });

  it('draws the chain from the cause to the loudest symptom', () => {
    expect(chainLine(incident)).toBe(
      'The operator started before the CRD was there → controller switched off → no StatefulSet → no status → Progressing → the sync waits → OutOfSync → no caBundle → TLS errors',
    );
    expect(chainLine(healthy)).toBeUndefined();
  });

  it('leaves no gap: neither a missing value nor a code instead of a sentence', () => {
    const text = diagnosisText(incident);
    expect(text).not.toMatch(/<\w+>|undefined|\[object/);
    expect(text).not.toMatch(/^ +- [a-z]+(-[a-z]+)+$/m);
  });

  it('has no escape sequence unless colours are asked for', () => {
    const esc = String.fromCharCode(27);
    expect(diagnosisText(incident)).not.toContain(esc);
    expect(diagnosisText(incident, [], { colour: true })).toContain(esc);
  });

  it('lets no control character of the cluster reach the terminal', () => {
    const evil: Diagnosis = {
      ...incident,
      rootCause: incident.rootCause && {
        ...incident.rootCause,
        because: [{ source: 'operators', path: 'log', quote: 'a\u001b[2Jb\u202ec\rd' }],
      },
    };
    const text = diagnosisText(evil);
    expect(text).toContain('a[2Jbcd');
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
  });
});

import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Incident, StoredDiagnosis } from '../../../src/incidents/types.ts';
import { diagnosisText } from '../../../src/render/diagnosis-text.ts';
import { incidentMessage } from '../../../src/slack/views/incident.ts';
import { diagnosisMessage } from '../../../src/slack/views/thread.ts';
import { captured } from '../../builders/captured.ts';
import { ASKER, at } from '../../incidents/examples.ts';

function told(
  id: string,
  secondsAfter?: number,
): { readonly incident: string; readonly thread: string; readonly terminal: string } {
  const evidence = captured(id);
  const created = evidence.statefulSet.state === 'read' ? evidence.statefulSet.value.meta.created : evidence.at;
  const later = secondsAfter === undefined ? undefined : new Date(Date.parse(created) + secondsAfter * 1000);
  const diagnosis = diagnose(later === undefined ? evidence : { ...evidence, at: later.toISOString() });
  const stored: StoredDiagnosis = { id: 'inc-1.d1', incident: 'inc-1', diagnosis, refusals: [] };
  const incident: Incident = {
    id: 'inc-1',
    target: diagnosis.target,
    channel: 'C0123456789',
    inThread: false,
    requestedBy: ASKER,
    owner: ASKER,
    openedAt: at(0),
    status: 'diagnosed',
    priority: 'P2',
    diagnoses: [stored.id],
    verdict: diagnosis.verdict,
    ...(diagnosis.rootCause && { cause: diagnosis.rootCause.cause }),
    proposals: [],
    refusedClicks: 0,
  };
  return {
    incident: incidentMessage({ incident, diagnosis: stored }).text,
    thread: diagnosisMessage(stored).text,
    terminal: diagnosisText(diagnosis),
  };
}

describe('the first line', () => {
  it('says that a candidate is a guess, and what can be done now', () => {
    const { incident, thread } = told('F49', 12);
    expect(incident).toContain('(possible) – not proven yet: /promfix diagnose looks again');
    expect(thread).toContain('(possible)');
    expect(told('F54').incident).toContain('(likely)');
  });

  it('says nothing of the certainty of what is proven', () => {
    expect(told('F01').incident).not.toMatch(/\((?:proven|likely|possible)\)/);
  });

  it('says of a Prometheus that is scaled to 0 that monitoring is off', () => {
    const { incident, thread, terminal } = told('N04');
    for (const text of [incident, thread, terminal.split('\n')[0]])
      expect(text).toContain('is scaled to 0 on purpose: monitoring is off');
    expect(incident).not.toContain('nothing to do');
    expect(told('N01').incident).not.toContain('scaled to 0');
  });
});

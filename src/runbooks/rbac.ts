import type { AccessAnswer } from '../evidence/types.ts';
import { notChecked, readValue } from './because.ts';
import { readStory, responsible } from './operator-story.ts';
import { BINDING_CODES, judgeBinding } from './rbac/binding.ts';
import { GATE_RIGHTS_CODES, judgeGateRights } from './rbac/gate-rights.ts';
import { judgeLiveRights, LIVE_RIGHTS_CODES } from './rbac/live-rights.ts';
import { reviewProof } from './rbac/review.ts';
import { defineRunbook } from './types.ts';

/** Second next step of the incident: the operator's rights now (access reviews) and at its start (log, times of roles and bindings). */
export const rbac = defineRunbook({
  id: 'rbac',
  step: 2,
  reads: ['operators', 'pasted', 'resource', 'crds', 'owned', 'statefulSet'],
  codes: ['rights-not-checked', 'rights-complete', ...BINDING_CODES, ...GATE_RIGHTS_CODES, ...LIVE_RIGHTS_CODES],
  judge(seen) {
    const story = readStory(seen);
    const operator = responsible(seen);
    const answers = (operator && readValue(operator.rights)) ?? [];
    const binding = judgeBinding(seen, answers);
    const gate = judgeGateRights(seen, story, answers);
    // A binding that misses the ServiceAccount takes every right away: the single refusals are the same fault.
    const live = binding ? [] : judgeLiveRights(seen, story, answers);
    const found = [...(binding ? [binding] : []), ...gate, ...live];
    const causes = found.filter((one) => one.kind === 'cause');
    return [
      ...(story.pasted ? [] : notChecked('rights-not-checked', 'operators', operator?.rights ?? seen.operators)),
      ...found,
      ...(answers.length > 0 && causes.length === 0 ? complete(answers, story.fromStart) : []).filter(
        ({ cause }) => !found.some((one) => one.kind === 'ruled-out' && one.cause === cause),
      ),
    ];
  },
});

/** What the rights now exclude. Rights at start are only excluded where the log from the start on was read. */
function complete(answers: readonly AccessAnswer[], fromStart: boolean) {
  const refused = answers.filter((one) => !one.allowed);
  const values = { asked: answers.length, allowed: answers.length - refused.length };
  const proof = [reviewProof(answers)];
  const now = (['crb-wrong-subject', 'rbac-namespaces', 'rbac-list-informer', 'rbac-write-verb'] as const).map(
    (cause) =>
      ({ kind: 'ruled-out', cause, code: 'rights-complete', certainty: 'proven', values, because: proof }) as const,
  );
  const atStart = (['rbac-gate-prometheuses', 'rbac-gate-status-update'] as const).map(
    (cause) =>
      ({
        kind: 'ruled-out',
        cause,
        code: 'rights-complete',
        certainty: fromStart ? 'proven' : 'likely',
        values,
        because: proof,
      }) as const,
  );
  return [...atStart, ...now];
}

import type { Values } from '../../diagnosis/types.ts';
import type { UnknownCode } from '../../queue/executor/step.ts';
import type { AUTHORITY_CODES } from '../../queue/jobs/authority.ts';
import { checkText, effectText, noUndoText, permanentText, untouchedText, warningText } from './plans.ts';
import { refusalText } from './refusals.ts';

type Sentence = (values: Values) => string;
const said = (v: Values) =>
  v['message'] === undefined || v['message'] === '' ? '' : ` Last answer: “${v['message']}”`;
const ASK = 'An approver has to look and say whether it happened.';

/** Why an approved repair was not carried out. */
const authorityText = {
  'record-inconsistent': (v) =>
    `The record of this proposal contradicts itself (${v['field']}), so it is not carried out. Ask for the repair again.`,
  'not-this-cluster': (v) => `This was approved for another cluster than ${v['name']}, so it is not carried out.`,
  'approval-forged': (v) =>
    `The approval by ${v['user']} was not given for this plan, so nothing is carried out. Tell whoever runs promfix.`,
  'requester-forged': () =>
    'Its record does not vouch for who asked for it, so it is not carried out. Ask for the repair again; if you see this twice, tell whoever runs promfix.',
  'not-enough-approvals': (v) =>
    `Only ${v['given']} of ${v['needed']} needed approvals count by the rules in force now, so it is not carried out.`,
  'approval-too-old': (v) =>
    `It did not start by ${v['until']}, when its approval expired for good, so it is not carried out. Ask for the repair again.`,
} as const satisfies Record<(typeof AUTHORITY_CODES)[number], Sentence>;

/** Why nobody can say whether it was changed. */
const unknownText = {
  'changed-by-another': () =>
    `The worker was interrupted, and the object was changed by somebody else since: whether the repair was made can’t be said. ${ASK}`,
  'replaced-meanwhile': () =>
    `The worker was interrupted, and the object was re-created since: whether the repair was made can’t be said. ${ASK}`,
  'gone-meanwhile': () =>
    `The worker was interrupted, and the object is gone: whether the repair was made can’t be said. ${ASK}`,
  'cannot-read-back': (v) =>
    `The change was sent, and the cluster can’t be read to see whether it was made.${said(v)} ${ASK}`,
  'answer-lost': (v) => `The change was sent several times without a clear answer.${said(v)} ${ASK}`,
} as const satisfies Record<UnknownCode, Sentence>;

/** Other ends, and notes in the thread. */
const resultText = {
  'partly-applied': (v) => `Step ${v['step']} could not be carried out; the ones before it were. ${ASK}`,
  'cannot-verify': (v) =>
    `The change is made, but the cluster could not be read for ${v['seconds']} seconds to see whether it helped.`,
  'put-back': (v) =>
    v['by'] === undefined
      ? `${v['object'] || 'The object'} was changed, and somebody put it back: make the change at its source.`
      : `${v['object']} was changed, and “${v['by']}” put it back: make the change at the source that it applies.`,
  'did-not-happen': () => 'An approver looked: nothing was changed.',
  unmarked: () => `I looked again: the object does not carry the mark of this repair. ${ASK}`,
  'still-missing': (v) =>
    `${v['kind']} ${v['name']} is deleted and can’t be re-created yet: I keep trying, from the encrypted copy.${said(v)} Whoever has it in Git or Helm may apply it now; I go on once it exists.`,
  'not-better': (v) =>
    v['wasSynced'] === true
      ? `With ${v['version']} it is not better${v['cause'] === undefined ? '' : ` (${v['cause']})`}: I go back to ${v['before']}.`
      : `Argo CD did not apply ${v['version']} in time, so it was not tested: I go back to ${v['before']}.`,
  'not-returned': (v) => `The way back was not taken: ${v['because']}. The version that was tested is still set.`,
  'version-helped': (v) =>
    `${v['version']} helped and is kept. A restart alone did not help before, so it was the version.`,
  'version-helped-restart-open': (v) =>
    `${v['version']} is kept, and it runs again. The restart alone may have done it: a new version restarts the operator, too.`,
  'version-better': (v) =>
    `${v['version']} is kept: the cause is gone and it got further than before. What comes next is below.`,
  'version-better-restart-open': (v) =>
    `${v['version']} is kept: the cause is gone and it got further than before. The restart alone may have done it.`,
  'version-returned': (v) =>
    `Returned to ${v['before']}: ${v['version']} was not better, so the version is not the cause.`,
  'version-returned-healthy': (v) =>
    `Returned to ${v['before']}: ${v['version']} was not better, and since the way back it runs again. The restart alone may have done it.`,
  'version-not-synced': (v) =>
    `${v['version']} is set, but Argo CD had not applied it when things got better: that says nothing about the version.`,
  'version-not-synced-returned': (v) =>
    `Returned to ${v['before']}: Argo CD did not apply ${v['version']} in time, so it was not tested.`,
  'found-done': () => 'An earlier attempt had made the change; it was not made twice.',
} as const satisfies Record<string, Sentence>;

const ALL: Readonly<Record<string, Sentence>> = {
  ...checkText,
  ...warningText,
  ...effectText,
  ...untouchedText,
  ...noUndoText,
  ...permanentText,
  ...refusalText,
  ...authorityText,
  ...unknownText,
  ...resultText,
};

/** The sentence of any code that a plan, a refusal, an outcome or a note of a repair carries; the code itself where there is none. */
export function repairSentence({ code, values }: { readonly code: string; readonly values: Values }): string {
  // A code may come out of a record: `valueOf` must not find what every object has.
  return Object.hasOwn(ALL, code) ? (ALL[code]?.(values) ?? code) : code;
}

import type { Decision } from '../../commands/answers.ts';
import type { Verdict } from '../../diagnosis/types.ts';
import type { Proposal, ProposalState } from '../../incidents/types.ts';
import type { RunbookId } from '../../runbooks/ids.ts';

/** Titles of the thread's sections, by runbook, in the order of the incident document's next steps and then the neighbours. */
export const sectionTitles = {
  'operator-logs': 'Operator log',
  rbac: 'RBAC',
  statefulset: 'StatefulSet',
  'chart-version': 'Chart version',
  'admission-tls': 'Admission webhooks and TLS',
  argocd: 'Argo CD',
  crds: 'CRDs',
  'operator-pod': 'Operator pod',
  scope: 'Scope',
  pods: 'Pods',
} as const satisfies Record<RunbookId, string>;

/** Sentences of the messages in Slack. Values are already escaped for where they go. */
export const slackText = {
  // -- the incident's first line: cluster, cause, action awaited
  firstLine: (cluster: string, cause: string, action: string) => `${cluster}: ${cause} – ${action}`,
  reading: (target: string) => `diagnosing ${target}`,
  verdict: {
    healthy: 'it runs',
    degraded: 'it runs, with a fault',
    broken: 'not running; no cause is proven yet',
    inconclusive: 'no cause could be proven',
  } as const satisfies Record<Verdict, string>,
  off: (target: string) => `${target} is scaled to 0 on purpose: monitoring is off`,
  actions: {
    reading: 'reading the cluster…',
    proposing: 'looking for a repair…',
    preparing: (title: string) => `checking whether “${title}” can be done…`,
    approve: (title: string) => `approve or deny “${title}”`,
    repairing: (title: string) => `“${title}” is under way`,
    unknown: 'say whether the change was made',
    advice: 'needs a repair by hand: see the diagnosis',
    ended: (title: string, state: string) => `“${title}”: ${state}; /promfix diagnose looks again`,
    endedBefore: (title: string, state: string) =>
      `“${title}”: ${state}, and nothing else is proposed: see the diagnosis`,
    lookAgain: 'see what could not be checked',
    notProven: 'not proven yet: /promfix diagnose looks again',
    off: 'set replicas if it should run, or close the incident',
    nothing: 'nothing to do',
    resolved: 'resolved, nothing to do',
    closed: 'closed',
  },
  toCard: 'Open the card',
  facts: (parts: readonly string[]) => parts.join(' · '),
  owner: (who: string) => `owner ${who}`,
  askedBy: (who: string, at: string) => `asked by ${who} at ${at}`,
  blindSince: (at: string) => `blind since ${at}`,
  blindAtLeast: (at: string) => `blind at least since ${at}`,
  sameAgain: (at: string) => `Read again at ${at}: the diagnosis is the same.`,
  refusedClicks: (count: number) =>
    count === 1
      ? '1 click by somebody who may not decide was refused.'
      : `${count} clicks by people who may not decide were refused.`,
  omitted: 'The rest is left out here; `promfix diagnose` in the terminal shows all of it.',

  // -- the card
  cardTitle: (cluster: string, title: string, state: string) => `${cluster}: ${title} – ${state}`,
  checking: 'I am checking whether the change can be made as planned: rights, dry run, undo. Nothing is changed yet.',
  risk: { low: 'low risk', medium: 'medium risk', high: 'high risk' } as const satisfies Record<
    Proposal['risk'],
    string
  >,
  warning: (text: string) => `⚠ ${text}`,
  whatChanges: {
    preparing: 'What will change',
    proposed: 'What will change',
    approved: 'What will change',
    queued: 'What will change',
    running: 'What will change',
    verifying: 'What was changed',
    succeeded: 'What was changed',
    unhealthy: 'What was changed',
    failed: 'What would have changed',
    unknown: 'What may have changed',
    denied: 'What would have changed',
    expired: 'What would have changed',
    voided: 'What would have changed',
    superseded: 'What would have changed',
  } as const satisfies Record<ProposalState, string>,
  wholeDiff: 'All that will change',
  wholeDiffPart: (part: number, of: number) => `All that will change (${part} of ${of})`,
  inGit: (file: string) => `To make it last, merge into ${file}:`,
  outOfGit: (file: string) => `To make it last, remove from ${file}, if it is there:`,
  lasting: (files: string) => `To make it last: ${files}`,
  moreLines: (count: number) => `… and ${count} more`,
  manages: (list: string) => `This operator manages ${list}; all of it is checked again after a restart.`,
  managed: (count: number, kind: string) => `${count} ${kind}`,
  untouched: 'Not touched',
  noted: 'You will notice',
  checked: 'Preconditions',
  undo: 'Undo',
  undoSpoken: (title: string, id: string) => `Propose to take back ${id}: ${title}`,
  takesBack: (id: string, title: string | undefined) =>
    title === undefined ? `Takes back ${id}.` : `Takes back ${id}: ${title}.`,
  takenBackBy: (id: string) => `Taken back by ${id}.`,
  undoSteps: (count: number) => (count === 1 ? 'one step back, kept ready' : `${count} steps back, kept ready`),
  undoNone: (because: string) => `none, because ${because.charAt(0).toLowerCase()}${because.slice(1)}`,
  permanent: 'To make it last',
  mayApprove: (who: string, needed: number, until: string) =>
    needed === 1 ? `May approve: ${who} · until ${until}` : `May approve: ${who} · ${needed} of them · until ${until}`,
  nobodyMayApprove: 'Nobody may approve this risk: see approvals in promfix.yaml.',
  approvedSoFar: (who: string, given: number, needed: number) => `Approved by ${who} (${given} of ${needed}).`,
  approvedBy: (who: string, at: string) => `Approved by ${who} at ${at}`,
  deniedBy: (who: string, at: string) => `Denied by ${who} at ${at}`,
  withReason: (reason: string) => `“${reason}”`,
  expiredAt: (at: string) => `Nobody decided until ${at}.`,
  startedAt: (at: string) => `Started at ${at}.`,
  finishedAt: (at: string) => `Finished at ${at}.`,
  outcome: (code: string) => `Why: ${code}.`,
  plan: (id: string, hash: string) => `${id} · plan ${hash}`,
  approve: 'Approve',
  deny: 'Deny',
  approveSpoken: (title: string, cluster: string, id: string) => `Approve ${id}: ${title} on ${cluster}`,
  denySpoken: (title: string, cluster: string, id: string) => `Deny ${id}: ${title} on ${cluster}`,
  confirmTitle: (cluster: string) => `Change ${cluster}?`,
  confirmText: (title: string, cluster: string, target: string) =>
    `“${title}” will be carried out on ${cluster} for ${target}.`,
  confirmYes: (title: string) => title,
  confirmNo: 'Not now',
  breakGlass: 'Break glass',
  breakGlassSpoken: (title: string, cluster: string, id: string) =>
    `Break glass: approve ${id} alone, ${title} on ${cluster}`,
  mayBreakGlass: (who: string) => `In an emergency, alone and with a reason: ${who}`,
  glassBroken: (who: string, title: string, cluster: string) =>
    `Glass broken on ${cluster}: ${who} approved “${title}” alone.`,
  glassBrokenFor: (approvers: string, command: string) => `${approvers}: please look at it now. ${command} stops it.`,
  approvedAlone: (who: string, at: string) => `Glass broken: approved by ${who} alone at ${at}`,
  returnOwed: (at: string) =>
    `It was not better (${at}): the way back, approved with it, is owed. It is taken as soon as repairs are not paused.`,
  waitsFor: (id: string) => `Waits for ${id}, which changes the same object.`,
  // -- a card whose outcome nobody knows
  lookAgain: 'Re-check',
  lookAgainSpoken: (title: string, id: string) => `${id}: look again whether the change of “${title}” was made`,
  happened: 'It happened',
  didNotHappen: 'It did not',
  happenedSpoken: (title: string, id: string) => `${id}: the change of “${title}” happened`,
  didNotHappenSpoken: (title: string, id: string) => `${id}: the change of “${title}” did not happen`,

  // -- the thread
  mentionApprovers: (who: string, title: string, cluster: string, until: string) =>
    `${who}: please decide on “${title}” for ${cluster} until ${until}.`,
  pleaseDecide: (title: string, cluster: string, until: string) =>
    `Please decide on “${title}” for ${cluster} until ${until}.`,
  nothingFound: 'Nothing to report here.',
  result: {
    succeeded: (cluster: string, target: string) => `${cluster}: ${target} runs again.`,
    unhealthy: (cluster: string, target: string) =>
      `${cluster}: the repair was applied, but ${target} still does not run.`,
  },
  putBack: (cluster: string, target: string) =>
    `${cluster}: the repair of ${target} was applied, and somebody put it back. It has to be changed where the object comes from.`,
  requestedResult: {
    succeeded: (cluster: string, target: string) =>
      `${cluster}: what you asked for is done and in order. The state of ${target} is below.`,
    unhealthy: (cluster: string, target: string) =>
      `${cluster}: what you asked for was done, and it is still not in order. The state of ${target} is below.`,
  },
  undoResult: {
    succeeded: (cluster: string, target: string) =>
      `${cluster}: the repair is taken back, its fields are as before. The state of ${target} is below.`,
    unhealthy: (cluster: string, target: string) =>
      `${cluster}: the undo was carried out, but the fields are not as they were before. The state of ${target} is below.`,
  },
  mayUndo: (command: string) => `To take it back: the button on its card, or ${command}`,
  beforeAfter: (before: string, after: string) => `Before: ${before}\nAfter: ${after}`,
  blindFor: (duration: string) => `Monitoring was blind for ${duration}.`,
  blindForAtLeast: (duration: string) => `Monitoring was blind for at least ${duration}.`,
  stillWaiting: 'What still waits',
  diagnosisTitle: 'Diagnosis',
  noIncident: 'Redis does not answer: this diagnosis is not recorded, and no repair can be proposed.',
  chooseButton: (target: string) => target,
  chooseSpoken: (target: string) => `Diagnose ${target}`,

  // -- the form for a reason
  reason: {
    approve: { title: 'Approve your request', label: 'Why can’t it wait for somebody else?', submit: 'Approve' },
    deny: { title: 'Deny', label: 'Why? You may leave this empty.', submit: 'Deny' },
    'break-glass': { title: 'Break glass', label: 'Why can nobody else be asked?', submit: 'Approve alone' },
    'look-again': { title: 'Re-check', label: 'Why?', submit: 'Re-check' },
    happened: { title: 'It happened', label: 'How do you know that it was changed?', submit: 'It happened' },
    'did-not-happen': {
      title: 'It did not happen',
      label: 'How do you know that nothing changed?',
      submit: 'It did not',
    },
  } as const satisfies Record<Decision, Readonly<Record<'title' | 'label' | 'submit', string>>>,
  reasonClose: 'Cancel',
} as const;

/** `3 h 12 min`, from two ISO times. */
export function duration(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 1) return 'less than a minute';
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const parts = [
    days > 0 ? `${days} d` : '',
    hours > 0 ? `${hours} h` : '',
    rest > 0 && days === 0 ? `${rest} min` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Sentences of the demo, outside the messages of the bot. */
import type { ClusterKind } from './clusters.ts';
import type { GuideLine } from './page/wire.ts';
import { CLUSTER, PEOPLE } from './stack.ts';
import type { Step } from './steps.ts';

/** What each person is here for. */
export const aboutPeople: Readonly<Record<string, string>> = {
  [PEOPLE.asks]: 'on call, asks',
  [PEOPLE.approves]: 'may approve',
  [PEOPLE.watches]: 'has no rights here',
};

const { asks, approves, watches } = PEOPLE;

/** What to try next, by where the incident is. */
export const guideText = {
  start: {
    text: `It is 3 a.m., and the Prometheus of ${CLUSTER} has no StatefulSet. Be ${asks}, who is on call, and type /promfix diagnose.`,
    as: asks,
    type: '/promfix diagnose',
  },
  reading: { text: 'promfix reads the cluster once and judges what it finds. This takes a few seconds.' },
  preparing: {
    text: 'The cause is known. Before promfix proposes the repair, the worker tries it out without changing anything.',
  },
  refuse: {
    text: `A repair is proposed. ${watches} has no rights here: be ${watches}, open the thread and click Approve to see what happens.`,
    as: watches,
    click: 'Approve',
  },
  approve: {
    text: `Nothing was changed, and the refused click is on record. ${approves} may approve: be ${approves}, read the card, click Approve.`,
    as: approves,
    click: 'Approve',
  },
  repairing: {
    text: 'The worker checks again, changes exactly what was shown, and diagnoses again. Watch the thread.',
  },
  unsure: { text: `Nobody knows whether the change was made. ${approves} can say so on the card.`, as: approves },
  resolved: {
    text: 'Prometheus runs again. Who asked, approved and changed what is on record: type /promfix audit verify. Or take the next fault.',
    type: '/promfix audit verify',
  },
  advice: {
    text: 'This one needs a repair by hand: the thread has the cause, its proof and what to do. Try the next fault.',
  },
  ended: {
    text: 'The proposal ended without a change. Type /promfix diagnose to look again.',
    as: asks,
    type: '/promfix diagnose',
  },
  healthy: { text: 'Nothing is wrong here. Try the next fault.' },
} as const satisfies Record<Step['id'], GuideLine>;

export const tourText = {
  types: (who: string, text: string) => `${who} types ${text}`,
  refused: (who: string) => `${who}, who is no approver, clicks Approve`,
  approves: (who: string) => `${who}, who is one, clicks Approve`,
  checks: (who: string) => `${who} checks the record: /promfix audit verify`,
  waits: 'promfix is at work …',
  advice: 'This one needs a repair by hand: the thread says how.',
  end: 'That was the whole incident.',
} as const;

export const mainText = {
  starting: 'promfix demo: starting the simulated cluster, a local Slack, Redis, the bot and the worker …',
  startingParts: (kind: ClusterKind) =>
    kind === 'suite'
      ? 'Starting a Kubernetes API server, prometheus-operator and Argo CD’s Application with a fault, a local Slack, Redis, the bot and the worker …'
      : 'Starting a simulated cluster with a fault, a local Slack, Redis, the bot and the worker …',
  ready: (url: string) => `promfix demo: open ${url}\n              Ctrl-C ends it and removes its data.`,
  alreadyRuns: (url: string) => `promfix demo: it already runs: ${url}`,
  failed: (why: string) => `promfix demo: ${why}`,
  ending: 'promfix demo: ending …',
  usage: [
    'usage: npm run demo -- [--terminal [--fast]] [--cluster simulator|suite|real] [--allow-changes] [--fault ID] [--port N] [--no-open] [--help]',
    '',
    '  --terminal   plays the incident as text; --fast without pauses',
    '  --cluster    simulator: an API server in this process, from recorded states (default)',
    '               suite: a real API server and operator, built with Go on the first run (with --terminal)',
    '               real: the cluster of your kubeconfig; nobody can approve a change unless --allow-changes is given',
    '  --fault      which fault to begin with (default F58, the incident)',
    '  --port       default 7319',
    '  --no-open    does not open a browser',
  ].join('\n'),
} as const;

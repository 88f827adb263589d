/** What each command is for, with examples; help and the tests are made from it. `does` completes “This …”. */
export const commandText = {
  diagnose: {
    summary: 'Find out why a Prometheus does not run, and propose the repair',
    examples: [
      { line: 'diagnose', does: 'takes the only Prometheus of the cluster, or asks which one' },
      { line: 'diagnose monitoring/prometheus-kube-prometheus-prometheus', does: 'takes that one' },
      { line: 'diagnose -n monitoring', does: 'looks in one namespace' },
      { line: 'diagnose alertmanager/monitoring/main', does: 'takes another kind through the same checks' },
    ],
    terminalExamples: [
      { line: 'diagnose monitoring/main', does: 'takes that one; without a name the only one of the cluster' },
      { line: 'diagnose alertmanager/monitoring/main', does: 'takes another kind through the same checks' },
      { line: 'diagnose --output json', does: 'prints the documented JSON' },
      { line: 'diagnose --context staging -n monitoring', does: 'uses another context of the kubeconfig' },
      { line: 'diagnose --from outage.json', does: 'judges a capture again, without a cluster' },
      { line: 'diagnose --log operator.log', does: 'says what a log alone can prove' },
    ],
  },
  fix: {
    summary: 'Prepare a repair for the open diagnosis; approvers decide',
    examples: [
      { line: 'fix', does: 'prepares the best repair of the cause that was found' },
      { line: 'fix restart-operator', does: 'prepares that one, or says why it does not help' },
      { line: 'fix nudge inc-12', does: 'prepares it for that incident' },
      {
        line: 'fix test-chart-version 79.4.0',
        does: 'tests that version of the chart after a restart did not help, and goes back unless it is better',
      },
    ],
    terminalExamples: [
      { line: 'fix', does: 'prints the plan and rehearses it on the API server; it never writes' },
      { line: 'fix relabel-statefulset monitoring/main', does: 'does so for one Prometheus' },
      {
        line: 'fix test-chart-version --version 79.4.0',
        does: 'shows what testing that version of the chart would do',
      },
    ],
  },
  status: {
    summary: 'Show the open incidents, or one of them',
    examples: [
      { line: 'status', does: 'lists what is open' },
      { line: 'status inc-12', does: 'shows one incident with its proposal' },
    ],
  },
  take: {
    summary: 'Become the owner of an incident',
    examples: [
      { line: 'take', does: 'takes the open incident of this thread or channel' },
      { line: 'take inc-12', does: 'takes that one' },
    ],
  },
  close: {
    summary: 'Close an incident that no repair closed',
    examples: [
      { line: 'close', does: 'closes the open incident of this thread or channel' },
      { line: 'close inc-12 fixed by the new chart', does: 'closes that one and records why' },
    ],
  },
  explain: {
    summary: 'Say what a cause is, how it is proven and how it is repaired',
    examples: [{ line: 'explain crd-race-at-start', does: 'explains one cause; old names work, too' }],
    terminalExamples: [
      { line: 'explain crd-race-at-start', does: 'explains one cause; old names work, too' },
      { line: 'explain crd-race-at-start --output json', does: 'prints it as JSON' },
    ],
  },
  audit: {
    summary: 'Check or list the record of who did what',
    examples: [
      { line: 'audit verify', does: 'checks the chain of hashes from the first entry to the last' },
      { line: 'audit list inc-12', does: 'lists what was recorded about one incident' },
    ],
    terminalExamples: [
      { line: 'audit verify', does: 'checks the chain of hashes from the first entry to the last' },
      { line: 'audit list inc-12', does: 'lists what was recorded about one incident' },
      { line: 'audit export --since 2026-01-01', does: 'prints entries as JSON lines' },
      { line: 'audit verify audit.jsonl', does: 'checks such an export; - reads standard input' },
    ],
  },
  pause: {
    summary: 'Stop all repairs at once; diagnosing goes on',
    examples: [
      { line: 'pause', does: 'stops every repair that has not changed anything yet' },
      { line: 'pause cluster upgrade until 4', does: 'records why' },
    ],
  },
  resume: {
    summary: 'Allow repairs again; for approvers',
    examples: [{ line: 'resume', does: 'ends the pause' }],
  },
  capture: {
    summary: 'Save what a diagnosis reads to a file',
    examples: [{ line: 'capture -o outage.json', does: 'saves it, without secrets, to be judged anywhere' }],
  },
  doctor: {
    summary: 'Check tokens, scopes, channels, Redis and cluster rights',
    examples: [{ line: 'doctor', does: 'shows what is missing and how to fix it' }],
  },
  help: {
    summary: 'Show what promfix can do',
    examples: [
      { line: 'help', does: 'lists the commands' },
      { line: 'help diagnose', does: 'shows one command with examples' },
    ],
  },
} as const;

/** What each word and option means. */
export const optionText = {
  target: 'NAME, NAMESPACE/NAME, KIND/NAME or KIND/NAMESPACE/NAME',
  namespace: 'look in this namespace only',
  context: 'context of the kubeconfig',
  output: 'text or json',
  from: 'a file saved by capture',
  log: 'a file with the operator’s log, or - for standard input',
  incident: 'an incident such as inc-12',
  reason: 'why, in your own words',
  cause: 'the name of a cause',
  repair: 'the name of a repair',
  version: 'a version of kube-prometheus-stack to test, for test-chart-version',
  auditAction: 'verify, list or export',
  auditOf: 'an incident such as inc-12; in the terminal, verify takes an exported file',
  since: 'a day or a time such as 2026-01-31',
  outFile: 'the file to write',
  command: 'the name of a command',
} as const;

/** What was not understood, and what to write instead. */
export const parseText = {
  nothing: () => 'What should I do? `help` lists the commands.',
  unknownCommand: (word: string, nearest: string | undefined) =>
    nearest
      ? `I don’t know “${word}”. Did you mean \`${nearest}\`?`
      : `I don’t know “${word}”. \`help\` lists the commands.`,
  wrongSurface: (name: string, where: 'slack' | 'terminal') =>
    where === 'terminal'
      ? `\`${name}\` works in the terminal only: \`promfix ${name}\`.`
      : `\`${name}\` works in Slack only.`,
  filesInTerminal: () => 'Files are checked in the terminal: `promfix audit verify FILE`.',
  unknownOption: (option: string, name: string, usage: string) =>
    `\`${name}\` has no option “${option}”. It is written \`${usage}\`.`,
  optionNeedsValue: (option: string, usage: string) => `The option “${option}” needs a value: \`${usage}\`.`,
  missing: (argument: string, usage: string) => `“${argument}” is missing: \`${usage}\`.`,
  tooMany: (extra: string, usage: string) => `I don’t understand “${extra}” here. It is written \`${usage}\`.`,
  invalid: (what: string, usage: string) => `${what}. It is written \`${usage}\`.`,
} as const;

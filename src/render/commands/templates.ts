/**
 * One command line as its words; `{key}` stands for a value. Every word is quoted for the shell when it is filled in; a value that is not
 * known stays as `<key>` for a person to fill in. A first word `?key` or `!key` is a condition
 * (see `onlyWith`, `whereKnown`).
 */
export type Template = readonly string[];

/** A command that makes sense only where a value is known; without any values it is shown as well. */
export const onlyWith = (key: string, template: Template): Template => [`?${key}`, ...template];

/** A command whose value nobody could fill in by hand: shown only where it is known. */
export const whereKnown = (key: string, template: Template): Template => [`!${key}`, ...template];

/** The one word that the shell itself expands. */
export const NOW = '$(date +%s)';

/** Makes the operator look at the resource again, without any effect on its pods. */
export const nudge: Template = [
  'kubectl',
  '-n',
  '{namespace}',
  'annotate',
  '{resource}',
  '{name}',
  `nudge=${NOW}`,
  '--overwrite',
];

export const restart: Template = [
  'kubectl',
  '-n',
  '{operatorNamespace}',
  'rollout',
  'restart',
  'deployment/{operator}',
];
export const rollout: Template = [
  'kubectl',
  '-n',
  '{operatorNamespace}',
  'rollout',
  'status',
  'deployment/{operator}',
  '--timeout=120s',
];
export const watchIt: Template = [
  'kubectl',
  '-n',
  '{namespace}',
  'wait',
  '{resource}/{name}',
  '--for=condition=Available',
  '--timeout=180s',
];

const CRD_FILE =
  'https://raw.githubusercontent.com/prometheus-operator/prometheus-operator/v{operatorVersion}/example/prometheus-operator-crd/monitoring.coreos.com_';

/** Server-side apply: the annotation of a client-side apply would be too long. */
export const applyCrd: Template = [
  'kubectl',
  'apply',
  '--server-side',
  '--force-conflicts',
  '-f',
  `${CRD_FILE}{plural}.yaml`,
];
/** The same for every CRD that is missing. */
export const applyMissingCrd: Template = [
  'kubectl',
  'apply',
  '--server-side',
  '--force-conflicts',
  '-f',
  `${CRD_FILE}{missingPlural}.yaml`,
];
export const crdEstablished: Template = [
  'kubectl',
  'wait',
  '--for=condition=Established',
  'crd/{plural}.monitoring.coreos.com',
  '--timeout=60s',
];

export const editRole: Template = ['kubectl', 'edit', 'clusterrole', '{clusterRole}'];
export const operatorMay = (verb: string, resource: string): Template => [
  'kubectl',
  'auth',
  'can-i',
  verb,
  resource,
  '-A',
  '--as=system:serviceaccount:{operatorNamespace}:{serviceAccount}',
];
export const subresourceMay = (verb: string, resource: string, subresource: string): Template => [
  'kubectl',
  'auth',
  'can-i',
  verb,
  resource,
  `--subresource=${subresource}`,
  '-A',
  '--as=system:serviceaccount:{operatorNamespace}:{serviceAccount}',
];

export const operatorPods: Template = ['kubectl', '-n', '{operatorNamespace}', 'get', 'pods', '-o', 'wide'];
export const operatorEvents: Template = [
  'kubectl',
  '-n',
  '{operatorNamespace}',
  'get',
  'events',
  '--sort-by=.lastTimestamp',
];
export const operatorArgs: Template = [
  'kubectl',
  '-n',
  '{operatorNamespace}',
  'get',
  'deployment',
  '{operator}',
  '-o',
  'jsonpath={.spec.template.spec.containers[*].args}',
];
export const operatorPrevious: Template = [
  'kubectl',
  '-n',
  '{operatorNamespace}',
  'logs',
  'deployment/{operator}',
  '--previous',
];
export const targetEvents: Template = ['kubectl', '-n', '{namespace}', 'get', 'events', '--sort-by=.lastTimestamp'];
export const status: Template = [
  'kubectl',
  '-n',
  '{namespace}',
  'get',
  '{resource}',
  '{name}',
  '-o',
  'jsonpath={.status.conditions}',
];
export const edit: Template = ['kubectl', '-n', '{namespace}', 'edit', '{resource}', '{name}'];

export const quotas: Template = ['kubectl', '-n', '{namespace}', 'describe', 'resourcequota'];
export const fullSync: Template = ['argocd', 'app', 'sync', '{application}'];
export const endOperation: Template = ['argocd', 'app', 'terminate-op', '{application}'];

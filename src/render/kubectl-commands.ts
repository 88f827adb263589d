import { quote } from 'shlex';
import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis, Values } from '../diagnosis/types.ts';
import type { TargetKind } from '../evidence/types.ts';
import { COMMANDS } from './commands/by-cause.ts';
import { NOW, type Template } from './commands/templates.ts';

const PLURALS = {
  Prometheus: 'prometheuses',
  PrometheusAgent: 'prometheusagents',
  Alertmanager: 'alertmanagers',
  ThanosRuler: 'thanosrulers',
} as const satisfies Record<TargetKind, string>;
const STATEFUL_SETS = {
  Prometheus: 'prometheus-',
  PrometheusAgent: 'prom-agent-',
  Alertmanager: 'alertmanager-',
  ThanosRuler: 'thanos-ruler-',
} as const satisfies Record<TargetKind, string>;

/** What every command of a diagnosis may name: the target, its operator, its Application, and the values of the root cause. */
export function commandValues(diagnosis: Diagnosis): Values {
  const { target, rootCause } = diagnosis;
  const plural = PLURALS[target.kind];
  return {
    ...known(surroundings(diagnosis)),
    ...known(named(rootCause?.values ?? {})),
    plural,
    resource: `${plural}.monitoring.coreos.com`,
    ...(target.namespace === '' ? {} : { namespace: target.namespace }),
    ...(target.name === '' ? {} : { name: target.name, statefulSet: `${STATEFUL_SETS[target.kind]}${target.name}` }),
  };
}

/** Which operator and which Application it is about, whatever the cause. */
function surroundings({ observations, byRunbook }: Diagnosis): Values {
  const versions = observations.find((one) => one.code === 'versions');
  const application = byRunbook
    .flatMap((one) => one.findings)
    .map((one) => one.values['application'])
    .find((one) => one !== undefined);
  return { ...versions?.values, ...(application === undefined ? {} : { application }) };
}

/** The values of a finding under the names that commands use. In a refusal `resource` is what was refused, in a command the target's kind. */
function named(values: Values): Values {
  const first = (key: string): string => String(values[key] ?? '').split(', ')[0] ?? '';
  const [objectNamespace = '', objectName = ''] = String(values['object'] ?? '').split('/');
  return {
    ...values,
    missing: String(values['missing'] ?? '') || String(values['plural'] ?? ''),
    resourceDenied: first('resource').split('/')[0] ?? '',
    verb: first('verb') || first('verbs'),
    clusterRoleBinding: first('binding').replace('ClusterRoleBinding/', ''),
    objectNamespace,
    objectName,
    objectKind: first('type').toLowerCase(),
  };
}

/** "unknown" is a word for people, not a value for a command. */
function known(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 'unknown' && value !== ''));
}

/** The commands for a cause, ready to be pasted into a shell. Values that are not known stay as `<key>`. */
export function commandsFor(cause: CauseSlug, values: Values = {}): readonly string[] {
  // The table's type is the tuple of each entry; here every entry is a list of templates.
  const templates: readonly Template[] = COMMANDS[cause];
  return templates.flatMap((template) => eachMissing(template, values).map((one) => fill(template, one)));
}

/** A command about a missing CRD is told for each of them. */
function eachMissing(template: Template, values: Values): readonly Values[] {
  if (!template.some((word) => word.includes('{missingPlural}'))) return [values];
  const missing = String(values['missing'] ?? '')
    .split(', ')
    .filter((one) => one !== '');
  if (missing.length === 0)
    return [{ ...values, ...(values['plural'] === undefined ? {} : { missingPlural: values['plural'] }) }];
  return missing.map((missingPlural) => ({ ...values, missingPlural }));
}

function fill(template: Template, values: Values): string {
  return template.map((word) => shellWord(word, values)).join(' ');
}

/** Quoted by the shell's rules, so that a value from the cluster can never become a second command. */
function shellWord(word: string, values: Values): string {
  let open = false;
  const filled = word.replace(/\{([a-z][A-Za-z]*)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined || value === '') open = true;
    return value === undefined || value === '' ? `<${key}>` : String(value);
  });
  if (word.endsWith(NOW) && !open) return `${word.slice(0, -NOW.length)}"${NOW}"`;
  if (open && OPEN.test(filled)) return filled;
  return quote(filled);
}

/** A word with a gap is left unquoted, to be seen as one; only when nothing else in it needs quotes. */
const OPEN = /^[\w./:=@<>,-]+$/;

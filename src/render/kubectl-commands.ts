import { quote } from 'shlex';
import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis, Values } from '../diagnosis/types.ts';
import { statefulSetName, TARGETS } from '../evidence/targets.ts';
import { COMMANDS } from './commands/by-cause.ts';
import { NOW, type Template } from './commands/templates.ts';

/** What every command of a diagnosis may name: the target, its operator, its Application, and the values of the root cause. */
export function commandValues(diagnosis: Diagnosis): Values {
  const { target } = diagnosis;
  const plural = TARGETS[target.kind].plural;
  return {
    ...known(surroundings(diagnosis)),
    ...known(named(valuesOfCause(diagnosis))),
    plural,
    resource: `${plural}.monitoring.coreos.com`,
    ...(target.namespace === '' ? {} : { namespace: target.namespace }),
    ...(target.name === '' ? {} : { name: target.name, statefulSet: statefulSetOf(diagnosis) }),
  };
}

/** The StatefulSet that it is about: of several shards, the one at fault. */
function statefulSetOf({ target, byRunbook }: Diagnosis): string {
  const shard = byRunbook.flatMap((one) => one.findings).find(({ code }) => code === 'shard-at-fault');
  return String(shard?.values['statefulSet'] ?? statefulSetName(target.kind, target.name));
}

/** One runbook may see the fault and another the name of the object: what the root cause's own finding leaves open, others of it fill in. */
function valuesOfCause({ rootCause, byRunbook }: Diagnosis): Values {
  const others = byRunbook
    .flatMap((one) => one.findings)
    .filter((one) => one.kind === 'cause' && one.cause === rootCause?.cause)
    .map((one) => known(one.values));
  // The target's own name comes later and hides it.
  const configMap = rootCause?.cause === 'rules-configmap-taken' ? { configMap: rootCause.values['name'] ?? '' } : {};
  return Object.assign({}, ...others, rootCause?.values, configMap);
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

/**
 * The commands for the root cause of a diagnosis, whole: to be pasted as they are. One with a gap is left out, as a shell reads `<name>` as a
 * redirection. Text that was pasted names no target; there the gaps are for a person to fill in.
 */
export function commandsOf(diagnosis: Diagnosis): readonly string[] {
  const { rootCause, target } = diagnosis;
  if (!rootCause) return [];
  return commandsFor(rootCause.cause, commandValues(diagnosis), { whole: target.name !== '' });
}

/** The commands for a cause, ready to be pasted into a shell. Values that are not known stay as `<key>`, or `whole` leaves such a command out. */
export function commandsFor(
  cause: CauseSlug,
  values: Values = {},
  { whole = false }: { readonly whole?: boolean } = {},
): readonly string[] {
  // The table's type is the tuple of each entry; here every entry is a list of templates.
  const templates: readonly Template[] = COMMANDS[cause];
  return templates
    .filter(([first = '']) => !first.startsWith('!') || isKnown(values, first.slice(1)))
    .map((template) => ({ words: template.filter((word) => !CONDITION.test(word)), needs: needsOf(template) }))
    .flatMap(({ words, needs }) =>
      eachMissing(words, values)
        .filter((one) => !whole || [...needs].every((key) => isKnown(one, key)))
        .map((one) => fill(words, one)),
    );
}

const isKnown = (values: Values, key: string): boolean => values[key] !== undefined && values[key] !== '';

/** The values without which a command is not whole. */
function needsOf(template: Template): ReadonlySet<string> {
  const keys = template.flatMap((word) =>
    CONDITION.test(word) ? [word.slice(1)] : [...word.matchAll(GAP)].map(([, key = '']) => key),
  );
  return new Set(keys);
}

const CONDITION = /^[?!]/;
const GAP = /\{([a-z][A-Za-z]*)\}/g;

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
  const filled = word.replace(GAP, (_, key: string) => {
    if (!isKnown(values, key)) open = true;
    return isKnown(values, key) ? String(values[key]) : `<${key}>`;
  });
  if (word.endsWith(NOW) && !open) return `${word.slice(0, -NOW.length)}"${NOW}"`;
  if (open && OPEN.test(filled)) return filled;
  return quote(filled);
}

/** A word with a gap is left unquoted, to be seen as one; only when nothing else in it needs quotes. */
const OPEN = /^[\w./:=@<>,-]+$/;

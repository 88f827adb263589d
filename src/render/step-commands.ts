import { quote } from 'shlex';
import { keysOf } from '../parse/json-pointer.ts';
import { NUDGE } from '../remediations/parts/nudge-annotation.ts';
import { groupOf } from '../remediations/parts/object-ref.ts';
import type { Expected, ObjectRef, Plan, Step, StepOf } from '../remediations/types.ts';
import { copyCaCommands, renewCommands } from './certificate-commands.ts';
import { NOW } from './commands/templates.ts';

/**
 * A plan's steps as commands that a person may run instead, in the same order. They lack what promfix adds: the check that nothing changed
 * since the plan was shown, and the proof of its effect.
 */
export function planCommands(plan: Pick<Plan, 'steps'>): readonly string[] {
  return plan.steps.flatMap((step) => {
    if (step.do === 'copy-ca') return copyCaCommands(step, resourceOf(step.object));
    if (step.do === 'renew-certificate') return renewCommands(step);
    const commands = stepCommands(step).map((words) => words.map(word).join(' '));
    if (step.do === 'patch' && step.awaits) return [...commands, untilLine(step.object, step.awaits)];
    // In one line: nothing is deleted when it could not be read.
    return step.do === 'recreate' ? [commands.join(' | ')] : commands;
  });
}

const kubectl = ({ namespace }: ObjectRef, ...words: string[]): readonly string[] => [
  'kubectl',
  ...(namespace === undefined ? [] : ['-n', namespace]),
  ...words,
];

function stepCommands(step: Exclude<Step, { do: 'copy-ca' | 'renew-certificate' }>): readonly (readonly string[])[] {
  const { object } = step;
  const resource = resourceOf(object);
  const typed = `${resource}/${object.name}`;
  switch (step.do) {
    case 'restart':
      return [
        kubectl(object, 'rollout', 'restart', typed),
        kubectl(object, 'rollout', 'status', typed, '--timeout=120s'),
      ];
    case 'scale':
      return [
        kubectl(object, 'scale', typed, `--current-replicas=${step.from}`, `--replicas=${step.to}`),
        kubectl(object, 'rollout', 'status', typed, '--timeout=120s'),
      ];
    case 'patch':
      return [kubectl(object, 'patch', resource, object.name, '--type=merge', '-p', JSON.stringify(step.patch))];
    case 'set-chart-version':
      return [versionCommand(step)];
    case 'nudge':
      return [kubectl(object, 'annotate', resource, object.name, `${NUDGE}=${NOW}`, '--overwrite')];
    case 'delete':
      return [kubectl(object, 'delete', resource, object.name, `--cascade=${step.propagation.toLowerCase()}`)];
    case 'recreate':
      return [
        kubectl(object, 'get', resource, object.name, '-o', 'yaml'),
        kubectl(object, 'replace', '--force', `--cascade=${step.propagation.toLowerCase()}`, '-f', '-'),
      ];
  }
}

/** Looks every two seconds until what comes next may begin; needs jq. No answer is no input to it, and not taken for an end. */
function untilLine(object: ObjectRef, awaits: readonly Expected[]): string {
  const get = kubectl(object, 'get', resourceOf(object), object.name, '-o', 'json').map(word).join(' ');
  return `until ${get} | jq -ne ${quote(`input | ${awaits.map(inJq).join(' and ')}`)}; do sleep 2; done`;
}

function inJq({ path, is }: Expected): string {
  const at = `.${keysOf(path)
    .map((key) => `[${JSON.stringify(key)}]`)
    .join('')}`;
  return is === 'present' ? `${at} != null` : `(${at} | IN(${is.map((value) => JSON.stringify(value)).join(', ')}))`;
}

/** Under the condition that the version still is the one before: a list can't be merged, and its places may have moved. */
function versionCommand({ object, source, from, to }: StepOf<'set-chart-version'>): readonly string[] {
  const path = source === undefined ? '/spec/source/targetRevision' : `/spec/sources/${source}/targetRevision`;
  const patch = [
    { op: 'test', path, value: from },
    { op: 'replace', path, value: to },
  ];
  return kubectl(object, 'patch', resourceOf(object), object.name, '--type=json', '-p', JSON.stringify(patch));
}

/** kubectl takes the kind in lower case with its group: `statefulset.apps`, `prometheus.monitoring.coreos.com`, `secret`. */
function resourceOf(object: ObjectRef): string {
  const [group, kind] = [groupOf(object), object.kind.toLowerCase()];
  return group === '' ? kind : `${kind}.${group}`;
}

/** Only the clock is left to the shell. */
function word(text: string): string {
  return text.endsWith(NOW) ? `${quote(text.slice(0, -NOW.length))}"${NOW}"` : quote(text);
}

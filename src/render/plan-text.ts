import type { Plan } from '../remediations/types.ts';
import { targetName } from '../texts/en/answers.ts';
import { fixText } from '../texts/en/fix.ts';
import { ownershipSentence } from '../texts/en/ownership.ts';
import { remediationTitle } from '../texts/en/plans.ts';
import { repairSentence } from '../texts/en/results.ts';
import { gitPatches } from './git-patch.ts';

/** A plan for the terminal. `rehearsed` has one line for each step that was sent as a dry run. */
export function planText(plan: Plan, rehearsed: readonly string[]): string {
  const { target, remediation, risk } = plan;
  const where = target.cluster === '' ? targetName(target) : `${target.cluster}: ${targetName(target)}`;
  const parts = [
    fixText.headline(where, remediationTitle[remediation], risk),
    part(fixText.before, (plan.warnings ?? []).map(repairSentence)),
    part(fixText.changes, diffLines(plan)),
    part(fixText.checked, plan.checks.map(repairSentence)),
    part(fixText.noticed, (plan.effects ?? []).map(repairSentence)),
    part(fixText.untouched, plan.untouched.map(repairSentence)),
    part(fixText.undo, [
      plan.undo.kind === 'none' ? repairSentence(plan.undo.because) : fixText.undoSteps(plan.undo.steps.length),
    ]),
    part(
      fixText.owner,
      plan.ownership.flatMap(({ object, manager, name, survives }) =>
        manager === 'nobody-known' ? [] : [ownershipSentence(object, { manager, survives }, name)],
      ),
    ),
    part(fixText.permanent, [
      repairSentence(plan.permanent),
      ...gitPatches(plan).flatMap(({ file, yaml, without }) => [
        ...(yaml === undefined ? [] : [fixText.mergeInto(file), ...yaml.split('\n').map((line) => `  ${line}`)]),
        ...(without.length === 0 ? [] : [fixText.takeOutOf(file, without.join(', '))]),
      ]),
    ]),
    part(fixText.rehearsal, rehearsed),
    fixText.writesNothing(remediation),
  ];
  return `${parts.filter((one) => one !== '').join('\n\n')}\n`;
}

function part(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [heading, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** The object's name, then `- path: before` and `+ path: after` for each field. */
function diffLines({ diff }: Plan): readonly string[] {
  return diff.flatMap(({ object, path, before, after }, index) => [
    ...(diff[index - 1]?.object === object ? [] : [object]),
    ...(before === null ? [] : [`- ${path}: ${before}`]),
    ...(after === null ? [] : [`+ ${path}: ${after}`]),
  ]);
}

import { COMMANDS } from '../../commands/definitions.ts';
import { usageOf } from '../../commands/parse.ts';
import type { Change, Problem, Workspace } from '../../workspace/index.ts';
import type { CommandHint, Snapshot, Surroundings } from '../page/wire.ts';
import { CHANNEL } from '../stack.ts';
import type { Stage } from '../stage.ts';
import { stepOf } from '../steps.ts';
import { aboutPeople, guideText } from '../texts.ts';

const SHOWN_PROBLEMS = 20;

const commandHints: readonly CommandHint[] = Object.values(COMMANDS)
  .filter((one) => one.surfaces.some((surface) => surface === 'slack'))
  .map((one) => ({ name: one.name, usage: usageOf(one, 'slack'), summary: one.summary }));

/** Everything that one person sees of the stage. */
export function snapshotFor(stage: Stage, you: string): Snapshot {
  const { workspace, options } = stage;
  const data = workspace?.state.data;
  const channel = data?.channels.find((one) => one.name === CHANNEL);
  return {
    you,
    channel: { id: channel?.id ?? '', name: CHANNEL },
    domain: `${data?.team.domain ?? 'workspace'}.slack.test`,
    cluster: options.cluster,
    real: options.real,
    people: Object.entries(aboutPeople).map(([name, about]) => ({ id: workspace?.user(name) ?? name, name, about })),
    names: {
      users: Object.fromEntries((data?.users ?? []).map((one) => [one.id, one.name])),
      channels: Object.fromEntries((data?.channels ?? []).map((one) => [one.id, one.name])),
      groups: Object.fromEntries((data?.userGroups ?? []).map((one) => [one.id, one.handle])),
    },
    messages:
      workspace === undefined
        ? []
        : [...workspace.messages(CHANNEL), ...workspace.ephemerals(you).filter((one) => one.channel === channel?.id)],
    views: workspace?.state.modals(workspace.user(you)) ?? [],
    commands: commandHints,
    faults: options.faults,
    surroundings: surroundings(stage),
  };
}

export function surroundings(stage: Stage): Surroundings {
  const { workspace, phase, fault, tour } = stage;
  return {
    ...phase,
    fault,
    guide: guideText[workspace === undefined ? 'start' : stepOf(workspace, CHANNEL).id],
    tour,
    problems: workspace === undefined ? [] : problemsOf(workspace),
  };
}

/** What Slack refused or showed as failed, as it names it. */
function problemsOf(workspace: Workspace): readonly string[] {
  return workspace.problems.slice(-SHOWN_PROBLEMS).flatMap(problemText);
}

function problemText(one: Problem): readonly string[] {
  switch (one.kind) {
    case 'ui_error':
      return one.error === 'refused_fields' ? [] : [`${one.error}: ${one.where} (${one.user})`];
    case 'refused':
      return [`${one.method}: ${one.error}${one.detail === undefined ? '' : ` (${one.detail})`}`];
    case 'unknown_method':
      return [`${one.method}: unknown_method`];
    case 'broadcast':
      return [`${one.method}: notifies @${one.mention}`];
    case 'lint':
      return [`${one.method}: ${one.rule}`];
    case 'protocol':
      return [`Socket Mode: ${one.detail}`];
  }
}

/** Whether a person sees that something changed, and as which event. */
export function eventFor(change: Change, workspace: Workspace, you: string) {
  const channel = workspace.channel(CHANNEL);
  switch (change.type) {
    case 'message_posted':
    case 'message_changed':
      return change.message.channel === channel ? ({ name: 'message', data: change.message } as const) : undefined;
    case 'ephemeral_posted':
    case 'ephemeral_changed':
      return change.message.channel === channel && change.message.recipient === workspace.user(you)
        ? ({ name: 'message', data: change.message } as const)
        : undefined;
    case 'message_deleted':
    case 'ephemeral_deleted':
      return { name: 'gone', data: { ts: change.message.ts } } as const;
    case 'view_opened':
    case 'view_changed':
    case 'view_closed':
      return change.view.user === workspace.user(you)
        ? ({ name: 'views', data: workspace.state.modals(change.view.user) } as const)
        : undefined;
    default:
      return undefined;
  }
}

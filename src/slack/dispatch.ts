import type { Answer } from '../commands/answers.ts';
import { audit } from '../commands/audit.ts';
import type { Probe } from '../commands/checks.ts';
import { close } from '../commands/close.ts';
import { COMMANDS, type CommandName, type InputOf } from '../commands/definitions.ts';
import { type DiagnosePorts, diagnose } from '../commands/diagnose.ts';
import { doctor } from '../commands/doctor.ts';
import { explain } from '../commands/explain.ts';
import { fix } from '../commands/fix.ts';
import { help } from '../commands/help.ts';
import { listedChannels } from '../commands/listed-channels.ts';
import { type Call, usageOf } from '../commands/parse.ts';
import { pause, resume } from '../commands/pause.ts';
import { status } from '../commands/status.ts';
import { take } from '../commands/take.ts';
import type { Request, SlackOrigin } from '../commands/types.ts';
import type { Actor } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import { remediationById } from '../remediations/index.ts';
import { StoreUnavailable } from '../store/types.ts';
import type { HelpEntry } from '../texts/en/answers.ts';
import { isListed } from './channels.ts';

export interface DispatchPorts extends DiagnosePorts, Pick<Ports, 'directory' | 'team'> {
  readonly probes: readonly Probe[];
}

/** What may be asked anywhere: it says nothing about the cluster there. `diagnose` opens in the incident channel, and answers with a link. */
const ANYWHERE: readonly CommandName[] = ['help', 'explain', 'diagnose'];

/**
 * Runs what somebody typed in Slack. Every answer goes through `say`, at most twice. Never throws for a store that is away.
 */
export async function dispatch(
  ports: DispatchPorts,
  call: Call,
  origin: SlackOrigin,
  say: (answer: Answer) => Promise<void>,
): Promise<void> {
  if (origin.team !== ports.team) {
    await say({ say: 'members-only' });
    return;
  }
  if (!ANYWHERE.includes(call.name) && !isListed(ports.file, origin.channel)) {
    await say({ say: 'ask-in', channels: listedChannels(ports.file) });
    return;
  }
  try {
    const answer = await run(ports, call, origin, say);
    if (answer) await say(answer);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    ports.log.warn({ err: error, command: call.name }, 'a command failed: the store is unavailable');
    await say({ say: 'store-unavailable' });
  }
}

async function run(
  ports: DispatchPorts,
  call: Call,
  origin: SlackOrigin,
  say: (answer: Answer) => Promise<void>,
): Promise<Answer | undefined> {
  const actor: Actor = { kind: 'user', team: origin.team, user: origin.user };
  switch (call.name) {
    case 'diagnose':
      return diagnose(ports, { input: call.input, actor, origin }, say);
    case 'fix':
      return fixOrLook(ports, { input: call.input, actor, origin }, say);
    case 'status':
      return status(ports, { input: call.input, actor, origin });
    case 'take':
      return take(ports, { input: call.input, actor, origin });
    case 'close':
      return close(ports, { input: call.input, actor, origin });
    case 'audit':
      return audit(ports, { input: call.input, actor, origin });
    case 'pause':
      return pause(ports, { input: call.input, actor, origin });
    case 'resume':
      return resume(ports, { input: call.input, actor, origin });
    case 'explain':
      return explain({ input: call.input, actor, origin });
    case 'help':
      return help({ input: call.input, actor, origin });
    case 'doctor':
      return doctor(ports.probes);
    case 'capture':
      // The parser offers it in the terminal only.
      return undefined;
  }
}

/** A repair that may be asked for without need takes no open incident: one is opened, and it is proposed if the diagnosis says that it fits. */
async function fixOrLook(
  ports: DispatchPorts,
  request: Request<InputOf<'fix'>>,
  say: (answer: Answer) => Promise<void>,
): Promise<Answer | undefined> {
  const answer = await fix(ports, request);
  const { repair, incident, target } = request.input;
  const isOnRequest = repair !== undefined && remediationById(repair)?.requested !== undefined;
  if (answer.say !== 'no-incident' || incident !== undefined || !isOnRequest) return answer;
  return diagnose(ports, { ...request, input: { ...(target && { target }), output: 'text' } }, say, repair);
}

/** All commands that Slack knows, with their usage. */
export const SLACK_HELP: readonly HelpEntry[] = Object.values(COMMANDS)
  .filter((command) => command.surfaces.some((surface) => surface === 'slack'))
  .map((command) => ({ command, usage: usageOf(command, 'slack') }));

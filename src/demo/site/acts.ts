import { z } from 'zod';
import type { Acted, Workspace } from '../../workspace/index.ts';
import type { Act, ActResult } from '../page/wire.ts';
import { CHANNEL } from '../stack.ts';
import type { Stage } from '../stage.ts';

const entered = z.union([z.string().max(3000), z.array(z.string().max(3000)).max(100), z.null()]);
const id = z.string().max(255);

export const actSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('say'), text: z.string().max(12_000), thread: id.exactOptional() }),
  z.strictObject({
    act: z.literal('click'),
    ts: id.exactOptional(),
    block: id,
    action: id,
    confirmed: z.boolean(),
    choose: entered.exactOptional(),
  }),
  z.strictObject({ act: z.literal('submit'), values: z.record(id, entered) }),
  z.strictObject({ act: z.literal('close') }),
  z.strictObject({ act: z.literal('reset'), fault: z.string().max(20) }),
  z.strictObject({ act: z.enum(['play', 'pause', 'stop']) }),
]) satisfies z.ZodType<Act>;

/** Does what a person does on the page. Sentences in `error` are what the page shows. */
export async function perform(stage: Stage, who: string, act: Act): Promise<ActResult> {
  switch (act.act) {
    case 'reset':
      if (!stage.options.faults.some((one) => one.id === act.fault)) return { error: 'there is no such fault' };
      // Not awaited: the page hears of it, and a start can take seconds.
      void stage.begin(act.fault);
      return {};
    case 'play':
      stage.play();
      return {};
    case 'pause':
      stage.pause();
      return {};
    case 'stop':
      stage.stopTour();
      return {};
    default:
      break;
  }
  const { workspace } = stage;
  if (workspace === undefined) return { error: 'the workspace is starting' };
  try {
    return resultOf(await inWorkspace(workspace, who, act));
  } catch (error) {
    // What a person could not have done in Slack either: the message was edited or deleted in between.
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

type InWorkspace = Extract<Act, { readonly act: 'say' | 'click' | 'submit' | 'close' }>;

async function inWorkspace(workspace: Workspace, who: string, act: InWorkspace): Promise<Partial<Acted>> {
  switch (act.act) {
    case 'say':
      return say(workspace, who, act.text.trim(), act.thread);
    case 'click': {
      const where = act.ts === undefined ? ({ view: 'modal' } as const) : { channel: CHANNEL, ts: act.ts };
      return workspace.click(
        who,
        { ...where, action_id: act.action, block_id: act.block },
        { ...(act.confirmed && { confirm: true }), ...(act.choose !== undefined && { choose: act.choose }) },
      );
    }
    case 'submit':
      return workspace.submit(who, act.values);
    case 'close':
      return workspace.closeView(who);
  }
}

/** The message box: a command, a mention, or words for the people. */
async function say(workspace: Workspace, who: string, text: string, thread?: string): Promise<Partial<Acted>> {
  if (text === '') return {};
  if (text.startsWith('/')) {
    const [command = '', ...rest] = text.split(/\s+/);
    if (thread !== undefined)
      throw new Error(`${command} is not supported in threads. Mention the bot there: @promfix …`);
    return workspace.command(who, CHANNEL, command, rest.join(' '));
  }
  const options = thread === undefined ? {} : { thread_ts: thread };
  if (!/(^|\s)@promfix\b/.test(text)) {
    workspace.say(who, CHANNEL, text, options);
    return {};
  }
  const mentioned = text.replace(/(^|\s)@promfix\b/, `$1<@${workspace.botUserId}>`);
  const { error } = await workspace.mention(who, CHANNEL, mentioned, options).then(
    () => ({ error: undefined }),
    (reason: unknown) => ({ error: String(reason) }),
  );
  return error === undefined ? {} : { error };
}

function resultOf({ error, errors }: Partial<Acted>): ActResult {
  return { ...(error !== undefined && { error }), ...(errors !== undefined && { errors }) };
}

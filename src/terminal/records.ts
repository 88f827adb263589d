import type { Answer } from '../commands/answers.ts';
import { audit, auditEntries } from '../commands/audit.ts';
import { close } from '../commands/close.ts';
import { COMMANDS } from '../commands/definitions.ts';
import { type Call, usageOf } from '../commands/parse.ts';
import { pause, resume } from '../commands/pause.ts';
import { status } from '../commands/status.ts';
import type { Command } from '../commands/types.ts';
import type { FileConfig } from '../config.ts';
import { checkExport } from '../incidents/audit-export.ts';
import type { Actor } from '../incidents/types.ts';
import type { DirectoryPort } from '../ports.ts';
import { createRedisStore } from '../store/redis-store.ts';
import { type Store, StoreUnavailable } from '../store/types.ts';
import { answerLines } from '../texts/en/answers.ts';
import { exportText } from '../texts/en/audit.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { doctorCommand } from './doctor.ts';
import { EXIT } from './exit-codes.ts';
import { terminalInk } from './ink.ts';
import { TerminalError, type TerminalIo } from './io.ts';
import { settingsOf } from './settings.ts';

/** Commands on promfix's records in Redis: they work without Slack, also while the bot is down. */
export async function recordsCommand(io: TerminalIo, call: Call): Promise<number> {
  if (call.name === 'audit' && 'file' in call.input) return verifyFile(io, call.input.file);
  const { file, environment } = await settingsOf(io);
  if (call.name === 'doctor') return doctorCommand(io, call.input);
  if (environment.REDIS_URL === undefined) throw new TerminalError(EXIT.config, terminalText.needsRedis());
  const store = createRedisStore(environment.REDIS_URL);
  try {
    if (call.name === 'audit' && call.input.action === 'export') return await exportEntries(io, store, call.input);
    return show(io, await perform(store, file ?? (await fileFromRecords(store)), io, call));
  } catch (error) {
    if (error instanceof StoreUnavailable)
      throw new TerminalError(EXIT.unavailable, terminalText.redisDown(error.message), error);
    throw error;
  } finally {
    await store.close();
  }
}

async function perform(store: Store, file: FileConfig, io: TerminalIo, call: Call): Promise<Answer> {
  const actor: Actor = { kind: 'terminal', name: io.userName };
  const ports = { store, file, directory: NOBODY };
  switch (call.name) {
    case 'status':
      return status(ports, { input: call.input, actor });
    case 'close':
      return close(ports, { input: call.input, actor });
    case 'audit':
      return audit(ports, { input: call.input, actor });
    case 'pause':
      return pause(ports, { input: call.input, actor });
    case 'resume':
      return resume(ports, { input: call.input, actor });
    default:
      throw new Error(`${call.name} is no command on records`);
  }
}

/** In the terminal nobody is looked up in Slack: whoever can reach Redis counts as an approver of a resume, and may approve nothing else. */
const NOBODY: DirectoryPort = {
  groupMembers: async () => [],
  isFullMember: async () => false,
  isSharedChannel: async () => true,
  countMembers: async () => 0,
};

/** Without a promfix.yaml the records say which cluster they are of. */
async function fileFromRecords(store: Store): Promise<FileConfig> {
  const [{ parseFile }, installation] = await Promise.all([import('../config.ts'), store.get('installation', 'self')]);
  return parseFile(
    JSON.stringify({ cluster: installation?.value.cluster.name ?? 'unknown', slack: { incidentChannel: 'C000' } }),
  );
}

function show(io: TerminalIo, answer: Answer): number {
  if (answer.say === 'diagnosed') throw new Error('a diagnosis is shown by its own command');
  const help = Object.values(COMMANDS).map((command: Command) => ({ command, usage: usageOf(command, 'terminal') }));
  io.out(`${answerLines(answer, { ink: terminalInk, surface: 'terminal', help }).join('\n')}\n`);
  return answer.say === 'chain' && !answer.check.ok ? EXIT.causeFound : 0;
}

/** Far more than years of incidents. */
const MAX_EXPORT_BYTES = 256 * 1024 * 1024;

/** `audit verify FILE`: needs neither Redis nor Slack. */
async function verifyFile(io: TerminalIo, path: string): Promise<number> {
  const check = checkExport(await io.readText(path, MAX_EXPORT_BYTES));
  io.out(`${check.ok ? exportText.whole(check, terminalInk) : exportText[check.because](check.line, check.seq)}\n`);
  return check.ok ? 0 : EXIT.causeFound;
}

/** `audit export`: JSON lines, as they are in the chain. */
async function exportEntries(
  io: TerminalIo,
  store: Store,
  filter: { readonly incident?: string | undefined; readonly since?: string | undefined },
): Promise<number> {
  for await (const entry of auditEntries(store)) {
    if (filter.incident !== undefined && entry.incident !== filter.incident) continue;
    if (filter.since !== undefined && entry.at < filter.since) continue;
    io.out(`${JSON.stringify(entry)}\n`);
  }
  return 0;
}

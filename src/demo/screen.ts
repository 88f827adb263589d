import type { Ephemeral, Message, Workspace } from '../workspace/index.ts';

const bold = (text: string): string => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text: string): string => (process.stdout.isTTY ? `\u001b[2m${text}\u001b[22m` : text);

/** What a narrator says between the messages. */
export function narrate(text: string): void {
  console.log(`\n${dim('──')} ${bold(text)}`);
}

/** Prints each new message, and each message that says something else in its first line than before. */
export function showMessages(workspace: Workspace, channel: string): () => void {
  const shown = new Map<string, string>();
  return workspace.onChange(() => {
    for (const message of workspace.messages(channel)) show(workspace, message, shown);
    for (const message of workspace.state.data.ephemerals) show(workspace, message, shown);
  });
}

function show(workspace: Workspace, message: Message | Ephemeral, shown: Map<string, string>): void {
  const text = workspace.text(message);
  const before = shown.get(message.ts);
  if (before === text) return;
  shown.set(message.ts, text);
  const who = workspace.state.user(message.user ?? '')?.name ?? message.username ?? 'promfix';
  const inThread = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const indent = inThread ? '    ' : '';
  const edited = before === undefined ? '' : dim(' (edited)');
  const only = 'recipient' in message ? dim(` (only ${workspace.state.user(message.recipient)?.name} sees this)`) : '';
  console.log(`\n${indent}${bold(who)}${edited}${only}`);
  for (const line of text.split('\n')) console.log(`${indent}${line}`);
}

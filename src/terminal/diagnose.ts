import type { InputOf } from '../commands/definitions.ts';
import { queryOf, targetWords } from '../commands/target.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence, Target } from '../evidence/types.ts';
import type { ClusterPort } from '../ports.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { connectCluster, explainClusterError } from './cluster.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

const MAX_CAPTURE_BYTES = 32 * 1024 * 1024;
const MAX_LOG_BYTES = 16 * 1024 * 1024;

/** `promfix diagnose`: reads or is given evidence, judges it, prints it. Never executes anything. */
export async function diagnoseCommand(io: TerminalIo, input: InputOf<'diagnose'>): Promise<number> {
  const { diagnosis, evidence } =
    input.log !== undefined ? await fromLog(io, input.log) : await judged(await evidenceFor(io, input));
  const [{ proposalsFor }, { diagnosisJson }, { diagnosisText }] = await Promise.all([
    import('./proposals.ts'),
    import('../render/diagnosis-json.ts'),
    import('../render/diagnosis-text.ts'),
  ]);
  const offers = evidence === undefined ? [] : proposalsFor(evidence, diagnosis);
  io.out(
    input.output === 'json'
      ? `${JSON.stringify(diagnosisJson(diagnosis, offers), null, 2)}\n`
      : diagnosisText(diagnosis, offers, { colour: io.colour }),
  );
  return exitCodeOf(diagnosis.verdict);
}

/** Collects from the cluster, or reads a capture. */
export async function evidenceFor(
  io: TerminalIo,
  input: { readonly from?: string | undefined } & Parameters<typeof collect>[1],
): Promise<Evidence> {
  if (input.from === undefined) return collect(io, input);
  const evidence = await readCaptureFile(io, input.from);
  const { target } = evidence;
  const asked = { ...queryOf(input), ...(input.context !== undefined && { cluster: input.context }) };
  for (const key of ['kind', 'namespace', 'name', 'cluster'] as const)
    if (asked[key] !== undefined && asked[key] !== target[key])
      throw new TerminalError(EXIT.usage, terminalText.otherCapture(input.from, targetWords(target), target.cluster));
  return evidence;
}

async function judged(evidence: Evidence): Promise<{ diagnosis: Diagnosis; evidence: Evidence }> {
  const { diagnose } = await import('../diagnosis/diagnose.ts');
  return { diagnosis: diagnose(evidence), evidence };
}

async function fromLog(io: TerminalIo, path: string): Promise<{ diagnosis: Diagnosis; evidence?: Evidence }> {
  const [text, { diagnoseText }, { parseLogLine }, { readMessage }] = await Promise.all([
    io.readText(path, MAX_LOG_BYTES),
    import('../diagnosis/diagnose-text.ts'),
    import('../parse/log-line.ts'),
    import('../parse/operator-message.ts'),
  ]);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new TerminalError(EXIT.noInput, terminalText.emptyLog(path));
  const diagnosis = diagnoseText(lines);
  const isKnown =
    diagnosis.rootCause !== null ||
    diagnosis.observations.length > 0 ||
    lines.some((line) => readMessage(parseLogLine(line)) !== undefined);
  if (!isKnown) io.err(`${terminalText.foreignLog(path, lines.length)}\n`);
  return { diagnosis };
}

async function readCaptureFile(io: TerminalIo, path: string): Promise<Evidence> {
  const [text, { CaptureError, parseCapture }] = await Promise.all([
    io.readText(path, MAX_CAPTURE_BYTES),
    import('../evidence/capture.ts'),
  ]);
  try {
    return parseCapture(text).evidence;
  } catch (error) {
    if (error instanceof CaptureError)
      throw new TerminalError(EXIT.noInput, terminalText.badCapture(path, error.message), error);
    throw error;
  }
}

async function collect(
  io: TerminalIo,
  input: Pick<InputOf<'diagnose'>, 'target' | 'namespace' | 'context'>,
): Promise<Evidence> {
  const { client, port } = await connectCluster(io, input.context);
  try {
    const collected = chooseTarget(port, queryOf(input)).then((target) => port.collect(target));
    await Promise.all([collected, loadAhead()]);
    return await collected;
  } catch (error) {
    throw (await explainClusterError(error, client.server)) ?? error;
  } finally {
    await client.close();
  }
}

/** What judges and shows is loaded while the API server works on its answers; in pieces, so that no answer waits for long. */
async function loadAhead(): Promise<void> {
  for (const load of [
    () => import('../diagnosis/diagnose.ts'),
    () => import('./proposals.ts'),
    () => import('../render/diagnosis-json.ts'),
  ]) {
    await new Promise((resolve) => setImmediate(resolve));
    await load();
  }
}

/** The target that the words mean; several, or none, end the command with a sentence. */
export async function chooseTarget(port: ClusterPort, query: ReturnType<typeof queryOf>): Promise<Target> {
  const answer = await port.find(query);
  switch (answer.found) {
    case 'one':
      return answer.target;
    case 'many':
      throw new TerminalError(EXIT.usage, terminalText.several(answer.targets.map(targetWords)));
    case 'none':
      throw new TerminalError(EXIT.usage, terminalText.noTarget(query.namespace));
  }
}

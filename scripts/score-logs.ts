// Scores what pasted text alone proves against incidents whose cause is known: node scripts/score-logs.ts FOLDER
// FOLDER has a folder for each incident, with `meta.json` (`cause_slug`, a cause of ours or an alias; `log_sufficient`: yes, partial or no) and
// `operator.log` or, where there is none, `objects.txt`. Where the text is not sufficient, the right answer is to name nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSES, type Cause } from '../src/diagnosis/causes.ts';
import { diagnoseText } from '../src/diagnosis/diagnose-text.ts';
import { findCause } from '../src/render/explain-json.ts';

interface Incident {
  readonly cause_slug: string;
  readonly log_sufficient: 'yes' | 'partial' | 'no' | null;
}
interface Score {
  readonly id: string;
  readonly expected: string;
  readonly named: string | null;
  readonly score: 'right' | 'inconclusive' | 'wrong';
}

function scored(folder: string, id: string): Score | undefined {
  const files = ['operator.log', 'objects.txt'].map((name) => join(folder, id, name));
  const meta = join(folder, id, 'meta.json');
  const file = files.find((path) => existsSync(path));
  if (!existsSync(meta) || file === undefined) return undefined;
  const { cause_slug: slug, log_sufficient: sufficient } = JSON.parse(readFileSync(meta, 'utf8')) as Incident; // as described above
  const { verdict, rootCause } = diagnoseText(readFileSync(file, 'utf8').split('\n'));
  // A mere candidate is no verdict.
  const named = verdict === 'inconclusive' || rootCause?.certainty === 'possible' ? null : (rootCause?.cause ?? null);
  return { id, expected: sufficient === 'no' ? 'nothing' : slug, named, score: judged(named, slug, sufficient) };
}

function judged(named: string | null, slug: string, sufficient: Incident['log_sufficient']): Score['score'] {
  if (sufficient === 'no') return named === null ? 'right' : 'wrong';
  if (named === null) return 'inconclusive';
  const expected = findCause(slug);
  if (named === expected) return 'right';
  if (expected === undefined) return 'wrong';
  const { refines }: Cause = CAUSES[expected];
  return refines.some((coarser) => coarser === named) ? 'right' : 'wrong';
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/score-logs.ts FOLDER');
  process.exitCode = 64;
} else {
  const scores = readdirSync(folder)
    .toSorted()
    .flatMap((id) => scored(folder, id) ?? []);
  console.log('| incident | expected | named | score |\n|---|---|---|---|');
  for (const one of scores) console.log(`| ${one.id} | ${one.expected} | ${one.named ?? 'nothing'} | ${one.score} |`);
  const count = (score: Score['score']) => scores.filter((one) => one.score === score).length;
  console.log(`\n${count('right')} right, ${count('inconclusive')} inconclusive, ${count('wrong')} wrong`);
  for (const one of scores.filter(({ score }) => score === 'wrong'))
    console.log(`wrong: ${one.id}: ${one.named}, not ${one.expected}`);
  if (count('wrong') > 0) process.exitCode = 1;
}

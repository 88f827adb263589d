import type { Diagnosis, Verdict } from '../diagnosis/types.ts';
import { adviceTexts } from '../texts/en/advice.ts';
import { causeTexts } from '../texts/en/causes.ts';
import { certaintyNames, renderText, verdictNames } from '../texts/en/render.ts';
import { adviceFor } from './advice.ts';
import { commandsOf } from './kubectl-commands.ts';
import { ladderLine } from './ladder-line.ts';
import { type Offered, showProposals } from './proposals.ts';
import {
  causeSentence,
  causeTitle,
  chainLine,
  findingSentence,
  findingSentences,
  inChainOrder,
  proofSentence,
  whySentence,
} from './sentences.ts';
import { colours, type Paint, plain, printable, type Style, wrap } from './terminal.ts';

const STYLE_OF = {
  healthy: 'green',
  degraded: 'yellow',
  broken: 'red',
  inconclusive: 'yellow',
} as const satisfies Record<Verdict, Style>;

/** A diagnosis for the terminal. The first line alone says cluster, target, verdict and cause; the last ones are commands to paste. */
export function diagnosisText(
  diagnosis: Diagnosis,
  offers: readonly Offered[] = [],
  options: { readonly colour?: boolean } = {},
): string {
  const paint = options.colour === true ? colours : plain;
  const sections = [
    head(diagnosis, paint),
    why(diagnosis, paint),
    consequences(diagnosis, paint),
    list(
      paint,
      renderText.headings.next,
      diagnosis.next.map((one) => renderText.follows(`${causeTitle(one.cause)}.`, findingSentence(one))),
    ),
    list(paint, renderText.headings.seen, seenLines(diagnosis)),
    list(paint, renderText.headings.noise, findingSentences(diagnosis.noise.map((one) => one.finding))),
    list(paint, renderText.headings.ruledOut, ruledOutLines(diagnosis)),
    list(paint, renderText.headings.notChecked, findingSentences(diagnosis.notChecked)),
    list(paint, renderText.headings.vain, vainLines(diagnosis)),
    list(paint, renderText.headings.proposals, proposalLines(offers)),
    list(
      paint,
      renderText.headings.advice,
      adviceFor(diagnosis).map((code) => adviceTexts[code]),
    ),
    toDo(diagnosis, paint),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The one line that says it all: also the first line in Slack. */
export function headline(diagnosis: Diagnosis): string {
  const { target, rootCause, verdict } = diagnosis;
  if (diagnosis.scaledToZero) return printable(renderText.off(target.cluster, renderText.target(target)));
  return printable(
    renderText.headline(
      target.cluster,
      renderText.target(target),
      verdictNames[verdict],
      rootCause ? causeTitle(rootCause.cause) : undefined,
      rootCause ? certaintyNames[rootCause.certainty] : undefined,
    ),
  );
}

function head(diagnosis: Diagnosis, paint: Paint): string {
  const lines = [
    paint(diagnosis.scaledToZero ? 'yellow' : STYLE_OF[diagnosis.verdict], headline(diagnosis)),
    ladderLine(diagnosis.ladder),
  ];
  if (diagnosis.blindSince !== undefined)
    lines.push(renderText[diagnosis.blindAtLeast ? 'blindAtLeast' : 'blindSince'](diagnosis.blindSince));
  return lines.join('\n');
}

function why(diagnosis: Diagnosis, paint: Paint): string {
  const { rootCause } = diagnosis;
  if (!rootCause) {
    if (diagnosis.scaledToZero) return wrap(renderText.offBecause, '');
    if (diagnosis.verdict === 'healthy') return renderText.healthy;
    return diagnosis.verdict === 'inconclusive' ? renderText.inconclusive : '';
  }
  return [
    paint('bold', renderText.headings.why),
    wrap(causeSentence(rootCause.code, rootCause.values), '  '),
    wrap(causeTexts[rootCause.cause].effect, '  '),
    ...rootCause.because.map((one) => wrap(proofSentence(one), '  - ')),
  ].join('\n');
}

function consequences(diagnosis: Diagnosis, paint: Paint): string {
  const chain = chainLine(diagnosis);
  const told = list(paint, renderText.headings.consequences, consequenceLines(diagnosis));
  return chain === undefined ? told : `${told}\n${wrap(chain, '  = ')}`;
}

function consequenceLines(diagnosis: Diagnosis): readonly string[] {
  return inChainOrder(diagnosis.consequences).map((placed) => {
    const because = whySentence(placed);
    const what = findingSentence(placed.finding);
    return because === undefined ? what : renderText.follows(what, because);
  });
}

/** Facts that nobody had to explain away, where there is no cause to tell of. */
function seenLines(diagnosis: Diagnosis): readonly string[] {
  const placed = new Set(
    [...diagnosis.consequences, ...diagnosis.noise].map(({ finding }) => `${finding.runbook}/${finding.code}`),
  );
  return findingSentences(diagnosis.observations.filter((one) => !placed.has(`${one.runbook}/${one.code}`)));
}

/** What the evidence excludes, one line per fact with the causes that it excludes. */
export function ruledOutLines(diagnosis: Diagnosis): readonly string[] {
  const byFact = Map.groupBy(diagnosis.ruledOut, findingSentence);
  return [...byFact].map(([fact, ruledOut]) =>
    renderText.ruledOut(
      fact,
      ruledOut.map((one) => one.cause),
    ),
  );
}

function vainLines({ rootCause }: Diagnosis): readonly string[] {
  return rootCause
    ? causeTexts[rootCause.cause].vain.map(({ tried, because }) => renderText.tried(tried, because))
    : [];
}

/** Last of all: the commands are what a person takes from here. */
function toDo(diagnosis: Diagnosis, paint: Paint): string {
  const { rootCause } = diagnosis;
  if (!rootCause) return '';
  const commands = commandsOf(diagnosis).map((command) => `  ${printable(command)}`);
  return [
    paint('bold', renderText.headings.toDo),
    wrap(causeTexts[rootCause.cause].repair, '  '),
    ...(commands.length > 0 ? ['', wrap(renderText.ownRights, '  '), '', ...commands] : []),
  ].join('\n');
}

function proposalLines(offers: readonly Offered[]): readonly string[] {
  return showProposals(offers).map((one) =>
    one.refused ? renderText.refused(one.title, one.refused.text) : renderText.remediation(one.title, one.risk ?? ''),
  );
}

function list(paint: Paint, heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [paint('bold', heading), ...lines.map((line) => wrap(line, '  - '))].join('\n');
}

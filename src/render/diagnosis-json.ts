import { CAUSES } from '../diagnosis/causes.ts';
import type { Because, Diagnosis, RootCause } from '../diagnosis/types.ts';
import { adviceTexts } from '../texts/en/advice.ts';
import { causeTexts } from '../texts/en/causes.ts';
import { adviceFor } from './advice.ts';
import type { DiagnosisJson } from './diagnosis-schema.ts';
import { commandsOf } from './kubectl-commands.ts';
import { type Offered, showProposals } from './proposals.ts';
import { causeSentence, causeTitle, findingSentence, inChainOrder, proofSentence, whySentence } from './sentences.ts';

/** A diagnosis in its public form. `offers` are the repairs of its cause and why others are not offered. */
export function diagnosisJson(diagnosis: Diagnosis, offers: readonly Offered[] = []): DiagnosisJson {
  const { target, rootCause } = diagnosis;
  return {
    schema: 'promfix.diagnosis/v1',
    target: { cluster: target.cluster, kind: target.kind, namespace: target.namespace, name: target.name },
    at: diagnosis.at,
    verdict: diagnosis.verdict,
    ...(diagnosis.scaledToZero === undefined ? {} : { scaledToZero: diagnosis.scaledToZero }),
    ...(diagnosis.blindSince === undefined ? {} : { blindSince: diagnosis.blindSince }),
    ...(diagnosis.blindAtLeast === undefined ? {} : { blindAtLeast: diagnosis.blindAtLeast }),
    rootCause: rootCause && {
      ...named(rootCause),
      effect: causeTexts[rootCause.cause].effect,
      repair: {
        text: causeTexts[rootCause.cause].repair,
        commands: [...commandsOf(diagnosis)],
      },
    },
    next: diagnosis.next.map((one) => named({ ...one, rung: CAUSES[one.cause].rung })),
    consequences: inChainOrder(diagnosis.consequences).map((placed) => {
      const why = whySentence(placed);
      return {
        code: placed.finding.code,
        text: findingSentence(placed.finding),
        ...(why === undefined ? {} : { why }),
        ...(placed.explainedBy === undefined ? {} : { explainedBy: placed.explainedBy }),
      };
    }),
    noise: diagnosis.noise.map(({ finding, explainedBy }) => ({
      code: finding.code,
      text: findingSentence(finding),
      ...(explainedBy === undefined ? {} : { explainedBy }),
    })),
    ruledOut: diagnosis.ruledOut.map((one) => ({
      cause: one.cause,
      text: findingSentence(one),
      because: one.because.map(proof),
    })),
    notChecked: diagnosis.notChecked.map((one) => ({
      source: one.source,
      reason: one.reason,
      ...(one.needs === undefined ? {} : { needs: { ...one.needs } }),
      text: findingSentence(one),
    })),
    ladder: diagnosis.ladder.map(({ rung, state }) => ({ rung, state })),
    proposals: showProposals(offers).map((one) => ({ ...one, commands: [...one.commands] })),
    advice: adviceFor(diagnosis).map((code) => ({ code, text: adviceTexts[code] })),
  };
}

function named({ cause, rung, certainty, code, values, because }: RootCause) {
  return {
    cause,
    rung,
    certainty,
    title: causeTitle(cause),
    summary: causeSentence(code, values),
    because: because.map(proof),
  };
}

function proof(one: Because) {
  return {
    source: one.source,
    path: one.path,
    ...(one.at === undefined ? {} : { at: one.at }),
    ...(one.quote === undefined ? {} : { quote: one.quote }),
    text: proofSentence(one),
  };
}

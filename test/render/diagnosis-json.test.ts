import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { diagnosisJson } from '../../src/render/diagnosis-json.ts';
import { diagnosisSchema } from '../../src/render/diagnosis-schema.ts';
import { findingSentence } from '../../src/render/sentences.ts';
import { healthy, incident } from './incident.ts';

const refusal = { refused: true, remediation: 'restart-operator', code: 'not-live', values: {} } as const;

describe('the public JSON of a diagnosis', () => {
  it.each([
    ['the incident', incident],
    ['a healthy resource', healthy],
  ] as const)('of %s fits its schema and survives being written', (_, diagnosis) => {
    const json = diagnosisJson(diagnosis, [refusal]);
    expect(diagnosisSchema.parse(JSON.parse(JSON.stringify(json)))).toEqual(json);
  });

  it('names the root cause with its proof and its repair', () => {
    const { rootCause, verdict } = diagnosisJson(incident);
    expect(verdict).toBe('broken');
    expect(rootCause).toMatchObject({
      cause: 'crd-race-at-start',
      rung: 'controller',
      certainty: 'proven',
      title: 'The operator started before the CRD was there',
    });
    expect(rootCause?.because.map((one) => one.source)).toEqual(expect.arrayContaining(['operators', 'crds']));
    expect(rootCause?.repair.commands[0]).toBe('kubectl -n monitoring rollout restart deployment/operator');
  });

  it('tells the consequences from the cause outwards, each with its why', () => {
    const { consequences } = diagnosisJson(incident);
    expect(consequences.map((one) => one.code)).toEqual([
      'gate-warning',
      'no-statefulset',
      'status-empty',
      'argocd-progressing',
      'argocd-waits-for-health',
      'argocd-out-of-sync',
      'ca-bundle-empty',
      'tls-handshake-errors',
    ]);
    expect(consequences.every((one) => one.why !== undefined && one.explainedBy === 'crd-race-at-start')).toBe(true);
  });

  it('says that the TLS errors block nothing', () => {
    expect(diagnosisJson(incident).ruledOut.find((one) => one.cause === 'admission-fail-closed')?.text).toContain(
      'block nothing',
    );
  });

  it('shows a refused repair with the reason and without commands', () => {
    expect(diagnosisJson(incident, [refusal]).proposals).toEqual([
      {
        remediation: 'restart-operator',
        title: 'Restart the operator',
        commands: [],
        refused: { code: 'not-live', text: expect.stringContaining('never acted on') },
      },
    ]);
  });

  it('has no cause, no advice and nothing to do for a healthy resource', () => {
    expect(diagnosisJson(healthy)).toMatchObject({
      verdict: 'healthy',
      rootCause: null,
      consequences: [],
      next: [],
      advice: [],
    });
  });
});

it('the schema in the docs is the one of the code', () => {
  const written = readFileSync(new URL('../../docs/schemas/diagnosis.v1.json', import.meta.url), 'utf8');
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(diagnosisSchema))));
});

it.each(['valueOf', 'constructor', '__proto__', 'never-heard-of'])(
  'a code without a sentence says itself: %s',
  (code) => {
    expect(
      findingSentence({ kind: 'observation', runbook: 'pods', code, certainty: 'proven', values: {}, because: [] }),
    ).toBe(code);
  },
);

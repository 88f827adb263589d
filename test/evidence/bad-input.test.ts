import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { CaptureError, captureText, parseCapture } from '../../src/evidence/capture.ts';
import { collect } from '../../src/evidence/collect.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { type KubeClient, KubeError, type KubeRequest } from '../../src/kubernetes/types.ts';
import { diagnosisText } from '../../src/render/diagnosis-text.ts';
import { proposalsFor } from '../../src/terminal/proposals.ts';
import { lab } from '../simulator/lab.ts';
import { broken } from './mutate.ts';

/** What the API server answered, to be given again without it. */
interface Recorded {
  readonly client: KubeClient;
  readonly target: Evidence['target'];
  /** Answers as JSON, or the error, by request. */
  readonly answers: ReadonlyMap<string, Promise<unknown>>;
}

const keyOf = ({ method, path, query, body }: KubeRequest): string => JSON.stringify([method, path, query, body]);
const settings = { now: () => new Date('2026-11-25T21:00:00Z'), deadlineMs: 60_000, readMetrics: true };
/** Where to break something: what is put there, which answer, and the way down. */
const choices = fc.array(fc.nat({ max: 10_000 }), { minLength: 4, maxLength: 14 });
const MANY = { numRuns: 40 };

async function record(snapshot: string): Promise<Recorded> {
  const { client: clientOf, target } = await lab({ snapshot, asSaved: true });
  const inner = clientOf();
  const answers = new Map<string, Promise<unknown>>();
  const keep = <T>(request: KubeRequest, answer: Promise<T>): Promise<T> => {
    answers.set(keyOf(request), answer);
    return answer;
  };
  const client: KubeClient = {
    ...inner,
    json: (request) => keep(request, inner.json(request)),
    text: (request) => keep(request, inner.text(request)),
  };
  await collect(target, { ...settings, client });
  return { client: inner, target, answers };
}

/** Changes the body of a JSON answer. */
type Spoil = (body: unknown, key: string) => unknown;

/** A client that answers from the record. */
function replay({ client, answers }: Recorded, spoil: Spoil): KubeClient {
  const answer = async (request: KubeRequest): Promise<unknown> => {
    const known = answers.get(keyOf(request));
    // What a wrong answer leads to: an object that nobody has.
    if (known === undefined) throw new KubeError('not-found', 'not found', { status: 404 });
    return known;
  };
  return {
    ...client,
    // The record holds what `json` and `text` of a client gave.
    json: async (request) => {
      const given = (await answer(request)) as Awaited<ReturnType<KubeClient['json']>>;
      const body = spoil(given.body, keyOf(request));
      // The client refuses anything that is no object.
      if (typeof body !== 'object' || body === null || Array.isArray(body))
        throw new KubeError('malformed', 'the answer is not a JSON object');
      return { ...given, body: { ...body } };
    },
    text: async (request) => (await answer(request)) as Awaited<ReturnType<KubeClient['text']>>,
  };
}

/** Judges it and shows it, as the terminal does. */
function judged(evidence: Evidence): string {
  const diagnosis = diagnose(evidence);
  return diagnosisText(diagnosis, proposalsFor(evidence, diagnosis), { colour: false });
}

test.each([
  ['F00', 'healthy'],
  ['F58', 'broken'],
])(
  'answers of an API server like %s, with anything wrong anywhere, give a diagnosis and never an exception',
  async (snapshot, verdict) => {
    const recorded = await record(snapshot);
    const collected = (spoil: Spoil): Promise<Evidence> =>
      collect(recorded.target, { ...settings, client: replay(recorded, spoil) });
    expect(recorded.answers.size).toBeGreaterThan(30);
    expect(diagnose(await collected((body) => body)).verdict).toBe(verdict);

    const keys = [...recorded.answers.keys()];
    await fc.assert(
      fc.asyncProperty(choices, async ([what = 0, which = 0, ...where]) => {
        const spoiled = keys[which % keys.length];
        const evidence = await collected((body, key) => (key === spoiled ? broken(body, [what, ...where]) : body));
        expect(judged(evidence)).not.toBe('');
        // What was read of it is a capture like any other.
        expect(parseCapture(captureText(evidence)).evidence).toEqual(evidence);
      }),
      MANY,
    );
    // And something wrong in all of them at once.
    await fc.assert(
      fc.asyncProperty(choices, async ([what = 0, ...where]) => {
        const elsewhere = (key: string) => [what, ...where].map((choice) => choice + key.length);
        expect(judged(await collected((body, key) => broken(body, elsewhere(key))))).not.toBe('');
      }),
      MANY,
    );
  },
  60_000,
);

test('a capture with anything wrong anywhere is refused with a sentence, or judged', () => {
  const folder = join(import.meta.dirname, '../golden');
  const captures = readdirSync(folder).map((id): unknown => {
    const evidence: Evidence = JSON.parse(readFileSync(join(folder, id, 'evidence.json'), 'utf8'));
    return JSON.parse(captureText(evidence));
  });
  fc.assert(
    fc.property(choices, ([what = 0, which = 0, ...where]) => {
      const capture = JSON.stringify(broken(captures[which % captures.length], [what, ...where]));
      let evidence: Evidence;
      try {
        ({ evidence } = parseCapture(capture));
      } catch (error) {
        expect(error).toBeInstanceOf(CaptureError);
        return;
      }
      expect(judged(evidence)).not.toBe('');
    }),
    { numRuns: 150 },
  );
});

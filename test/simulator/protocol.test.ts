import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nameOf, object } from '../../src/simulator/json.ts';
import { loadSnapshot } from '../../src/simulator/snapshot.ts';
import { lab } from './lab.ts';
import { send } from './raw.ts';
import type { Exercise } from './recording/exercises.ts';

// Written by the recorder in this shape.
const EXERCISES = JSON.parse(
  gunzipSync(readFileSync(new URL('./exercises.json.gz', import.meta.url))).toString(),
) as readonly Exercise[];

/** Of an answer's body: what is different in every cluster and at every time; whether a controller has seen a change yet is a race. */
const VARIES =
  /^(managedFields|resourceVersion|continue|remainingItemCount|uid|creationTimestamp|lastTimestamp|time|observedGeneration)$/;
/** Texts that only the Go library words like this; status and reason are the same. */
const WORDED_OTHERWISE = [
  'a list with a broken continue token',
  'a patch with a field of the wrong type',
  'a strict patch with an unknown field',
  'a patch under a wrong uid',
];

function comparable(text: string, title: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  return stripped(body, WORDED_OTHERWISE.includes(title) ? /^(message|details)$/ : undefined);
}

function stripped(value: unknown, more?: RegExp): unknown {
  if (Array.isArray(value)) return value.map((one) => stripped(one, more));
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string'
      ? value.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}/g, 'UID').replace(/^\d+[smh]$/, 'AGE')
      : value;
  const kept = Object.entries(value).filter(([key, one]) => !VARIES.test(key) && !more?.test(key) && one !== undefined);
  const entries = kept.map(([key, one]): [string, unknown] => [key, stripped(one, more)]);
  return Object.fromEntries(entries.filter(([key, one]) => key !== 'metadata' || Object.keys(object(one)).length > 0));
}

test('the simulator answers every recorded request as the real server did, in their order', async () => {
  const { at } = loadSnapshot('F00');
  const { simulator } = await lab({ snapshot: 'F00', asSaved: true, now: () => new Date(at), pace: 1000 });
  const limited = simulator.serviceAccount('limited', {
    namespaced: { monitoring: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] }] },
  });
  const pod = nameOf(simulator.state.list('/api/v1/pods').find((one) => nameOf(one).includes('-operator-')) ?? {});
  const different: unknown[] = [];
  for (const { title, as, request, answer } of EXERCISES) {
    const token = { admin: undefined, limited: undefined, stranger: 'wrong', anonymous: '' }[as];
    const path = request.path.replace('{operator-pod}', pod);
    const got = await send(as === 'limited' ? limited : simulator.kubeconfig, {
      ...request,
      path,
      ...(token !== undefined && { token }),
    });
    const seen = {
      status: got.status,
      type: got.headers['content-type'],
      warning: got.headers['warning'],
      body: comparable(got.text.replaceAll(pod, '{operator-pod}'), title),
    };
    const expected = {
      status: answer.status,
      type: answer.headers['content-type'],
      warning: answer.headers['warning'],
      body: comparable(answer.text, title),
    };
    try {
      expect(seen).toEqual(expected);
    } catch (error) {
      different.push({ title, error: error instanceof Error ? error.message : '', seen, expected });
    }
  }
  expect(EXERCISES.length).toBeGreaterThan(70);
  expect(different).toEqual([]);
});

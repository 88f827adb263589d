import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HangsAtStart, NeverReady, Place } from './processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'promfix-places-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function place(program: string, longestStartMs?: number): Place {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  return new Place('worker', '{}', join(folder, 'log'), `file://${file}`, longestStartMs);
}

it('a process that never gets ready ends the run, with what it said', async () => {
  const failed = await place('console.error("no such setting: key"); process.exit(3);')
    .start()
    .catch((error: unknown) => error);

  expect(failed).toBeInstanceOf(NeverReady);
  expect(String(failed)).toMatch(/the worker ended 8 times .* exit code 3; its log ends:[\s\S]*no such setting: key/);
});

it('one that was killed before it was ready is waited for again', async () => {
  const one = place('setTimeout(() => process.send("ready"), 100); setInterval(() => {}, 1000);');
  const ready = one.start();
  one.kill();

  await ready;
  expect(one.isUp).toBe(true);
  await one.stop();
});

it('one that is alive and does not get ready ends the run, and is named', async () => {
  const one = place('console.error("waiting for nobody"); setInterval(() => {}, 1000);', 1500);
  const failed = await one.start().catch((error: unknown) => error);
  await one.stop();

  expect(failed).toBeInstanceOf(HangsAtStart);
  expect(String(failed)).toMatch(
    /the worker with pid \d+ is alive and was not ready after 1.5 s; [\s\S]*waiting for nobody/,
  );
  expect(one.failed).toBe(failed);
});

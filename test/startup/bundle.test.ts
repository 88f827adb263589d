import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf, freshBundle, loadTerminal, PROJECT } from '../../src/startup/bundle.js';
import { terminal } from '../../src/terminal/main.ts';
import { processIo } from '../../src/terminal/process-io.ts';
import { runTerminal } from '../../src/terminal/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'promfix-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project of one file, and a bundle of it. */
function project(name: string): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'dist', 'made'), { recursive: true });
  writeFileSync(join(root, 'source.ts'), 'export const answer = 1;');
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'dist', 'made', 'entry.js'), 'export const terminal = () => "from the bundle";');
  const files = ['source.ts'];
  const record = {
    entry: 'dist/made/entry.js',
    chunks: ['dist/made/entry.js'],
    files,
    sha256: contentsOf(root, files),
  };
  writeFileSync(join(root, 'dist', 'bundle.json'), JSON.stringify(record));
  return root;
}

describe('the terminal’s commands are loaded', () => {
  it('from the bundle where it is of this very source', async () => {
    const { terminal: bundled } = await loadTerminal(project('fresh'));

    expect(bundled({}, [])).toBe('from the bundle');
  });

  it('from the source when a file was changed, even if its size and time say that it was not', async () => {
    const root = project('changed');
    const file = join(root, 'source.ts');
    const { atime, mtime, size } = statSync(file);
    writeFileSync(file, 'export const answer = 2;');
    utimesSync(file, atime, mtime);

    expect(statSync(file)).toMatchObject({ size, mtime });
    expect(freshBundle(root)).toBeUndefined();
    expect((await loadTerminal(root)).terminal).toBe(terminal);
  });

  it.each<[string, (root: string) => void]>([
    ['there is no bundle', (root) => rmSync(join(root, 'dist'), { recursive: true })],
    ['its record is cut off', (root) => writeFileSync(join(root, 'dist', 'bundle.json'), '{"entry":"dist/')],
    ['its record is of another form', (root) => writeFileSync(join(root, 'dist', 'bundle.json'), '{"version":2}')],
    ['one of its modules is gone', (root) => rmSync(join(root, 'dist', 'made', 'entry.js'))],
    ['a file that went into it is gone', (root) => rmSync(join(root, 'source.ts'))],
  ])('from the source when %s', async (what, happens) => {
    const root = project(what);
    happens(root);

    expect((await loadTerminal(root)).terminal).toBe(terminal);
  });
});

describe('the bundle that set-up writes', () => {
  beforeAll(() => void execFileSync(process.execPath, ['scripts/bundle.ts'], { cwd: PROJECT }));

  it('knows what it was made of', () => {
    const files = freshBundle()?.files;

    expect(files).toEqual(
      expect.arrayContaining(['package-lock.json', 'package.json', 'src/terminal/main.ts', 'src/diagnosis/causes.ts']),
    );
    // Neither what only the roles load nor what the image lacks.
    expect(files?.filter((file) => /^(test|scripts|src\/(slack|demo|simulator|workspace))\//.test(file))).toEqual([]);
  });

  it('is readable to whoever may read the source', () => {
    const modes = freshBundle()?.chunks.map((chunk) => statSync(join(PROJECT, dirname(chunk))).mode & 0o777);

    expect(new Set(modes)).toEqual(new Set([0o755]));
  });

  it.each([
    [['explain', 'crd-race-at-start', '--output', 'json'], 0],
    [['diagnose', '--log', 'README.md'], 2],
    [['diagnose', '--from', 'nothing.json'], 66],
  ])('says what the source says: %j', async (words, code) => {
    const ran = await started(words);

    expect(ran).toEqual(await fromSource(words));
    expect(ran.code).toBe(code);
  });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function started(words: readonly string[]): Promise<Ran> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, ['src/main.js', ...words], { cwd: PROJECT })) };
  } catch (error) {
    // execFile rejects with the same three fields when the exit code is not 0.
    const { code, stdout, stderr } = error as Ran;
    return { code, stdout, stderr };
  }
}

async function fromSource(words: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    ...processIo({}),
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    colour: false,
  };
  return { code: await runTerminal(io, words), stdout: out.join(''), stderr: err.join('') };
}
